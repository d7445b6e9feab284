import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { limits, workLimits } from '../../protocol/limits.ts';
import { WorkBucket } from '../../worker/core/work/work-bucket.ts';
import { ByteBudget } from '../../worker/http/byte-budget.ts';
import { FrameDecoder, FrameError } from '../../worker/deno/sockets/frame-decoder.ts';
import { ReadRate } from '../../worker/deno/sockets/read-rate.ts';
import { ServerSocket } from '../../worker/deno/sockets/server-socket.ts';

const MiB = 1024 * 1024;

function newBudget(maxBytes = 64 * MiB): ByteBudget {
  return new ByteBudget({ maxBytes, maxBytesPerClient: maxBytes, freeBytes: 0 });
}

/** A masked frame, of a client. `first` is its first byte. */
function frame(first: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head = new Uint8Array(length < 126 ? 6 : length < 65536 ? 8 : 14);
  const view = new DataView(head.buffer);
  view.setUint8(0, first);
  view.setUint8(1, 128 | (length < 126 ? length : length < 65536 ? 126 : 127));
  if (length >= 65536) view.setBigUint64(2, BigInt(length));
  else if (length >= 126) view.setUint16(2, length);
  const mask = [1, 2, 3, 250];
  head.set(mask, head.length - 4);
  return Uint8Array.from([...head, ...payload.map((byte, i) => byte ^ mask[i & 3]!)]);
}

function codeOf(error: unknown): number {
  assert.ok(error instanceof FrameError);
  return error.code;
}

Deno.test('[P8] decodes the same messages from chunks of any size', () => {
  const long = Uint8Array.from({ length: 70_000 }, (_, i) => i);
  const bytes = [
    frame(0x82, Uint8Array.of(1, 2)),
    frame(0x02, long.subarray(0, 200)),
    frame(0x89, Uint8Array.of(7)),
    frame(0x00, new Uint8Array(0)),
    frame(0x80, long.subarray(200)),
    frame(0x81, new TextEncoder().encode('ping')),
    frame(0x88, Uint8Array.of(3, 232)),
  ].flatMap((one) => [...one]);
  for (const size of [1, 3, 1000, bytes.length]) {
    const budget = newBudget();
    const decoder = new FrameDecoder(budget.open('a'));
    const received = [];
    for (let at = 0; at < bytes.length; at += size) {
      received.push(...decoder.decode(Uint8Array.from(bytes.slice(at, at + size))));
    }
    assert.deepEqual(received, [
      { type: 'binary', bytes: Uint8Array.of(1, 2) },
      { type: 'ping', bytes: Uint8Array.of(7) },
      { type: 'binary', bytes: long },
      { type: 'text', text: 'ping' },
      { type: 'close', code: 1000 },
    ]);
    assert.equal(budget.used, 0);
  }
});

Deno.test('[P8] an incomplete message is counted, and rejected beyond its limit or the budget', () => {
  const part = frame(0x00, new Uint8Array(MiB));
  const budget = newBudget();
  const decoder = new FrameDecoder(budget.open('a'));
  [...decoder.decode(frame(0x02, new Uint8Array(MiB)))];
  for (let i = 2; i <= limits.messageBytes / MiB; i++) {
    [...decoder.decode(part)];
    assert.ok(budget.used >= i * MiB && budget.used <= 2 * i * MiB, `${budget.used}`);
  }
  // The header alone is enough.
  assert.throws(() => [...decoder.decode(part.subarray(0, 14))], (error) => codeOf(error) === 1009);
  decoder.discard();
  assert.equal(budget.used, 0);

  const small = newBudget(MiB);
  const first = new FrameDecoder(small.open('a'));
  [...first.decode(frame(0x02, new Uint8Array(MiB / 2)))];
  const second = new FrameDecoder(small.open('b'));
  const message = frame(0x02, new Uint8Array(MiB));
  assert.throws(() => [...second.decode(message)], (error) => codeOf(error) === 1013);
  // Short messages go on.
  const third = new FrameDecoder(small.open('c'));
  const short = frame(0x82, new Uint8Array(1000));
  const received = [short.subarray(0, 500), short.subarray(500)]
    .flatMap((chunk) => [...third.decode(chunk)]);
  assert.equal(received.length, 1);
});

/** A TCP connection whose one end is a {@link ServerSocket}. */
async function connected(rate: Pick<ReadRate, 'charge' | 'wait'> = new ReadRate(null)) {
  const accepted = Promise.withResolvers<Socket>();
  const server = createServer({ allowHalfOpen: true }, (tcp) => accepted.resolve(tcp));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = await Deno.connect({ hostname: '127.0.0.1', port });
  const tcp = await accepted.promise;
  const budget = newBudget();
  const socket = new ServerSocket(tcp, { share: budget.open('a'), rate });
  const events: string[] = [];
  const closed = Promise.withResolvers<void>();
  socket.handle({
    onMessage: (data) => events.push(`message ${data.length}`),
    onEnd: () => events.push('end'),
    onClose: () => {
      events.push('close');
      closed.resolve();
    },
  });
  socket.start(new Uint8Array(0));
  return {
    client,
    socket,
    budget,
    events,
    closed: closed.promise,
    async [Symbol.asyncDispose]() {
      client.close();
      socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

Deno.test('[P8] a client that ignores the close frame and answers pings loses the connection', async () => {
  await using connection = await connected();
  const { client, socket, budget, events, closed } = connection;
  socket.close(4401, 'no');
  const ignoring = setInterval(() => {
    client.write(frame(0x02, new Uint8Array(1000))).catch(() => {});
    client.write(frame(0x8a, new Uint8Array(0))).catch(() => {});
  }, 100);
  await closed;
  clearInterval(ignoring);
  assert.deepEqual(events, ['end', 'close']);
  assert.equal(budget.used, 0);
});

Deno.test('[P8] a closed client that reads nothing is counted until its memory is free', async () => {
  await using connection = await connected();
  const { socket, events, closed } = connection;
  for (let i = 0; i < 30; i++) socket.send(new Uint8Array(MiB));
  socket.close(1013, 'behind');
  assert.ok(socket.unsentBytes > 10 * MiB);
  assert.deepEqual(events, []);
  await closed;
  assert.equal(socket.unsentBytes, 0);
  assert.deepEqual(events, ['end', 'close']);
});

Deno.test('[P8] a client gets the close code while it goes on sending', async () => {
  await using connection = await connected();
  const { client, socket, closed } = connection;
  const bytes = frame(0x82, new Uint8Array(10_000));
  for (let i = 0; i < 20; i++) await client.write(bytes);
  socket.close(1009, 'x');
  for (let i = 0; i < 20; i++) await client.write(bytes);
  const answer = new Uint8Array(16);
  assert.equal(await client.read(answer), 5);
  assert.deepEqual([...answer.subarray(0, 5)], [0x88, 3, 1009 >> 8, 1009 & 255, 120]);
  await client.write(frame(0x88, Uint8Array.of(3, 232)));
  assert.equal(await client.read(answer), null);
  client.closeWrite();
  await closed;
});

Deno.test('[P8] pings of a client that reads nothing take no memory', async () => {
  await using connection = await connected();
  const { client, socket } = connection;
  socket.send(new Uint8Array(20 * MiB));
  const before = socket.unsentBytes;
  const pings = [frame(0x89, new Uint8Array(125)), frame(0x82, Uint8Array.of(1))];
  for (let i = 0; i < 1000; i++) await client.write(pings[0]!);
  await client.write(pings[1]!);
  while (!connection.events.includes('message 1')) await new Promise((done) => setTimeout(done, 5));
  assert.ok(socket.unsentBytes <= before);
});

Deno.test('[P8] reads frames no faster than the rate allows, and loses none', async () => {
  let asked = 0;
  let charged = 0;
  let isAllowed = false;
  const rate = {
    wait: () => ++asked && isAllowed ? 0 : 5,
    charge: (frames: number) => charged += frames,
  };
  await using connection = await connected(rate);
  const { client, events } = connection;
  const sent = [0x82, 0x89, 0x8a, 0x02, 0x00, 0x80].map((first) => frame(first, Uint8Array.of(1)));
  await client.write(Uint8Array.from(sent.flatMap((one) => [...one])));
  while (asked < 10) await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual([charged, events], [0, []]);
  isAllowed = true;
  while (charged < sent.length) await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual(events, ['message 1', 'message 3']);
});

Deno.test('[P8] a client that sends tiny pieces waits, also for its address', () => {
  const address = new WorkBucket(workLimits.address);
  const fast = new ReadRate(address);
  fast.charge(workLimits.messages.burst * 16, 0);
  assert.equal(fast.wait(0), 0);
  fast.charge(workLimits.messages.perSecond * 16, 0);
  assert.equal(fast.wait(0), 1000);
  const other = new ReadRate(address);
  address.charge(2 * workLimits.address.burst, 0);
  assert.equal(other.wait(0), 0);
  other.charge(workLimits.messages.burst * 9, 0);
  assert.ok(other.wait(0) > 1000);
});
