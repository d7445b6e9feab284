import { Plugin } from 'prosemirror-state';

/**
 * Opens clicked links in a new tab. While the document is editable, a plain click sets the caret,
 * and a click with Control or Command opens the link.
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
          // The schema has checked the address with safeHref when it rendered the link.
          globalThis.open(link.href, '_blank', 'noopener,noreferrer');
          return true;
        },
      },
    },
  });
}
