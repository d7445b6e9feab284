import { Plugin } from 'prosemirror-state';

/**
 * Follows links: with Control or Command held while writing, where a plain click sets the caret,
 * and by any click while reading. In a tab of its own: the document stays open.
 */
export function openLinks(): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: {
        click(view, event) {
          const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
          if (!(link instanceof HTMLAnchorElement)) return false;
          event.preventDefault();
          if (view.editable && !event.ctrlKey && !event.metaKey) return false;
          // The address went through safeHref when the schema drew the link.
          globalThis.open(link.href, '_blank', 'noopener,noreferrer');
          return true;
        },
      },
    },
  });
}
