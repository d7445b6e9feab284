import type { ChangedBlock, Changes, OrderEntry } from '../../../protocol/answers/changes.ts';
import type { RenderedRevision } from '../jobs/job.ts';
import type { RenderedBlock } from './html.ts';

/** How many revisions a client may be behind and still get only the changes. */
const maxRevisions = 64;
/** Order entries of all revisions together. Long documents have fewer revisions. */
const maxOrderEntries = 1_000_000;

/** One version of the document as readers were shown it. */
interface Revision {
  /** Identifies the revision to clients. */
  readonly tag: string;
  readonly number: number;
  /** The identical array as in the previous revision when the order is the same. */
  readonly order: readonly string[];
}

interface BlockEntry {
  readonly block: RenderedBlock;
  /** The number of the revision that changed the block last. */
  readonly changedIn: number;
}

/**
 * The latest revisions of a document, to compute what a client needs to update from one of them. Keeps
 * the blocks of the newest revision, when each changed, and the order of the older revisions. In memory
 * only: after a wake it starts empty.
 */
export class Revisions {
  readonly #revisions: Revision[] = [];
  readonly #blocks = new Map<string, BlockEntry>();
  #title = '';
  #language: string | null = null;

  /** Whether {@link changesSince} can start from this revision. */
  has(tag: string): boolean {
    return this.#revisions.some((revision) => revision.tag === tag);
  }

  get isEmpty(): boolean {
    return this.#revisions.length === 0;
  }

  /** Adds the newest revision. Does nothing when it was added already. */
  add(tag: string, { title, language, blocks }: RenderedRevision): void {
    const last = this.#revisions.at(-1);
    if (last?.tag === tag) return;
    const number = (last?.number ?? 0) + 1;
    const order = blocks.map(({ orderEntry }) => orderEntry);
    const isSameOrder = last !== undefined && last.order.length === order.length &&
      order.every((entry, i) => entry === last.order[i]);
    for (const block of blocks) {
      const old = this.#blocks.get(block.key);
      if (old && hasSameHtml(old.block, block)) continue;
      this.#blocks.set(block.key, { block, changedIn: number });
    }
    if (!isSameOrder) this.#removeBlocksExcept(blocks);
    this.#title = title;
    this.#language = language;
    this.#revisions.push({ tag, number, order: isSameOrder ? last.order : order });
    const max = Math.max(2, Math.min(maxRevisions, maxOrderEntries / (order.length + 1)));
    if (this.#revisions.length > max) this.#revisions.shift();
  }

  /**
   * The changes from a revision to the newest; the whole document when that revision is unknown. Throws
   * a RangeError before the first revision.
   */
  changesSince(tag: string | null): Changes {
    const newest = this.#revisions.at(-1);
    if (!newest) throw new RangeError('Cannot compute changes: there is no revision yet');
    const from = this.#revisions.find((revision) => revision.tag === tag);
    const blocks: ChangedBlock[] = [];
    for (const [key, { block, changedIn }] of this.#blocks) {
      if (changedIn > (from?.number ?? 0)) blocks.push({ key, html: block.open + block.close });
    }
    return {
      version: newest.tag,
      ...(from && { from: from.tag }),
      title: this.#title,
      ...(this.#language !== null && { language: this.#language }),
      ...(from?.order !== newest.order && { order: diffOrder(from?.order ?? [], newest.order) }),
      blocks,
    };
  }

  #removeBlocksExcept(blocks: readonly RenderedBlock[]): void {
    if (this.#blocks.size === blocks.length) return;
    const keys = new Set(blocks.map(({ key }) => key));
    for (const key of this.#blocks.keys()) if (!keys.has(key)) this.#blocks.delete(key);
  }
}

/** Ignores the depth: clients know it from the order. */
function hasSameHtml(a: RenderedBlock, b: RenderedBlock): boolean {
  return a === b || a.open === b.open && a.close === b.close;
}

/** Encodes an order as ranges of an old one, and the entries that are new. */
function diffOrder(old: readonly string[], order: readonly string[]): OrderEntry[] {
  const indexes = new Map(old.map((entry, i) => [entry, i]));
  const entries: OrderEntry[] = [];
  let range: [start: number, count: number] | null = null;
  for (const entry of order) {
    const index = indexes.get(entry);
    if (range !== null && index === range[0] + range[1]) {
      range[1]++;
      continue;
    }
    range = index === undefined ? null : [index, 1];
    entries.push(range ?? entry);
  }
  return entries;
}
