import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { LostTextFinder } from '../../../web/provider/recovery/lost-text-finder.ts';
import { Random } from '../../support/random.ts';
import { HeadlessEditor } from '../editor/headless-editor.ts';
import { copying, deleting } from './line-operations.ts';
import { RecoveryWorld } from './recovery-world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('[P7] [E14] the caret', () => {
  test('follows the text into the joined line', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(1, 6);
    world.b.type('BOB');
    copying['Backspace joins it to the line above']?.(world.a, 1, new Random(1));
    world.settle();
    expect(world.b.lines).toEqual(['firstsecondBOB| line', 'third']);
    world.b.type('IS');
    world.settle();
    expect(world.a.text).toEqual(['firstsecondBOBIS line', 'third']);
  });

  test('follows the text into a copy that arrives later, after cut and paste', async () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(1, 6);
    world.b.type('BOB');
    const line = world.a.state.doc.child(1);
    deleting.deleted?.(world.a, 1, new Random(1));
    world.settle();
    await Promise.resolve();
    world.a.dispatch(world.a.state.tr.insert(0, line));
    world.settle();
    expect(world.b.lines).toEqual(['secondBOB| line', 'first', 'third']);
  });

  test('stays where the user has moved it', async () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(1, 6);
    world.b.type('BOB');
    const line = world.a.state.doc.child(1);
    deleting.deleted?.(world.a, 1, new Random(1));
    world.settle();
    await Promise.resolve();
    world.b.caret(0, 2);
    world.a.dispatch(world.a.state.tr.insert(0, line));
    world.settle();
    expect(world.b.lines).toEqual(['secondBOB line', 'fi|rst', 'third']);
  });

  test('stays in another line', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(1, 6);
    world.b.type('BOB');
    world.b.caret(2, 3);
    copying['Backspace joins it to the line above']?.(world.a, 1, new Random(1));
    world.settle();
    expect(world.b.lines).toEqual(['firstsecondBOB line', 'thi|rd']);
  });
});

describe('[P7] re-inserting orphaned text', () => {
  test('keeps the position of each text in the line', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    for (const [offset, text] of [[11, 'C'], [8, 'B'], [2, 'A'], [0, '>']] as const) {
      world.b.caret(1, offset);
      world.b.type(text);
    }
    copying['Backspace joins it to the line above']?.(world.a, 1, new Random(1));
    world.settle();
    expect(world.b.text).toEqual(['first>seAcond lBineC', 'third']);
    expect(world.a.text).toEqual(world.b.text);
  });

  test('needs a single copy: with two, the text is offered', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(1, 6);
    world.b.type('BOB');
    const line = world.a.state.doc.child(1);
    world.a.dispatch(world.a.state.tr.delete(7, 7 + line.nodeSize).insert(0, [line, line]));
    world.settle();
    vi.advanceTimersByTime(2_000);
    expect(world.restored).toEqual([]);
    expect(world.offered).toBe('BOB');
  });

  test('happens once, also if a later session receives the same history', () => {
    for (const known of [0, 1]) {
      const world = new RecoveryWorld('first\nsecond line\nthird');
      const history: Uint8Array[] = [Y.encodeStateAsUpdate(world.b.doc)];
      for (const { doc } of [world.a, world.b]) {
        // As sent: an update that is derived from it would name the deleted text.
        doc.on('update', (update: Uint8Array, origin: unknown) => {
          if (origin !== 'network') history.push(update);
        });
      }
      world.b.caret(1, 6);
      world.b.type('B');
      copying['Backspace joins it to the line above']?.(world.a, 1, new Random(1));
      world.settle();
      expect(world.b.text[0]).toBe('firstsecondB line');

      // Stored on the device: nothing, or everything up to the word.
      const doc = new Y.Doc();
      for (const update of history.slice(0, known * 2)) Y.applyUpdate(doc, update);
      const source: { incoming: readonly Uint8Array[] } = { incoming: [] };
      const finder = new LostTextFinder({ doc, source, clients: [world.b.doc.clientID] });
      source.incoming = history.slice(known * 2);
      doc.transact(() => {
        for (const update of source.incoming) Y.applyUpdate(doc, update);
      });
      source.incoming = [];
      vi.advanceTimersByTime(2_000);
      expect(finder.offers).toEqual([]);
      expect(new HeadlessEditor(doc).text[0]).toBe('firstsecondB line');
    }
  });

  test('does not offer dismissed text to a new session with the same history', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    const history: Uint8Array[] = [Y.encodeStateAsUpdate(world.b.doc)];
    for (const { doc } of [world.a, world.b]) {
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== 'network') history.push(update);
      });
    }
    world.b.caret(1, 6);
    world.b.type('B');
    deleting.deleted?.(world.a, 1, new Random(1));
    const doc = new Y.Doc();
    const source = { incoming: history };
    const finder = new LostTextFinder({ doc, source, clients: [world.b.doc.clientID] });
    doc.transact(() => {
      for (const update of history) Y.applyUpdate(doc, update);
    });
    vi.advanceTimersByTime(2_000);
    expect(finder.offers).toEqual([]);
  });
});

describe('[P7] an offer', () => {
  test('is not made if a copy arrives within two seconds', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(1, 6);
    world.b.type('BOB');
    const line = world.a.state.doc.child(1);
    deleting.deleted?.(world.a, 1, new Random(1));
    world.settle();
    vi.advanceTimersByTime(1_900);
    expect(world.offered).toBe('');
    world.a.dispatch(world.a.state.tr.insert(0, line));
    world.settle();
    vi.advanceTimersByTime(10_000);
    expect(world.offered).toBe('');
    expect(world.b.text[0]).toBe('secondBOB line');
  });

  test('is withdrawn if a copy arrives later', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(1, 6);
    world.b.type('BOB');
    const line = world.a.state.doc.child(1);
    deleting.deleted?.(world.a, 1, new Random(1));
    world.settle();
    vi.advanceTimersByTime(2_000);
    expect(world.offered).toBe('BOB');
    world.a.dispatch(world.a.state.tr.insert(0, line));
    world.settle();
    expect(world.offered).toBe('');
    expect(world.b.text[0]).toBe('secondBOB line');
  });

  test('excludes text that the other client had seen', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(1, 6);
    world.b.type('BOB');
    world.settle();
    world.b.type('BY');
    deleting.deleted?.(world.a, 1, new Random(1));
    world.settle();
    vi.advanceTimersByTime(2_000);
    expect(world.finder.offers.map(({ text }) => text)).toEqual(['BY']);
    world.finder.dismiss(...world.finder.offers);
    expect(world.offered).toBe('');
  });

  test('is not caused by undo, which does not track re-inserted text', () => {
    const world = new RecoveryWorld('first\nsecond line\nthird');
    world.b.caret(0, 0);
    world.b.type('x');
    vi.advanceTimersByTime(1_000);
    world.b.caret(1, 6);
    world.b.type('BOB');
    copying['Backspace joins it to the line above']?.(world.a, 1, new Random(1));
    world.settle();
    world.b.press('Mod-z');
    world.settle();
    expect(world.b.text[0]).toContain('BOB');
    expect(world.a.text).toEqual(world.b.text);
  });
});
