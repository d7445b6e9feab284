import { type Command, type EditorState, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { type Match, patternOf, SearchMatches } from './search-matches.ts';
import { onFound, searchKey as key } from './search-plugin.ts';
import { asOneUndoStep } from '../binding/undo.ts';

export interface SearchQuery {
  /** As it stands, no pattern. Empty finds nothing. */
  readonly text: string;
  readonly caseSensitive?: boolean;
  readonly wholeWord?: boolean;
}

export interface SearchResult {
  readonly count: number;
  /** Which match is selected, counted from 1; 0 for none. */
  readonly current: number;
}

/**
 * Find and replace, for a page that shows the fields and buttons. Matches are marked in the text,
 * also in what others write meanwhile, until {@link Search.close}. The focus stays where it is.
 */
export interface Search {
  /** Marks all matches, and selects the first from the caret on. */
  open(query: SearchQuery): SearchResult;
  /** Selects the next match, after the last one the first. */
  next(): SearchResult;
  previous(): SearchResult;
  /** Replaces the selected match, and selects the next. Where none is selected it only does that. */
  replace(replacement: string): SearchResult;
  /** Replaces all, undone by one undo, and answers how many that were. */
  replaceAll(replacement: string): number;
  /** Takes the marks away. The selection stays. */
  close(): void;
  /** What is found now. It changes with the document: see {@link Search.onChange}. */
  readonly result: SearchResult;
  /** Calls back whenever the result may have changed. Returns the function that ends it. */
  onChange(listener: (result: SearchResult) => void): () => void;
}

function resultOf(state: EditorState): SearchResult {
  const found = key.getState(state);
  return { count: found?.matches.length ?? 0, current: (found?.current ?? -1) + 1 };
}

/** The search of an editor whose state has the `searchPlugin`. One for each editor. */
export function createSearch(view: EditorView): Search {
  const listeners = new Set<(result: SearchResult) => void>();
  onFound(view, () => {
    const result = resultOf(view.state);
    listeners.forEach((listener) => listener(result));
  });

  function select(find: (matches: readonly Match[]) => Match | undefined): SearchResult {
    const match = find(key.getState(view.state)?.matches ?? []);
    if (match) {
      const { tr } = view.state;
      const selection = TextSelection.create(tr.doc, match.from, match.to);
      view.dispatch(tr.setSelection(selection).scrollIntoView());
    }
    return resultOf(view.state);
  }

  function run(command: Command): void {
    asOneUndoStep(command)(view.state, view.dispatch, view);
  }

  return {
    open(query) {
      const { state } = view;
      view.dispatch(state.tr.setMeta(key, new SearchMatches(state, patternOf(query))));
      const { from } = state.selection;
      return select((matches) => matches.find((match) => match.from >= from) ?? matches[0]);
    },
    next() {
      const { to } = view.state.selection;
      return select((matches) => matches.find((match) => match.from >= to) ?? matches[0]);
    },
    previous() {
      const { from } = view.state.selection;
      return select((matches) => matches.findLast((match) => match.to <= from) ?? matches.at(-1));
    },
    replace(replacement) {
      const found = key.getState(view.state);
      const match = found?.matches[found.current];
      if (match && view.editable) run(replaceMatches([match], replacement));
      return this.next();
    },
    replaceAll(replacement) {
      const matches = key.getState(view.state)?.matches ?? [];
      if (matches.length === 0 || !view.editable) return 0;
      run(replaceMatches(matches, replacement));
      return matches.length;
    },
    close() {
      if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(key, null));
    },
    get result() {
      return resultOf(view.state);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The new text looks as the first character of the old did. */
function replaceMatches(matches: readonly Match[], replacement: string): Command {
  return (state, dispatch) => {
    const transaction = state.tr;
    // From the last to the first, so that the positions of those before stay true.
    for (const { from, to } of matches.toReversed()) {
      // `insertText` of nothing would take a line that is emptied away.
      if (replacement === '') transaction.delete(from, to);
      else transaction.insertText(replacement, from, to);
    }
    const [first] = matches;
    if (matches.length === 1 && first) {
      const end = first.from + replacement.length;
      transaction.setSelection(TextSelection.create(transaction.doc, end));
    }
    dispatch?.(transaction);
    return true;
  };
}
