import { indentOf, isListKind, kindOf, type LineKind } from '../protocol/schema.ts';

/** The attributes of a line or block. */
type Attributes = { readonly [name: string]: unknown };

/**
 * Counts the numbers that the ordered list lines of a document show, as the editor and the renderers
 * do: a list continues below a deeper line, and starts again after a line that is not deeper.
 */
export class ListNumbers {
  readonly #open: { readonly kind: LineKind; count: number }[] = [];

  /** The number of the next block if it is an ordered list line; null for any other block. */
  next(isLine: boolean, attributes: Attributes): number | null {
    const kind = isLine ? kindOf(attributes) : 'text';
    const level = indentOf(attributes);
    if (!isListKind(kind)) {
      this.#closeFrom(kind === 'text' ? level : 0);
      return null;
    }
    this.#closeFrom(level + 1);
    if (this.#open[level]?.kind !== kind) this.#closeFrom(level);
    while (this.#open.length <= level) {
      this.#open.push({ kind: this.#open.length < level ? 'bullet' : kind, count: 0 });
    }
    const list = this.#open[level];
    const count = list ? ++list.count : 0;
    return kind === 'ordered' ? count : null;
  }

  /** The number that an ordered list line would have as the next block. */
  peek(attributes: Attributes): number {
    const list = this.#open[indentOf(attributes)];
    return list?.kind === 'ordered' ? list.count + 1 : 1;
  }

  #closeFrom(level: number): void {
    this.#open.length = Math.min(this.#open.length, level);
  }
}
