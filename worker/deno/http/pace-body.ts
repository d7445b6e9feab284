import type { ReadRate } from '../sockets/read-rate.ts';

/**
 * A body that is read no faster than `rate` allows. node:http takes time for each chunk of the transfer
 * coding, which may have one byte.
 */
export function paceBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  rate: Pick<ReadRate, 'charge' | 'wait'>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      for (let wait = rate.wait(performance.now()); wait > 0;) {
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = rate.wait(performance.now());
      }
      const { done, value } = await reader.read();
      rate.charge(1, performance.now());
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
