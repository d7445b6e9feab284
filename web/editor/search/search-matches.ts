import type { Node } from 'prosemirror-model';
import type { EditorState } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';

export interface SearchQuery {
  /** Matched literally. Empty finds nothing. */
  readonly text: string;
  readonly caseSensitive?: boolean;
  readonly wholeWord?: boolean;
}

/** A range of the document that matches the query. */
export interface Match {
  readonly from: number;
  readonly to: number;
}

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
  readonly #pattern: RegExp | null;
  readonly #byLine: WeakMap<Node, readonly Match[]>;

  constructor(
    state: EditorState,
    pattern: RegExp | null,
    byLine = new WeakMap<Node, readonly Match[]>(),
  ) {
    this.#pattern = pattern;
    this.#byLine = byLine;
    const { doc, selection } = state;
    const matches: Match[] = [];
    doc.forEach((line, offset) => {
      for (const { from, to } of this.#matchesInLine(line)) {
        matches.push({ from: offset + 1 + from, to: offset + 1 + to });
      }
    });
    this.matches = matches;
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
    return new SearchMatches(state, this.#pattern, this.#byLine);
  }

  #matchesInLine(line: Node): readonly Match[] {
    const cached = this.#byLine.get(line);
    if (cached) return cached;
    // A hard break takes one position. The placeholder character keeps the offsets right.
    const text = line.textBetween(0, line.content.size, undefined, '\ufffc');
    const found = [...this.#pattern ? text.matchAll(this.#pattern) : []].map((match) => ({
      from: match.index,
      to: match.index + match[0].length,
    }));
    this.#byLine.set(line, found);
    return found;
  }
}

/** The pattern of a query, or null if its text is empty. */
export function patternOf({ text, caseSensitive, wholeWord }: SearchQuery): RegExp | null {
  if (text === '') return null;
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const isWord = (character: string | undefined) => /[\p{L}\p{N}_]/u.test(character ?? '');
  const start = wholeWord && isWord([...text][0]) ? '(?<![\\p{L}\\p{N}_])' : '';
  const end = wholeWord && isWord([...text].at(-1)) ? '(?![\\p{L}\\p{N}_])' : '';
  return new RegExp(`${start}${literal}${end}`, caseSensitive ? 'gu' : 'giu');
}
