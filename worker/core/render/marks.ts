import { safeHref } from '../../../protocol/safe-href.ts';
import { type Mark, type Marks, type MarkType, markTypes } from './tree.ts';

/** The names of marks, also as other editors call them. */
const knownMarks = new Map<string, MarkType>([
  ...markTypes.map((type) => [type, type] as const),
  ['strong', 'bold'],
  ['em', 'italic'],
  ['s', 'strike'],
]);

/** y-prosemirror tells marks that overlap with others of their kind apart by a hash in the name. */
const overlapHash = /--[a-zA-Z0-9+/=]{8}$/;

/** The marks that hold at one place of a text, while it is walked from its beginning. */
export class MarkState {
  readonly #formats = new Map<string, Mark>();
  #marks: Marks | null = [];

  /** From here on the format has this value; null ends it. A format we do not know marks nothing. */
  apply(name: string, value: unknown): void {
    const mark = readMark(name.replace(overlapHash, ''), value);
    if (mark === null) this.#formats.delete(name);
    else this.#formats.set(name, mark);
    this.#marks = null;
  }

  get marks(): Marks {
    if (this.#marks === null) {
      const held = [...this.#formats.values()];
      this.#marks = markTypes.flatMap((type) => held.find((mark) => mark.type === type) ?? []);
    }
    return this.#marks;
  }
}

function readMark(name: string, value: unknown): Mark | null {
  const type = knownMarks.get(name);
  if (type === undefined || value === null || value === undefined || value === false) return null;
  if (type !== 'link') return { type };
  const href = typeof value === 'object' && 'href' in value ? value.href : value;
  const safe = typeof href === 'string' ? safeHref(href) : null;
  return safe === null ? null : { type, href: safe };
}

export function sameMark(a: Mark, b: Mark): boolean {
  return a.type === 'link' && b.type === 'link' ? a.href === b.href : a.type === b.type;
}

export function sameMarks(a: Marks, b: Marks): boolean {
  return a === b ||
    a.length === b.length && a.every((mark, i) => sameMark(mark, b[i] as Mark));
}
