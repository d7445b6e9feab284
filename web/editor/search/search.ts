import { type Command, type EditorState, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { asOneUndoStep, inOneUndoStep } from '../binding/undo.ts';
import { type Match, SearchMatches } from './search-matches.ts';
import { onMatchesChange, searchKey } from './search-plugin.ts';
import { prepareQuery, type SearchQuery } from './search-query.ts';

export interface SearchResult {
  readonly count: number;
  /** The selected match, counted from 1; 0 if none is selected. */
  readonly current: number;
  /** Whether the search ended early, so that there may be more matches. */
  readonly isPartial: boolean;
}

/**
 * Find and replace, for a page that shows the fields and buttons. Highlights matches, also those of
 * remote edits, until {@link Search.close}. Does not move the focus.
 */
export interface Search {
  /**
   * Highlights all matches, and selects the first one after the caret. Throws a `SyntaxError` for an
   * invalid regular expression.
   */
  open(query: SearchQuery): SearchResult;
  /** Selects the next match. After the last one it continues with the first. */
  next(): SearchResult;
  previous(): SearchResult;
  /** Replaces the match that is selected, if any, and selects the next one. */
  replace(replacement: string): SearchResult;
  /** Replaces all matches in one undo step. Returns their number. */
  replaceAll(replacement: string): number;
  /** Removes the highlights. The selection stays. */
  close(): void;
  /** The current result. It changes with the document: see {@link Search.onChange}. */
  readonly result: SearchResult;
  /** Calls `listener` when the result may have changed. Returns an unsubscribe function. */
  onChange(listener: (result: SearchResult) => void): () => void;
}

/**
 * Matches replaced in one transaction. Each takes a step, which keeps a list of all lines, and splits
 * items of Yjs: the service limits the work of an update (`limits.updateSteps`).
 */
const maxReplacements = 1000;

function resultOf(state: EditorState): SearchResult {
  const found = searchKey.getState(state);
  return {
    count: found?.matches.length ?? 0,
    current: (found?.current ?? -1) + 1,
    isPartial: found?.isPartial ?? false,
  };
}

/** Creates the search of an editor. An editor can have only one, and needs the `searchPlugin`. */
export function createSearch(view: EditorView): Search {
  const listeners = new Set<(result: SearchResult) => void>();
  onMatchesChange(view, () => {
    const result = resultOf(view.state);
    listeners.forEach((listener) => listener(result));
  });

  function select(find: (matches: readonly Match[]) => Match | undefined): SearchResult {
    const match = find(searchKey.getState(view.state)?.matches ?? []);
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
      view.dispatch(state.tr.setMeta(searchKey, new SearchMatches(state, prepareQuery(query))));
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
      const found = searchKey.getState(view.state);
      const match = found?.matches[found.current];
      if (match && view.editable) run(replaceMatches([match], replacement));
      return this.next();
    },
    replaceAll(replacement) {
      const matches = searchKey.getState(view.state)?.matches ?? [];
      if (matches.length === 0 || !view.editable) return 0;
      inOneUndoStep(view.state, () => {
        // From last to first, so that earlier positions stay valid.
        for (let end = matches.length; end > 0; end -= maxReplacements) {
          const part = matches.slice(Math.max(0, end - maxReplacements), end);
          replaceMatches(part, replacement)(view.state, view.dispatch);
        }
      });
      return matches.length;
    },
    close() {
      if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(searchKey, null));
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

/** The replacement gets the marks of the first character it replaces. */
function replaceMatches(matches: readonly Match[], replacement: string): Command {
  return (state, dispatch) => {
    const transaction = state.tr;
    // From last to first, so that earlier positions stay valid.
    for (const { from, to } of matches.toReversed()) {
      // `insertText('')` would also delete a line that becomes empty.
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
