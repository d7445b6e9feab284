import { createEncoder, toUint8Array, writeUint8Array } from 'lib0/encoding';
import * as Y from 'yjs';
import { applyUpdates, collectGarbage, emptyDocument } from '../log/load-document.ts';
import { ClockRanges } from '../update/clock-ranges.ts';
import { writeDeleteSet } from '../update/delete-set.ts';
import { UpdateReader } from '../update/update-reader.ts';

/** Where compaction makes versions, and what they follow. */
export interface VersionPlan {
  /** A version is made after so many of the updates. Ascends. */
  readonly after: readonly number[];
  /** The state of the newest link: `Y.encodeSnapshot`. Null without one. */
  readonly over: Uint8Array | null;
}

export const noVersions: VersionPlan = { after: [], over: null };

/** The links of new versions, and the state of the newest. Null without one. */
export interface MadeLinks {
  readonly links: readonly Uint8Array[];
  readonly state: Uint8Array | null;
}

/**
 * Writes the chain of versions. A link is an update over the link before it: what was inserted since and
 * is still there, and what was deleted since. Applied in order, the links up to a version are the
 * document as it was, without what had been deleted before.
 */
class LinkWriter {
  readonly #links: Uint8Array[] = [];
  #over: Y.Snapshot | null;

  constructor(over: Uint8Array | null) {
    this.#over = over && Y.decodeSnapshot(over);
  }

  get made(): MadeLinks {
    const state = this.#links.length > 0 && this.#over ? Y.encodeSnapshot(this.#over) : null;
    return { links: this.#links, state };
  }

  /** Adds a version. `doc` must be collected. */
  add(doc: Y.Doc): void {
    const state = Y.snapshot(doc);
    const over = this.#over ?? Y.emptySnapshot;
    const update = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(over.sv));
    const encoder = createEncoder();
    writeUint8Array(encoder, structsOf(update));
    writeDeleteSet(encoder, deletedSince(state.ds, over.ds));
    this.#links.push(toUint8Array(encoder));
    this.#over = state;
  }
}

/** Applies all updates, and makes versions on the way. Collects the document at each. */
export function applyWithVersions(
  doc: Y.Doc,
  updates: readonly Uint8Array[],
  { after, over }: VersionPlan,
): MadeLinks {
  const writer = new LinkWriter(over);
  let applied = 0;
  for (const count of after) {
    applyUpdates(doc, updates.slice(applied, count));
    applied = count;
    collectGarbage(doc);
    writer.add(doc);
  }
  applyUpdates(doc, updates.slice(applied));
  return writer.made;
}

/** Removes versions from a chain: merges each with the next one. `keep[i]` is about `links[i]`. */
export function mergeLinks(
  links: readonly Uint8Array[],
  keep: readonly boolean[],
): readonly Uint8Array[] {
  const after = keep.flatMap((isKept, i) => isKept ? [i + 1] : []);
  const doc = emptyDocument();
  try {
    return applyWithVersions(doc, links.slice(0, after.at(-1) ?? 0), { after, over: null }).links;
  } finally {
    doc.destroy();
  }
}

/** The bytes of an update before its delete set. */
function structsOf(update: Uint8Array): Uint8Array {
  const reader = new UpdateReader(update);
  while (reader.nextClient()) while (reader.nextStruct());
  return update.subarray(0, reader.position);
}

type DeleteSet = Y.Snapshot['ds'];

function deletedSince(now: DeleteSet, before: DeleteSet): Map<number, ClockRanges> {
  const since = new Map<number, ClockRanges>();
  for (const [client, ranges] of now.clients) {
    const added = new ClockRanges();
    const earlier = before.clients.get(client) ?? [];
    let next = 0;
    for (const { clock, len } of ranges) {
      let from = clock;
      const end = clock + len;
      // Both are sorted and disjoint, and `now` contains all of `before`.
      for (; next < earlier.length && earlier[next]!.clock < end; next++) { // in bounds
        const known = earlier[next]!;
        if (known.clock > from) added.add(from, known.clock);
        from = Math.max(from, known.clock + known.len);
      }
      if (from < end) added.add(from, end);
    }
    if (added.size > 0) since.set(client, added);
  }
  return since;
}
