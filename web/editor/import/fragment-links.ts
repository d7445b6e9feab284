import type { ContentChanges } from '../../../content/content-changes.ts';
import { replaceWith } from './replace-with.ts';

/**
 * Removes links within the HTML that would lead nowhere: only headings keep an address. Their text
 * stays. A link and the note that links back to it are a footnote, whose text stays as a line.
 */
export function unlinkFragments(root: Element, changes: ContentChanges): void {
  const links = [...root.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')];
  if (links.length === 0) return;
  const targets = new Map<string, Element>();
  for (const element of root.querySelectorAll('[id], a[name]')) {
    for (const name of [element.id, element.getAttribute('name') ?? '']) {
      if (name !== '' && !targets.has(name)) targets.set(name, element);
    }
  }
  const targetOf = (link: Element) => targets.get(fragmentOf(link));
  const notes = new Set<Element>();
  const backLinks = new Set<Element>();
  for (const link of links) {
    const note = targetOf(link);
    const back = note && linksIn(note).find((other) => contains(targetOf(other), link));
    // The reference comes first.
    if (!note || !back || note === link || backLinks.has(link)) continue;
    backLinks.add(back);
    notes.add(note);
  }
  for (const _note of notes) changes.add('footnote');
  for (const link of links) {
    if (targetOf(link)?.closest('h1, h2, h3, h4, h5, h6')) continue;
    // The arrow that leads back to the text.
    const isArrow = backLinks.has(link) && !/[\p{L}\p{N}]/u.test(link.textContent ?? '');
    if (isArrow) link.remove();
    else replaceWith(link, link.childNodes);
  }
}

function fragmentOf(link: Element): string {
  const fragment = link.getAttribute('href')?.slice(1) ?? '';
  try {
    return decodeURIComponent(fragment);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return fragment;
  }
}

/** The element if it is a link, and the links in it. */
function linksIn(element: Element): Element[] {
  const around = element.closest('a[href^="#"]');
  return around ? [around] : [...element.querySelectorAll('a[href^="#"]')];
}

/** Whether the target of the way back is the link that led here, around it or in it. */
function contains(target: Element | undefined, link: Element): boolean {
  return target !== undefined && (target.contains(link) || link.contains(target));
}
