import { Plugin } from 'prosemirror-state';
import { DecorationSet } from 'prosemirror-view';
import { lineAttributesKey } from './line-attributes-key.ts';
import { lazyPluginView, viewChunk } from './view-chunk.ts';

/**
 * Gives lines the attributes that depend on other lines, such as the ids of headings, and opens clicked links: those to a section of the document here, others in
 * a new tab. While the document is editable, a plain click sets the caret, and a click with Control or
 * Command opens the link.
 */
export function sections(): Plugin {
  return new Plugin<DecorationSet>({
    key: lineAttributesKey,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, attributes) =>
        transaction.getMeta(lineAttributesKey) ??
          attributes.map(transaction.mapping, transaction.doc),
    },
    view: lazyPluginView(({ LineAttributes }, view) => new LineAttributes(view)),
    props: {
      decorations: (state) => lineAttributesKey.getState(state),
      handleDOMEvents: {
        click(view, event) {
          const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
          if (!(link instanceof HTMLAnchorElement)) return false;
          event.preventDefault();
          if (view.editable && !event.ctrlKey && !event.metaKey) return false;
          void viewChunk.load().then(({ openLink }) => openLink(view, link));
          return true;
        },
      },
    },
  });
}
