import type { ChangedBlock, Changes, OrderEntry } from '../../../protocol/changes.ts';
import type { RenderedPart } from './html.ts';

/** How many editions back somebody may be and still get only what has changed. */
const mostEditions = 64;
/** In all of them together; those of a long document are fewer. */
const mostPlaces = 1_000_000;

interface Edition {
  readonly version: string;
  readonly number: number;
  /** The same array as that of the edition before, where nothing has moved. */
  readonly order: readonly string[];
}

interface Kept {
  readonly part: RenderedPart;
  /** Number of the edition in which it became what it is. */
  readonly since: number;
}

/**
 * The latest editions of one document: the newest whole, of the older ones only the order, and for
 * each part when it last changed. In memory only: after a wake history begins anew.
 */
export class Revisions {
  readonly #editions: Edition[] = [];
  readonly #parts = new Map<string, Kept>();
  #title = '';

  /** Whether {@link changesSince} can start from this edition. */
  has(version: string): boolean {
    return this.#editions.some((edition) => edition.version === version);
  }

  get isEmpty(): boolean {
    return this.#editions.length === 0;
  }

  /** Takes in the newest edition. Does nothing where it is in already. */
  add(version: string, title: string, parts: readonly RenderedPart[]): void {
    const last = this.#editions.at(-1);
    if (last?.version === version) return;
    const number = (last?.number ?? 0) + 1;
    const order = parts.map(({ place }) => place);
    const isSame = last !== undefined && last.order.length === order.length &&
      order.every((place, i) => place === last.order[i]);
    for (const part of parts) {
      const old = this.#parts.get(part.key);
      if (old && isSamePart(old.part, part)) continue;
      this.#parts.set(part.key, { part, since: number });
    }
    if (!isSame) this.#forgetOthers(parts);
    this.#title = title;
    this.#editions.push({ version, number, order: isSame ? last.order : order });
    const most = Math.max(2, Math.min(mostEditions, mostPlaces / (order.length + 1)));
    if (this.#editions.length > most) this.#editions.shift();
  }

  /** From that edition to the newest; the whole document where that edition is not known. */
  changesSince(version: string | null): Changes {
    const newest = this.#editions.at(-1);
    if (!newest) throw new RangeError('Cannot tell changes: there is no edition yet');
    const from = this.#editions.find((edition) => edition.version === version);
    const blocks: ChangedBlock[] = [];
    for (const [key, { part, since }] of this.#parts) {
      if (since > (from?.number ?? 0)) blocks.push({ key, html: part.open + part.close });
    }
    return {
      version: newest.version,
      ...(from && { from: from.version }),
      title: this.#title,
      ...(from?.order !== newest.order && { order: rangesOf(newest.order, from?.order ?? []) }),
      blocks,
    };
  }

  #forgetOthers(parts: readonly RenderedPart[]): void {
    if (this.#parts.size === parts.length) return;
    const keys = new Set(parts.map(({ key }) => key));
    for (const key of this.#parts.keys()) if (!keys.has(key)) this.#parts.delete(key);
  }
}

/** Whether they are the same to a reader who has one of them; where it stands is told by the order. */
function isSamePart(a: RenderedPart, b: RenderedPart): boolean {
  return a === b || a.open === b.open && a.close === b.close;
}

/** An order, told by ranges of another. */
function rangesOf(order: readonly string[], old: readonly string[]): OrderEntry[] {
  const indexes = new Map(old.map((place, i) => [place, i]));
  const places: OrderEntry[] = [];
  let range: [start: number, count: number] | null = null;
  for (const place of order) {
    const index = indexes.get(place);
    if (range !== null && index === range[0] + range[1]) {
      range[1]++;
      continue;
    }
    range = index === undefined ? null : [index, 1];
    places.push(range ?? place);
  }
  return places;
}
