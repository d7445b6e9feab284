import assert from 'node:assert/strict';
import { UnsentBytes } from '../../worker/deno/sockets/unsent-bytes.ts';

/** A socket that holds what a test says. */
class TestSocket {
  unsentBytes = 0;
  isDropped = false;

  dropOverloaded(): void {
    this.isDropped = true;
  }
}

Deno.test('[P8] sockets that hold most are dropped when all together hold too much', () => {
  const unsent = new UnsentBytes(1000);
  const sockets = Array.from({ length: 12 }, () => new TestSocket());
  const send = (socket: TestSocket, bytes: number) => {
    socket.unsentBytes += bytes;
    unsent.sent(socket);
  };
  const [slow, slower, ...others] = sockets;
  send(slow!, 300);
  send(slower!, 400);
  for (const socket of others) send(socket, 20);
  assert.equal(unsent.used, 900);
  // These have been read since.
  for (const socket of others) socket.unsentBytes = 0;
  send(slow!, 200);
  assert.deepEqual(sockets.map(({ isDropped }) => isDropped), sockets.map(() => false));
  assert.equal(unsent.used, 900);
  send(slow!, 200);
  assert.deepEqual(sockets.filter(({ isDropped }) => isDropped), [slow]);
  unsent.remove(slower!);
  assert.equal(unsent.used, 0);
});
