import type { Node } from 'prosemirror-model';
import type { EditorState } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import type { SearchQuery } from './search.ts';

/** A place where the wanted text stands. */
export interface Match {
  readonly from: number;
  readonly to: number;
}

/** More are counted but not marked: so many cannot be told apart on the screen anyway. */
const mostMarked = 2000;

/**
 * What a query finds in a document. Matches lie within one line. Lines that are searched once are
 * not searched again: a change, from here or from others, costs the lines it changes.
 */
export class SearchMatches {
  readonly matches: readonly Match[];
  /** The match that is selected, or -1. */
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
      for (const { from, to } of this.#inLine(line)) {
        matches.push({ from: offset + 1 + from, to: offset + 1 + to });
      }
    });
    this.matches = matches;
    this.current = matches.findIndex(({ from, to }) =>
      from === selection.from && to === selection.to
    );
    const marked = matches.slice(0, mostMarked).map(({ from, to }, index) =>
      Decoration.inline(from, to, {
        class: index === this.current ? 'search-match is-current' : 'search-match',
      })
    );
    this.decorations = DecorationSet.create(doc, marked);
  }

  /** The same query in a state that has changed. */
  in(state: EditorState): SearchMatches {
    return new SearchMatches(state, this.#pattern, this.#byLine);
  }

  #inLine(line: Node): readonly Match[] {
    const known = this.#byLine.get(line);
    if (known) return known;
    // A hard break counts in positions: it stands for itself.
    const text = line.textBetween(0, line.content.size, undefined, '\ufffc');
    const found = [...this.#pattern ? text.matchAll(this.#pattern) : []].map((match) => ({
      from: match.index,
      to: match.index + match[0].length,
    }));
    this.#byLine.set(line, found);
    return found;
  }
}

/** What a query looks for; null where that is nothing. */
export function patternOf({ text, caseSensitive, wholeWord }: SearchQuery): RegExp | null {
  if (text === '') return null;
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const isWordAt = (character: string | undefined) => /[\p{L}\p{N}_]/u.test(character ?? '');
  const start = wholeWord && isWordAt([...text][0]) ? '(?<![\\p{L}\\p{N}_])' : '';
  const end = wholeWord && isWordAt([...text].at(-1)) ? '(?![\\p{L}\\p{N}_])' : '';
  return new RegExp(`${start}${literal}${end}`, caseSensitive ? 'gu' : 'giu');
}
