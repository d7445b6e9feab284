import { Plugin, PluginKey } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import type { SearchMatches } from './search-matches.ts';

/** The current matches; null while no search is open. Set by a transaction's meta of this key. */
export const searchKey = new PluginKey<SearchMatches | null>('edgepad-search');

const listeners = new WeakMap<EditorView, () => void>();

/** Sets the one listener for changes of the matches in this view. */
export function onMatchesChange(view: EditorView, listener: () => void): void {
  listeners.set(view, listener);
}

/**
 * Holds the matches and highlights them. The search itself (`createSearch`) loads with the find
 * bar.
 */
export function searchPlugin(): Plugin {
  return new Plugin<SearchMatches | null>({
    key: searchKey,
    state: {
      init: () => null,
      apply(transaction, matches, _before, state) {
        const meta = transaction.getMeta(searchKey) as SearchMatches | null | undefined;
        if (meta !== undefined) return meta;
        // The binding replaces the whole document for a remote change, so matches cannot be mapped.
        return transaction.docChanged || transaction.selectionSet
          ? matches?.in(state) ?? null
          : matches;
      },
    },
    props: { decorations: (state) => searchKey.getState(state)?.decorations },
    view: (view) => ({
      update(_view, before) {
        if (searchKey.getState(before) !== searchKey.getState(view.state)) listeners.get(view)?.();
      },
    }),
  });
}
