import { joinBytes } from '../../protocol/split-bytes.ts';
import { isDocumentName } from '../../protocol/document-name.ts';
import { isRecord } from '../../protocol/is-record.ts';
import { discard } from './discard-body.ts';
import { badRequest, notFound, Problem } from './problem.ts';

/** The type of a binary body. A page of another site needs a preflight request to send it. */
export const binaryType = 'application/octet-stream';

/** Checks a document name from a path. Throws a Problem (404) for an invalid one. */
export function requireName(name: string | undefined): string {
  if (name === undefined || !isDocumentName(name)) throw notFound();
  return name;
}

/**
 * Reads a body of at most `maxBytes`. Throws a Problem (413) for a longer one, and reads no more than
 * it discards: the `content-length` header may be wrong or missing.
 */
export async function readBody(
  { body }: { readonly body: ReadableStream<Uint8Array> | null },
  maxBytes: number,
): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body.values({ preventCancel: true })) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  if (length <= maxBytes) return joinBytes(chunks);
  await discard(body);
  throw tooBig(maxBytes);
}

export function tooBig(maxBytes: number): Problem {
  const detail = `The body of this request may have at most ${maxBytes} bytes.`;
  return new Problem(413, 'too-big', 'Request too large', detail);
}

/** Throws a Problem (415) unless a request has a binary body. `what` is in it. */
export function requireBinary({ headers }: Request, what: string): void {
  if (headers.get('content-type') === binaryType) return;
  const detail = `Send ${what} as ${binaryType}.`;
  throw new Problem(415, 'media-type', 'Unsupported media type', detail);
}

/**
 * Reads the fields of a JSON object; an empty body has none. Throws a Problem for anything else, and for
 * fields that are not among `names`: a field that is ignored would be lost without the caller noticing.
 */
export async function readFields(
  request: Request,
  { names, maxBytes }: { readonly names: readonly string[]; readonly maxBytes: number },
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
  const unknown = Object.keys(value).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw badRequest(unknownFields(unknown, names));
  return new Map(Object.entries(value));
}

/** The most unknown fields that an answer names, and the longest name it repeats. */
const maxNamed = 5;
const maxNameLength = 40;

function unknownFields(unknown: readonly string[], known: readonly string[]): string {
  const named = unknown.slice(0, maxNamed).map((name) => `"${name.slice(0, maxNameLength)}"`);
  const isOne = unknown.length === 1;
  const more = unknown.length > maxNamed ? ` and ${unknown.length - maxNamed} more` : '';
  const possible = known.map((name) => `"${name}"`).join(', ');
  return `Unknown ${isOne ? 'field' : 'fields'} ${named.join(', ')}${more}. ` +
    `This request accepts ${possible}.`;
}
