import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { digestOf } from '../../../protocol/digest.ts';
import { ConsistencyCheck } from '../../../web/provider/sync/consistency-check.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A document whose other side always answers a question with what `digest` makes. */
function talk(digest: (doc: Y.Doc) => Uint8Array) {
  const doc = new Y.Doc();
  const counts = { asked: 0, exchanges: 0 };
  const agreement: ConsistencyCheck = new ConsistencyCheck(doc, {
    ask: () => {
      counts.asked++;
      agreement.received(digest(doc));
    },
    disagreed: () => {
      counts.exchanges++;
      // The sync step 1 that ends the exchange.
      agreement.want();
    },
  });
  return { doc, counts, agreement };
}

describe('[P7] [P8] whether both hold the same', () => {
  it('is not asked for ever where they never do, but again on the next connection', () => {
    const { counts, agreement } = talk(() => new Uint8Array(8));
    agreement.want();
    vi.advanceTimersByTime(600_000);
    expect(counts.exchanges).toBe(3);
    const { asked } = counts;
    // Own edits ask again, and exchange nothing more.
    for (let edit = 0; edit < 10; edit++) {
      agreement.want();
      vi.advanceTimersByTime(10_000);
    }
    expect(counts).toEqual({ asked: asked + 10, exchanges: 3 });
    agreement.stop();
    agreement.want();
    vi.advanceTimersByTime(600_000);
    expect(counts.exchanges).toBe(6);
  });

  it('once they do, a later accident is made good as the first', () => {
    let isWrong = true;
    const { counts, agreement } = talk((doc) =>
      isWrong ? new Uint8Array(8) : digestOf(Y.encodeSnapshot(Y.snapshot(doc)))
    );
    for (let accident = 1; accident <= 5; accident++) {
      isWrong = true;
      agreement.want();
      vi.advanceTimersByTime(2_000);
      expect(counts.exchanges).toBe(accident);
      isWrong = false;
      vi.advanceTimersByTime(2_000);
    }
  });
});
