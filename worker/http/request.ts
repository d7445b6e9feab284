import { joinBytes } from '../../protocol/split-bytes.ts';
import { isDocumentName } from '../../protocol/document-name.ts';
import { isRecord } from '../../protocol/is-record.ts';
import { badRequest, notFound, Problem } from './problem.ts';

/** The type of a binary body. A page of another site needs a preflight request to send it. */
export const binaryType = 'application/octet-stream';

/** Checks a document name from a path. Throws a Problem (404) for an invalid one. */
export function requireName(name: string | undefined): string {
  if (name === undefined || !isDocumentName(name)) throw notFound();
  return name;
}

/**
 * Reads a body of at most `maxBytes`. Throws a Problem (413) for a longer one, without reading the
 * rest: the `content-length` header may be wrong or missing.
 */
export async function readBody(
  { body }: { readonly body: ReadableStream<Uint8Array> | null },
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) {
      const detail = `The body of this request may have at most ${maxBytes} bytes.`;
      throw new Problem(413, 'too-big', 'Request too large', detail);
    }
  }
  return joinBytes(chunks);
}

/** Reads the fields of a JSON object; an empty body has none. Throws a Problem for anything else. */
export async function readFields(
  request: Request,
  maxBytes: number,
): Promise<ReadonlyMap<string, unknown>> {
  const text = new TextDecoder().decode(await readBody(request, maxBytes));
  if (text.trim() === '') return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('The body must be JSON.');
  }
  if (!isRecord(value)) throw badRequest('The body must be a JSON object.');
  return new Map(Object.entries(value));
}
