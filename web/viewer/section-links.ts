import { sectionInLink } from '../../protocol/text/section-names.ts';

/**
 * Makes links to a section scroll to it. Needed where the browser does not find the section, as in a
 * shadow root, or where the new fragment would replace the credential. Calls `onOpen` with the
 * fragment.
 */
export function followSectionLinks(
  container: HTMLElement,
  onOpen: (fragment: string) => void = () => {},
): void {
  container.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const fragment = link?.getAttribute('href') ?? '';
    if (fragment.length < 2 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const section = container.querySelector(`#${CSS.escape(sectionInLink(fragment))}`);
    if (!section) return;
    section.scrollIntoView({ block: 'start' });
    onOpen(fragment);
  });
}
