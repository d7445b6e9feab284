import type * as Y from 'yjs';
import type { Formats, IdRange } from './item-edits.ts';

/** Text as it was when it was deleted. */
interface TextPart extends IdRange {
  readonly text: string;
  readonly formats: Formats;
}

/** A text within an element. Without ids, it is new. */
interface TextCopy {
  readonly id?: Y.ID;
  readonly parts: readonly (Omit<TextPart, keyof IdRange> & Partial<IdRange>)[];
}

/** A block or a line break, with its content. */
export interface ElementCopy {
  readonly id?: Y.ID;
  readonly name: string;
  readonly attributes: Formats;
  readonly children: readonly (ElementCopy | TextCopy)[];
}

/** The place of deleted content: to the right of `left`, or at the start of `parent`. */
interface OldPlace {
  /** The visible item to its left at the time of the deletion. */
  readonly left: Y.ID | null;
  /** The item of the type that contains it; null for the root. */
  readonly parent: Y.ID | null;
}

/** One change that this editor has made, with what is needed to undo it. */
export type EditRecord =
  | { readonly type: 'insert'; readonly range: IdRange }
  /** `range` starts with the element, and includes what it contained when it was inserted. */
  | { readonly type: 'insert-element'; readonly range: IdRange }
  | { readonly type: 'delete-text'; readonly part: TextPart; readonly place: OldPlace }
  | {
    readonly type: 'delete-element';
    readonly copy: ElementCopy & { readonly id: Y.ID };
    readonly place: OldPlace;
  }
  | {
    readonly type: 'attribute';
    readonly element: Y.ID;
    readonly key: string;
    readonly before: unknown;
    readonly after: unknown;
  }
  | {
    readonly type: 'format';
    readonly range: IdRange;
    readonly key: string;
    readonly before: unknown;
    readonly after: unknown;
  };

interface Copy extends IdRange {
  readonly to: Y.ID;
  readonly order: number;
}

/** Ids are found by groups of this many. */
const groupSize = 64;

/** The ids of copies by those of the deleted content that they replace. */
export class CopiedIds {
  readonly #groups = new Map<string, Copy[]>();
  #count = 0;

  add({ client, clock, length }: IdRange, to: Y.ID): void {
    const copy = { client, clock, length, to, order: this.#count++ };
    for (const key of groupsOf(copy)) {
      const group = this.#groups.get(key);
      if (group) group.push(copy);
      else this.#groups.set(key, [copy]);
    }
  }

  /** The copies of content with these ids, the oldest first. */
  #copiesOf(range: IdRange): Copy[] {
    const copies = new Set<Copy>();
    for (const key of groupsOf(range)) {
      for (const copy of this.#groups.get(key) ?? []) {
        const isInRange = copy.clock < range.clock + range.length &&
          range.clock < copy.clock + copy.length;
        if (isInRange) copies.add(copy);
      }
    }
    return [...copies].sort((a, b) => a.order - b.order);
  }

  /** These ids, followed by those of each copy, copies of copies included. */
  *versionsOf(range: IdRange): Iterable<IdRange> {
    yield range;
    for (const copy of this.#copiesOf(range)) yield* this.versionsOf(copiedPart(copy, range));
  }

  /** The ids of the last copies of this content; those of what was not copied unchanged. */
  latest(range: IdRange): IdRange[] {
    const { client, clock, length } = range;
    if (length <= 0) return [];
    const last = this.#copiesOf(range).at(-1);
    if (!last) return [range];
    const end = Math.min(last.clock + last.length, clock + length);
    return [
      ...this.latest({ client, clock, length: last.clock - clock }),
      ...this.latest(copiedPart(last, range)),
      ...this.latest({ client, clock: end, length: clock + length - end }),
    ];
  }
}

function* groupsOf({ client, clock, length }: IdRange): Iterable<string> {
  const last = Math.floor((clock + length - 1) / groupSize);
  for (let group = Math.floor(clock / groupSize); group <= last; group++) {
    yield `${client} ${group}`;
  }
}

/** The ids of a copy of the part of a range that it copies. */
function copiedPart({ clock, length, to }: Copy, range: IdRange): IdRange {
  const start = Math.max(clock, range.clock);
  const end = Math.min(clock + length, range.clock + range.length);
  return { client: to.client, clock: to.clock + start - clock, length: end - start };
}
