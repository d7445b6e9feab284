import type { Denial, Principal } from './core/access/principal.ts';
import { type DocumentFile, DocumentFileReader } from './core/archive/document-reader.ts';
import { fileLimits } from './core/archive/file-limits.ts';
import type {
  AnswerOf,
  ImportResult,
  Operation,
  OperationOf,
  OperationType,
} from './core/operations/operations.ts';
import { discard } from './http/discard-body.ts';

/** A document file between processes. RPC limits the size of a value, but not that of a stream. */
type FileStream = ReadableStream<Uint8Array>;

export type RemoteOperation = Operation<FileStream>;
export type RemoteOperationOf<T extends OperationType> = OperationOf<T, FileStream>;
export type RemoteAnswerOf<T extends OperationType> = Awaited<AnswerOf<T, FileStream>>;

/**
 * A document, wherever it runs. A Durable Object stub is one, so that everything here crosses a
 * process boundary.
 */
export interface DocumentHandle {
  /** Joins by WebSocket. The request carries its principal: see http/upgrade.ts. */
  fetch(upgrade: Request): Promise<Response>;
  /**
   * Runs an operation if the principal may do so; see `Operations`. `network` pays for its work: what
   * counts as the client's address, or null where that is unknown.
   */
  call(
    principal: Principal | null,
    operation: RemoteOperation,
    network: string | null,
  ): Promise<RemoteAnswerOf<OperationType> | Denial>;
}

/** Finds a document by its name. Does not contact it, and does not create it. */
export type OpenDocument = (name: string) => DocumentHandle;

/** Calls a document with the answer's type. `network` as in `DocumentHandle.call`. */
export async function callDocument<T extends OperationType>(
  document: DocumentHandle,
  principal: Principal | null,
  operation: RemoteOperationOf<T>,
  network: string | null = null,
): Promise<RemoteAnswerOf<T> | Denial> {
  // `DocumentHandle.call` has no type parameter, because the types of RPC stubs lose it.
  const untyped = operation as RemoteOperation;
  return await document.call(principal, untyped, network) as RemoteAnswerOf<T> | Denial;
}

/** A document in this process, as {@link callLocally} needs it. */
interface LocalDocument {
  exists(): boolean;
  call(
    operation: Operation,
  ): AnswerOf<OperationType> | Denial | Promise<AnswerOf<OperationType> | Denial>;
}

/** Implements `DocumentHandle.call`: converts streams, and runs the operation on `document`. */
export async function callLocally(
  operation: RemoteOperation,
  document: LocalDocument,
): Promise<RemoteAnswerOf<OperationType> | Denial> {
  if (operation.type === 'import') {
    if (document.exists()) {
      // Cancelling the stream of a request can end its connection before the answer.
      await discard(operation.file, fileLimits.bytes);
      return { status: 'exists' };
    }
    const file = await readFile(operation.file);
    if ('status' in file) return file;
    return await document.call({ ...operation, file }) as RemoteAnswerOf<'import'>;
  }
  const answer = await document.call(operation);
  if (operation.type !== 'export') return answer as RemoteAnswerOf<OperationType>;
  return Array.isArray(answer) ? streamOf(answer as Uint8Array[]) : answer as Denial;
}

/** Reads a document file while it arrives. */
async function readFile(stream: FileStream): Promise<DocumentFile | ImportResult> {
  const reader = new DocumentFileReader();
  try {
    for await (const chunk of stream.values({ preventCancel: true })) reader.push(chunk);
    return reader.finish();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    await discard(stream, fileLimits.bytes);
    return { status: 'invalid', reason: error.message };
  }
}

/** Streams the pieces one at a time. RPC requires a byte stream. */
function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = pieces[Symbol.iterator]();
  const stream: FileStream = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const { value, done } = rest.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
  });
  lengths.set(stream, pieces.reduce((sum, { length }) => sum + length, 0));
  return stream;
}

const lengths = new WeakMap<FileStream, number>();

/** The length of an exported file in bytes; null if its document is in another process. */
export function lengthOf(file: FileStream): number | null {
  return lengths.get(file) ?? null;
}
