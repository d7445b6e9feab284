import type { ContentChanges } from '../../../content/content-changes.ts';
import { replaceWith } from './replace-with.ts';

/** The comments of Google Docs in an exported file: the sign in the text, and the comment below it. */
const googleSign = 'a[id^="cmnt_ref"]';
const googleComment = 'a[id^="cmnt"]:not([id^="cmnt_ref"])';

/**
 * Removes what word processors copy beside the text and do not print: comments, deleted passages and
 * hidden text. Call it before the styles that `hideStyles` has renamed are restored: browsers drop
 * style properties that they do not know.
 */
export function removeWordParts(root: Element, changes: ContentChanges): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-style*="mso-" i]')) {
    const style = styleOf(element);
    const part = style.get('mso-element') ?? '';
    if (part === 'comment') remove(element, () => changes.add('comment'));
    else if (part === 'footnote-list' || part === 'endnote-list') removeRules(element);
    else if (style.get('mso-hide') === 'all') remove(element, () => changes.add('hidden'));
    else if (style.has('mso-comment-reference')) replaceWith(element, element.childNodes);
  }
  for (const sign of root.querySelectorAll('.MsoCommentReference, a.msocomanchor, a.msocomoff')) {
    sign.remove();
  }
  for (const sign of root.querySelectorAll(googleSign)) (sign.closest('sup') ?? sign).remove();
  for (const comment of root.querySelectorAll(googleComment)) {
    const block = comment.closest('div') ?? comment.closest('p') ?? comment;
    remove(block, () => changes.add('comment'));
  }
  const isWord = root.querySelector('[class^="Mso"], [data-style*="mso-" i]') !== null;
  // Other programs mark what is struck through, and not what was deleted, as `<del>`.
  const deleted = `del[cite], del[datetime], .msoDel${isWord ? ', del' : ''}`;
  for (const element of root.querySelectorAll(deleted)) {
    remove(element, () => changes.add('deletion'));
  }
}

/** Removes an element; an empty one without a word. */
function remove(element: Element, report: () => void): void {
  if (element.isConnected || element.parentNode) {
    if (element.textContent?.trim() !== '') report();
    element.remove();
  }
}

/** Word draws a rule above its footnotes. */
function removeRules(list: Element): void {
  for (const rule of list.querySelectorAll(':scope > hr')) rule.remove();
}

/** The declarations of a hidden style, in lower case. */
function styleOf(element: HTMLElement): ReadonlyMap<string, string> {
  const declarations = (element.dataset.style ?? '').toLowerCase().split(';');
  return new Map(declarations.map((declaration) => {
    const colon = declaration.indexOf(':');
    return [declaration.slice(0, colon).trim(), declaration.slice(colon + 1).trim()];
  }));
}
