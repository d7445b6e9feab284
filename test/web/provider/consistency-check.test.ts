import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { digestOf } from '../../../protocol/digest.ts';
import { ConsistencyCheck } from '../../../web/provider/sync/consistency-check.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Connection {
  readonly check: ConsistencyCheck;
  readonly counts: { requests: number; exchanges: number };
}

/** A connection to a service that answers each request with the result of `digest`. */
function connect(doc: Y.Doc, digest: (doc: Y.Doc) => Uint8Array): Connection {
  const counts = { requests: 0, exchanges: 0 };
  const check: ConsistencyCheck = new ConsistencyCheck(doc, {
    requestDigest: () => {
      counts.requests++;
      void check.compare(digest(doc));
    },
    onMismatch: () => {
      counts.exchanges++;
      // As after the sync step 1 that ends the exchange.
      check.schedule();
    },
  });
  return { check, counts };
}

/** Lets time pass, also for code that is loaded on demand. */
async function pass(milliseconds: number): Promise<void> {
  const second = 1_000;
  for (let passed = 0; passed < milliseconds; passed += second) {
    await vi.advanceTimersByTimeAsync(second);
    await vi.dynamicImportSettled();
  }
}

describe('[P7] [P8] the consistency check', () => {
  it('exchanges at most three times per connection while the digests differ', async () => {
    const doc = new Y.Doc();
    const wrongDigest = () => new Uint8Array(8);
    const { check, counts } = connect(doc, wrongDigest);
    check.schedule();
    await pass(600_000);
    expect(counts.exchanges).toBe(3);
    const { requests } = counts;
    // Local edits request more digests, and exchange nothing.
    for (let edit = 0; edit < 10; edit++) {
      check.schedule();
      await pass(10_000);
    }
    expect(counts).toEqual({ requests: requests + 10, exchanges: 3 });
    check.stop();
    const next = connect(doc, wrongDigest);
    next.check.schedule();
    await pass(600_000);
    expect(next.counts.exchanges).toBe(3);
    expect(counts).toEqual({ requests: requests + 10, exchanges: 3 });
  });

  it('repairs every later difference once the digests were equal', async () => {
    let isWrong = true;
    const { check, counts } = connect(
      new Y.Doc(),
      (doc) => isWrong ? new Uint8Array(8) : digestOf(Y.encodeSnapshot(Y.snapshot(doc))),
    );
    for (let difference = 1; difference <= 5; difference++) {
      isWrong = true;
      check.schedule();
      await pass(2_000);
      expect(counts.exchanges).toBe(difference);
      isWrong = false;
      await pass(2_000);
    }
  });
});
