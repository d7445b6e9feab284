import type { BudgetShare } from './byte-budget.ts';

/** Answers up to this size have no time limit, in bytes: they are in the buffers of the system. */
const smallBytes = 64 * 1024;
/** The size in which longer answers are sent, in bytes. */
const pieceBytes = 256 * 1024;
/** How long a client may take to read a piece, in milliseconds. */
const pieceTimeout = 60_000;
/** How long a client may take to read an answer, in addition and per byte: 16 KiB a second. */
const msPerByte = 1 / 16;

interface AnswerLimits {
  /** Counts what the client has not read. Released at the end. */
  readonly share: BudgetShare;
  /** The length in bytes, which `share` has taken; null for a stream, whose chunks are taken here. */
  readonly length: number | null;
  readonly now: () => number;
}

/**
 * The body of an answer, with a time limit for the client to read it. A stream also ends when its
 * share is spent; a browser reconnects to an event stream with the last id.
 */
export function limitAnswer(
  body: ReadableStream<Uint8Array>,
  { share, length, now }: AnswerLimits,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const deadline = now() + pieceTimeout + (length ?? Infinity) * msPerByte;
  let rest = new Uint8Array();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const stop = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const end = () => {
    stop();
    share.release();
    // Not awaited: it may wait for the client.
    reader.cancel().catch(() => {});
  };
  return new ReadableStream({
    async pull(controller) {
      stop();
      if (rest.length === 0) {
        if (length === null) share.release();
        const { done, value } = await reader.read();
        if (done || (length === null && !share.take(value.length))) {
          end();
          return controller.close();
        }
        rest = value as Uint8Array<ArrayBuffer>;
      }
      const piece = rest.subarray(0, pieceBytes);
      rest = rest.subarray(piece.length);
      controller.enqueue(piece);
      if (piece.length <= smallBytes) return;
      timer = setTimeout(() => {
        end();
        controller.error(new Error('The client does not read its answer'));
      }, Math.min(pieceTimeout, deadline - now()));
    },
    cancel: end,
  }, { highWaterMark: 0 });
}
