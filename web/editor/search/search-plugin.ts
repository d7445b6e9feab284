import { Plugin, PluginKey } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import type { SearchMatches } from './search-matches.ts';

/** What is found; null while nobody searches. Set through a transaction's meta of this key. */
export const searchKey = new PluginKey<SearchMatches | null>('edgepad-search');

const listeners = new WeakMap<EditorView, () => void>();

/** Calls back when what is found in this editor may have changed. There is one listener. */
export function onFound(view: EditorView, listener: () => void): void {
  listeners.set(view, listener);
}

/**
 * Holds what is found, and marks it. The search itself (`createSearch`) is loaded by who shows the
 * fields for it.
 */
export function searchPlugin(): Plugin {
  return new Plugin<SearchMatches | null>({
    key: searchKey,
    state: {
      init: () => null,
      apply(transaction, found, _before, state) {
        const set = transaction.getMeta(searchKey) as SearchMatches | null | undefined;
        if (set !== undefined) return set;
        // The binding replaces the whole document for a change from elsewhere. Nothing is mapped.
        return transaction.docChanged || transaction.selectionSet
          ? found?.in(state) ?? null
          : found;
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
