import type { BudgetShare } from './byte-budget.ts';
import { overloaded, Problem } from './problem.ts';
import { pauseTimeout, transferTimeLeft } from './transfer-time.ts';

/**
 * The body of a request with a time limit, whose bytes are counted in a share of a budget. Reading it
 * throws a Problem: 408 for a body that pauses or is too slow, 503 when the budget is spent. The
 * caller releases the share when the request is answered.
 */
export function limitBody(
  body: ReadableStream<Uint8Array>,
  share: BudgetShare,
  now: () => number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const startedAt = now();
  let bytes = 0;
  return new ReadableStream({
    // RPC requires a byte stream.
    type: 'bytes',
    async pull(controller) {
      // An empty chunk does not count as an answer to a pull: the stream would never pull again.
      let chunk: Uint8Array = new Uint8Array();
      while (chunk.length === 0) {
        const left = transferTimeLeft({ startedAt, bytes }, now());
        const { done, value } = await readWithin(reader, Math.min(left, pauseTimeout));
        if (done) {
          controller.close();
          controller.byobRequest?.respond(0);
          return;
        }
        chunk = value;
      }
      bytes += chunk.length;
      if (!share.take(chunk.length)) {
        cancel(reader);
        throw overloaded();
      }
      controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  milliseconds: number,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), Math.max(milliseconds, 0));
  });
  try {
    return await Promise.race([reader.read(), timeout]);
  } catch (error) {
    cancel(reader);
    throw error;
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}

/** Not awaited: it may wait for the client. */
function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => {});
}

function tooSlow(): Problem {
  return new Problem(
    408,
    'too-slow',
    'Request too slow',
    'The body of this request arrived too slowly. Send it again.',
    { connection: 'close' },
  );
}
