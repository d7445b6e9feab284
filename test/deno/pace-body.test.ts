import assert from 'node:assert/strict';
import { paceBody } from '../../worker/deno/http/pace-body.ts';

Deno.test('[P8] each chunk of a body is charged, and the next one waits for the rate', async () => {
  const pieces = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
  let next = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const piece = pieces[next++];
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  }, { highWaterMark: 0 });
  let debt = 0;
  const readAt: number[] = [];
  const rate = {
    charge: (count: number) => debt += count,
    wait() {
      readAt.push(next);
      if (debt === 0) return 0;
      debt -= 1;
      return 1;
    },
  };
  assert.deepEqual(await Array.fromAsync(paceBody(body, rate)), pieces);
  assert.deepEqual(readAt, [0, 1, 1, 2, 2, 3, 3]);
});
