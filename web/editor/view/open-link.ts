import type { EditorView } from 'prosemirror-view';
import { sectionNames } from '../../../protocol/text/section-names.ts';
import { sectionIn } from '../../access/section-address.ts';
import { goToHeading } from '../commands/go-to-heading.ts';
import { outlineOf } from '../model/outline.ts';
import { headingIds } from './line-attributes.ts';

/** The name of the event with which the editor tells the page that a link to a section was opened. */
export const sectionEvent = 'edgepad-section';

/** Opens a link of the text: a section of this document here, anything else in a new tab. */
export function openLink(view: EditorView, link: HTMLAnchorElement): void {
  const section = sectionOf(link);
  if (section === null) {
    // The schema has checked the address with safeHref when it rendered the link.
    globalThis.open(link.href, '_blank', 'noopener,noreferrer');
    return;
  }
  const detail = { section, isFound: goToSection(view, section) };
  view.dom.dispatchEvent(new CustomEvent(sectionEvent, { bubbles: true, detail }));
}

/** The section of this page that a link leads to, or null. */
export function sectionOf(link: HTMLAnchorElement): string | null {
  const { origin, pathname, hash } = link;
  const isHere = origin === location.origin && pathname === location.pathname;
  return isHere ? sectionIn(hash) : null;
}

/** Scrolls to a section by its name, or by the id of its heading. Returns whether there is one. */
export function goToSection(view: EditorView, section: string): boolean {
  const { state } = view;
  const headings = outlineOf(state.doc);
  const names = sectionNames(headings.map(({ text }) => text));
  let index = names.indexOf(section);
  if (index < 0) index = names.indexOf(section.toLowerCase());
  const [withId] = headingIds(view).find(([, { id }]) => id === section) ?? [];
  const heading = headings[index] ?? headings.find(({ position }) => position === withId);
  if (!heading) return false;
  goToHeading(view, heading);
  return true;
}
