import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentsOf, inspectUpdate } from '../../worker/core/causality.ts';
import { KnownState } from '../../worker/core/known-state.ts';
import { Refusal } from '../../worker/core/refusal.ts';
import { Author, Random } from './causality-world.ts';

/** How many times more than usual to try: `EDGEPAD_FUZZ=100 npx vitest run test/core/causality`. */
const effort = Number((globalThis as any).process?.env.EDGEPAD_FUZZ ?? 1);

class Server {
  readonly log: Uint8Array[] = [];
  readonly known = new KnownState();
  readonly doc = new Y.Doc();
  deletes = Y.createDeleteSet ? Y.createDeleteSet() : (null as never);

  accept(update: Uint8Array): void {
    const inspection = inspectUpdate(update, this.known);
    expect(inspection.type).toBe('complete');
    if (inspection.type !== 'complete') return;
    expect(contentsOf(inspection.update, this.known)).toEqual(inspection.contents);
    if (this.known.has(inspection.contents)) return;
    this.known.add(inspection.contents);
    expect(this.known.has(inspection.contents)).toBe(true);
    this.log.push(inspection.update);
    Y.applyUpdate(this.doc, inspection.update);
    expect(this.doc.store.pendingStructs).toBe(null);
    expect(this.doc.store.pendingDs).toBe(null);
    expect(this.known.encodeStateVector()).toEqual(Y.encodeStateVector(this.doc));
  }
}

describe('honest', () => {
  it('never refused', () => {
    for (let seed = 1; seed <= 60 * effort; seed++) {
      const random = new Random(seed);
      const server = new Server();
      const authors = Array.from(
        { length: 3 },
        (_, i) => new Author(random.below(2 ** 32), i !== 2),
      );
      try {
        for (let step = 0; step < 120; step++) {
          const author = random.pick(authors);
          for (let i = random.below(4); i >= 0; i--) author.edit(random);
          if (random.chance(60)) { for (const u of author.takeOutbox()) server.accept(u); }
          else if (random.chance(20)) {
            author.takeOutbox();
            server.accept(Y.encodeStateAsUpdate(author.doc, Y.encodeStateVector(server.doc)));
          } else if (random.chance(20)) {
            author.takeOutbox();
            server.accept(Y.encodeStateAsUpdate(author.doc));
          } else if (random.chance(20)) {
            const out = author.takeOutbox();
            if (out.length > 0) server.accept(Y.mergeUpdates(out));
          }
          if (random.chance(50)) {
            author.receive(
              server.log,
              author.seen + random.below(server.log.length - author.seen + 1),
            );
          }
        }
      } catch (e) {
        console.log('seed', seed);
        throw e;
      }
    }
  });
});
