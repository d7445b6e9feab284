import { describe, expect, it, vi } from 'vitest';
import { ByteBudget } from '../../../worker/http/byte-budget.ts';
import { CountBudget } from '../../../worker/http/count-budget.ts';
import { limitAnswer } from '../../../worker/http/limited-answer.ts';
import { limitBody } from '../../../worker/http/limited-body.ts';

const KiB = 1024;
const now = () => performance.now();

/** A stream that sends these chunks, and then nothing until it is canceled. */
function stalled(...chunks: Uint8Array[]) {
  const onCancel = vi.fn();
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else return new Promise(() => {});
    },
    cancel: onCancel,
  }, { highWaterMark: 0 });
  return { stream, onCancel };
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of stream) length += chunk.length;
  return length;
}

describe('the budget of bytes', () => {
  const options = { maxBytes: 1000, maxBytesPerClient: 300, freeBytes: 50 };

  it('[P8] limits one client, and serves others beside it', () => {
    const budget = new ByteBudget(options);
    const [first, second, other] = ['a', 'a', 'b'].map((client) => budget.open(client));
    expect(first?.take(300)).toBe(true);
    expect(second?.take(50)).toBe(true); // small ones go on
    expect(second?.take(10)).toBe(true);
    expect(second?.take(200)).toBe(false);
    expect(other?.take(300)).toBe(true);
    first?.release();
    first?.release();
    expect(budget.used).toBe(360);
    expect(second?.take(200)).toBe(true);
  });

  it('[P8] limits all clients together, and is empty when they have gone', () => {
    const budget = new ByteBudget(options);
    const shares = Array.from({ length: 30 }, (_, i) => budget.open(`${i}`));
    expect(shares.filter((share) => share.take(100))).toHaveLength(10);
    for (const share of shares) share.release();
    expect(budget.used).toBe(0);
    expect(budget.open('new').take(1000)).toBe(true);
  });

  it('lets one request of a client be larger than its limit', () => {
    const budget = new ByteBudget(options);
    const share = budget.open('a');
    expect(share.take(400) && share.take(400)).toBe(true);
    expect(budget.open('a').take(60)).toBe(false);
  });
});

describe('the budget of connections', () => {
  it('[P8] limits one client and all together, and counts each release once', () => {
    const budget = new CountBudget(3, 2);
    const release = budget.take('a');
    expect(budget.take('a')).not.toBeNull();
    expect(budget.take('a')).toBeNull();
    expect(budget.take(null)).not.toBeNull();
    expect(budget.take('b')).toBeNull();
    release?.();
    release?.();
    expect(budget.used).toBe(2);
    expect(budget.take('b')).not.toBeNull();
    expect(budget.take('b')).toBeNull();
  });
});

describe('the body of a request', () => {
  const open = () =>
    new ByteBudget({ maxBytes: 100 * KiB, maxBytesPerClient: 100 * KiB, freeBytes: 0 });

  it('passes a body on and counts it', async () => {
    const budget = open();
    const body = new Response('x'.repeat(90 * KiB)).body!; // a string gives a body
    expect(await readAll(limitBody(body, budget.open('a'), now))).toBe(90 * KiB);
    expect(budget.used).toBe(90 * KiB);
  });

  it('[P8] reads past empty chunks, which Deno sends for a request without a body', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const size of [0, 10, 0, 0, 5, 0]) controller.enqueue(new Uint8Array(size));
        controller.close();
      },
    });
    expect(await readAll(limitBody(body, open().open('a'), now))).toBe(15);
  });

  it('[P8] ends a body over the budget with 503, without reading the rest', async () => {
    const { stream, onCancel } = stalled(new Uint8Array(90 * KiB), new Uint8Array(90 * KiB));
    await expect(readAll(limitBody(stream, open().open('a'), now)))
      .rejects.toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(onCancel).toHaveBeenCalled();
  });

  it('[P8] ends a body that stops, or only trickles, with 408', async () => {
    vi.useFakeTimers();
    try {
      const { stream } = stalled(new Uint8Array(10));
      const result = expect(readAll(limitBody(stream, open().open('a'), () => Date.now())))
        .rejects.toMatchObject({ status: 408 });
      await vi.advanceTimersByTimeAsync(20_000);
      await result;
      const trickle = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 15_000));
          controller.enqueue(new Uint8Array(1));
        },
      });
      const slow = expect(readAll(limitBody(trickle, open().open('a'), () => Date.now())))
        .rejects.toMatchObject({ status: 408 });
      await vi.advanceTimersByTimeAsync(60_000);
      await slow;
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the body of an answer', () => {
  const open = () =>
    new ByteBudget({ maxBytes: 1024 * KiB, maxBytesPerClient: 1024 * KiB, freeBytes: 0 });

  it('sends a long answer in pieces and releases its share', async () => {
    const budget = open();
    const share = budget.open('a');
    const length = 1000 * KiB;
    expect(share.take(length)).toBe(true);
    const body = new Response(new Uint8Array(length)).body!; // bytes give a body
    const answer = limitAnswer(body, { share, length, now });
    const sizes: number[] = [];
    for await (const chunk of answer) sizes.push(chunk.length);
    expect(sizes).toEqual([256 * KiB, 256 * KiB, 256 * KiB, 232 * KiB]);
    expect(budget.used).toBe(0);
  });

  it('[P8] ends an answer that its client does not read', async () => {
    vi.useFakeTimers();
    try {
      for (const length of [null, 900 * KiB]) {
        const budget = open();
        const share = budget.open('a');
        if (length !== null) share.take(length);
        const { stream, onCancel } = stalled(new Uint8Array(900 * KiB));
        const answer = limitAnswer(stream, { share, length, now: () => Date.now() });
        const reader = answer.getReader();
        await reader.read();
        expect(budget.used).toBe(900 * KiB);
        await vi.advanceTimersByTimeAsync(60_000);
        expect(budget.used).toBe(0);
        expect(onCancel).toHaveBeenCalled();
        await expect(reader.read()).rejects.toThrow('does not read');
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('[P8] counts the chunk of a stream that its client has not read', async () => {
    const budget = open();
    const chunks = [100, 200].map((length) => new Uint8Array(length));
    const { stream } = stalled(...chunks);
    const answer = limitAnswer(stream, { share: budget.open('a'), length: null, now });
    const reader = answer.getReader();
    await reader.read();
    expect(budget.used).toBe(100);
    await reader.read();
    expect(budget.used).toBe(200);
    await reader.cancel();
    expect(budget.used).toBe(0);
  });
});
