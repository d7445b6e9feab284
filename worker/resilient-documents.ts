import type { Denial } from './core/access/principal.ts';
import type { OperationType } from './core/operations/operations.ts';
import type { DocumentHandle, OpenDocument, RemoteAnswerOf, RemoteOperation } from './document.ts';
import { documentUnavailable } from './http/problem.ts';

/** Operations that have the same effect when they run twice. */
const repeatable: ReadonlySet<OperationType> = new Set(
  [
    'read',
    'changes',
    'state',
    'export',
    'end-session',
    'list-keys',
    'list-embed-origins',
    'set-embed-origins',
    'frame-ancestors',
    'create',
  ] satisfies OperationType[],
);

/**
 * Calls documents again, once, when the platform has reset their object, as a deployment does. A call
 * that may have run, and must not run twice, throws a Problem with status 503 instead of an error.
 *
 * @see https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
export function openResilient(open: OpenDocument): OpenDocument {
  return (name) => ({
    fetch: (upgrade) => attempt(() => open(name), (document) => document.fetch(upgrade)),
    async call(principal, operation, network) {
      const call = (document: DocumentHandle) => document.call(principal, operation, network);
      if (!repeatable.has(operation.type)) return await withProblem(() => call(open(name)));
      let calls = 0;
      const answer = await attempt(() => open(name), (document) => {
        calls += 1;
        return call(document);
      });
      return requireCertain(operation, answer, calls);
    },
  });
}

/** A stub does not recover from an error, so the second attempt uses a new one. */
async function attempt<T>(
  open: () => DocumentHandle,
  use: (document: DocumentHandle) => Promise<T>,
): Promise<T> {
  try {
    return await use(open());
  } catch (error) {
    if (!isReset(error)) throw error;
    // Another call would add to the load.
    if (error.overloaded) throw documentUnavailable();
    return await withProblem(() => use(open()));
  }
}

async function withProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isReset(error) ? documentUnavailable() : error;
  }
}

/** The first call may have created the document that the second one has found. */
function requireCertain(
  { type }: RemoteOperation,
  answer: RemoteAnswerOf<OperationType> | Denial,
  calls: number,
): RemoteAnswerOf<OperationType> | Denial {
  if (type === 'create' && answer === false && calls > 1) throw documentUnavailable();
  return answer;
}

/** Errors of the platform, and not of the document's code, have these properties. */
interface ResetError extends Error {
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
}

function isReset(error: unknown): error is ResetError {
  if (!(error instanceof Error)) return false;
  const { retryable, overloaded } = error as ResetError;
  return retryable === true || overloaded === true;
}
