import type { Node } from 'prosemirror-model';
import type { EditorState } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import type { FindInText, TextRange } from './search-query.ts';

/** A range of the document that matches the query. */
export interface Match {
  readonly from: number;
  readonly to: number;
}

/**
 * Steps of a regular expression for one look at the document, about a second. An ordinary one takes
 * a few steps for each character.
 */
const maxSteps = 8_000_000;

/** More matches are counted but not highlighted. */
const maxHighlighted = 2000;

/**
 * The matches of a query in a document. A match lies within one line. Lines are cached: after a
 * change, local or remote, only the changed lines are searched.
 */
export class SearchMatches {
  readonly matches: readonly Match[];
  /** The index of the selected match, or -1. */
  readonly current: number;
  readonly decorations: DecorationSet;
  /** Whether a regular expression took too long, so that there may be more matches. */
  readonly isPartial: boolean;
  readonly #find: FindInText | null;
  readonly #byLine: WeakMap<Node, readonly TextRange[]>;

  constructor(
    state: EditorState,
    find: FindInText | null,
    byLine = new WeakMap<Node, readonly TextRange[]>(),
  ) {
    this.#find = find;
    this.#byLine = byLine;
    const { doc, selection } = state;
    const matches: Match[] = [];
    const budget = { left: maxSteps };
    doc.forEach((line, offset) => {
      for (const { from, to } of this.#matchesInLine(line, budget)) {
        matches.push({ from: offset + 1 + from, to: offset + 1 + to });
      }
    });
    this.matches = matches;
    this.isPartial = budget.left <= 0;
    this.current = matches.findIndex(({ from, to }) =>
      from === selection.from && to === selection.to
    );
    const highlights = matches.slice(0, maxHighlighted).map(({ from, to }, index) =>
      Decoration.inline(from, to, {
        class: index === this.current ? 'search-match is-current' : 'search-match',
      })
    );
    this.decorations = DecorationSet.create(doc, highlights);
  }

  /** The matches of the same query in another state. */
  in(state: EditorState): SearchMatches {
    return new SearchMatches(state, this.#find, this.#byLine);
  }

  #matchesInLine(line: Node, budget: { left: number }): readonly TextRange[] {
    const cached = this.#byLine.get(line);
    if (cached) return cached;
    // A hard break takes one position. The placeholder character keeps the offsets right.
    const text = line.textBetween(0, line.content.size, undefined, '\n');
    const found = this.#find?.(text, budget) ?? [];
    if (budget.left > 0) this.#byLine.set(line, found);
    return found;
  }
}
