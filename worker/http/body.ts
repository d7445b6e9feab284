import { joinBytes } from '../../protocol/split-bytes.ts';
import { badRequest, Problem } from './problem.ts';

/** Counted as it comes: what a header says about the length may be wrong, or missing. */
export async function bytesOf(
  { body }: { readonly body: ReadableStream<Uint8Array> | null },
  most: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) {
      throw new Problem(
        413,
        'too-big',
        'Too much at once',
        `A request may bring ${most} bytes here.`,
      );
    }
  }
  return joinBytes(chunks);
}

/** The fields of a JSON object; none for an empty body. Throws a Problem for anything else. */
export async function fieldsOf(
  request: Request,
  most: number,
): Promise<ReadonlyMap<string, unknown>> {
  const text = new TextDecoder().decode(await bytesOf(request, most));
  if (text.trim() === '') return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('The body must be JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('The body must be a JSON object');
  }
  return new Map(Object.entries(value));
}
