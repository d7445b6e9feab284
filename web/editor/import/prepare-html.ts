import type { ContentChanges } from '../../../content/content-changes.ts';
import { ListNumbers } from '../../../content/list-numbers.ts';
import { shiftText } from '../../../content/raised-text.ts';
import { hasOddBreaks, splitLines } from '../../../content/read-text.ts';
import { dropElements } from './dropped-elements.ts';
import { flattenLists } from './flatten-lists.ts';
import { unlinkFragments } from './fragment-links.ts';
import { restoreGoogleItems } from './google-parts.ts';
import { numberStyleOf } from './list-signs.ts';
import { fragmentOf, replaceWith } from './replace-with.ts';
import { flattenTables } from './tables.ts';
import { readWordLists } from './word-lists.ts';
import { removeWordParts } from './word-parts.ts';

/** Block elements that the schema's parser treats as inline. They become `div`. */
const unparsedBlocks = 'main, nav, details, summary, center, dialog, address, dl, dt, dd, fieldset';

const headings = 'h1, h2, h3, h4, h5, h6';

/**
 * Changes the HTML of another program, in place, into flat lines that the schema's parser reads.
 * Removes elements without content, restores styles, names the language of code, resolves
 * redirecting links, and flattens lists and tables. Adds to `changes` what the lines do not hold.
 */
export function prepareHtml(root: Element, changes: ContentChanges): void {
  const isOwn = root.querySelector('[data-pm-slice]') !== null;
  removeWordParts(root, changes);
  readWordLists(root, changes);
  restoreStyles(root);
  dropElements(root, changes);
  unlinkFragments(root, changes);
  restoreGoogleItems(root);
  for (const label of root.querySelectorAll('label')) {
    // Tiptap writes the checkbox into a label of its own, beside the text.
    if (label.textContent?.trim() === '') replaceWith(label, label.querySelectorAll('input'));
  }
  for (const _section of root.querySelectorAll('details')) changes.add('details');
  for (const block of root.querySelectorAll(unparsedBlocks)) rename(block, 'div');
  for (const heading of root.querySelectorAll<HTMLElement>('[role="heading"]')) {
    rename(heading, `h${heading.getAttribute('aria-level') ?? 2}`);
  }
  for (const heading of root.querySelectorAll<HTMLElement>(headings)) {
    // A heading is bold already. Its text needs no mark.
    heading.style.fontWeight = '';
    if (/^h[456]$/.test(heading.localName)) changes.add('heading-level');
  }
  for (const shifted of root.querySelectorAll('sup, sub')) writeShifted(shifted, changes);
  breakLines(root);
  for (const line of root.querySelectorAll('p')) normalizeParagraph(line);
  for (const code of root.querySelectorAll('pre')) setLanguage(code);
  flattenTables(root, changes);
  for (const link of root.querySelectorAll('a[href]')) resolveRedirect(link);
  for (const lineBreak of root.querySelectorAll('br')) normalizeBreak(lineBreak);
  flattenLists(root, changes);
  // What was copied here shows the numbers that it has here.
  if (!isOwn) compareNumbers(root, changes);
}

/** Restores the styles that `hideStyles` has renamed. */
function restoreStyles(root: Element): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-style]')) {
    element.style.cssText = element.dataset.style ?? '';
    delete element.dataset.style;
  }
}

function rename(element: Element, name: string): void {
  if (!/^(div|h[1-6])$/.test(name) || element.localName === name) return;
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(fragmentOf(element.childNodes));
  element.replaceWith(renamed);
}

/** Writes raised or lowered text as plain text. Links in it stay. */
function writeShifted(element: Element, changes: ContentChanges): void {
  if (element.querySelector('a, br, img') === null) {
    const shift = element.localName === 'sup' ? 'sup' : 'sub';
    const { text, isExact } = shiftText(element.textContent ?? '', shift);
    if (!isExact) changes.add('script', text);
    element.textContent = text;
  }
  replaceWith(element, element.childNodes);
}

/** Writes the line breaks that HTML treats as white space, or not as breaks, as elements. */
function breakLines(root: Element): void {
  const { ownerDocument } = root;
  const walker = ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (hasOddBreaks(text.data.replace(/[\f\r]/g, ' '))) texts.push(text);
  }
  for (const text of texts) {
    if (text.parentElement?.closest('pre')) text.data = splitLines(text.data).join('\n');
    else {
      const nodes = text.data.split(/[\v\u0085\u2028\u2029]/).flatMap((line, i) =>
        i === 0 ? [ownerDocument.createTextNode(line)] : [
          ownerDocument.createElement('br'),
          ownerDocument.createTextNode(line),
        ]
      );
      replaceWith(text, nodes);
    }
  }
}

/** Empties a paragraph that has only white space, and unwraps one that has only images. */
function normalizeParagraph(line: Element): void {
  if (line.textContent?.trim() !== '') return;
  const images = line.querySelectorAll('img');
  if (images.length > 0) replaceWith(line, images);
  else if (!line.querySelector('br, input')) line.replaceChildren();
}

/** Class names are searched up to this length for the language of code. */
const maxClassName = 1000;

function setLanguage(pre: HTMLElement): void {
  if (/^[\w+#.-]{1,40}$/.test(pre.dataset.language ?? '')) return;
  delete pre.dataset.language;
  // `language-js` on most sites, `highlight-source-js` on GitHub.
  const names = [pre, pre.querySelector('code'), pre.parentElement]
    // Many blocks may share one parent, with a long name.
    .map((element) => element?.className.slice(0, maxClassName) ?? '').join(' ');
  const [, language] = /(?:^|\s)(?:lang(?:uage)?|highlight-(?:source|text))-([\w+#.-]+)/
    .exec(names) ?? [];
  const named = language ?? pre.getAttribute('lang');
  if (named) pre.dataset.language = named;
}

/** Removes a line break at the end of a line. One between blocks becomes an empty line. */
function normalizeBreak(lineBreak: Element): void {
  const { parentElement } = lineBreak;
  const [before, after] = [neighbour(lineBreak, -1), neighbour(lineBreak, 1)];
  const isBetween = [before, after].every((node) => node === null || isBlockOrBreak(node));
  if (isBetween && !/^(p|h[1-6]|li|pre|span|code)$/.test(parentElement?.localName ?? '')) {
    const isAlone = before === null && after === null;
    if (!isAlone || parentElement?.localName === 'div') {
      lineBreak.replaceWith(lineBreak.ownerDocument.createElement('p'));
    }
  } else if (after === null && /^(p|h[1-6]|li|div)$/.test(parentElement?.localName ?? '')) {
    lineBreak.remove();
  }
}

/** The sibling of an element in one direction, skipping white space. */
function neighbour(element: Element, direction: 1 | -1): globalThis.Node | null {
  let node: globalThis.Node | null = element;
  do node = direction === 1 ? node.nextSibling : node.previousSibling; while (
    node && node.nodeType !== Node.ELEMENT_NODE && !node.textContent?.trim()
  );
  return node;
}

function isBlockOrBreak(node: globalThis.Node): boolean {
  return node instanceof Element &&
    /^(br|p|div|ul|ol|h[1-6]|pre|blockquote|table|hr|section)$/.test(node.localName);
}

/** Replaces the redirect through which Google Docs counts clicks by its target. */
function resolveRedirect(link: Element): void {
  const [, target] = /^https?:\/\/www\.google\.com\/url\?(?:.*&)?q=([^&]+)/
    .exec(link.getAttribute('href') ?? '') ?? [];
  if (target === undefined) return;
  try {
    link.setAttribute('href', decodeURIComponent(target));
  } catch (error) {
    // The target is malformed. The link stays as it is.
    if (!(error instanceof URIError)) throw error;
  }
}

/** Adds the items whose number in the HTML is not the one that their line shows. */
function compareNumbers(root: Element, changes: ContentChanges): void {
  const numbers = new ListNumbers();
  const blocks = root.querySelectorAll<HTMLElement>(`p, pre, hr, img, ${headings}`);
  for (const block of blocks) {
    const isHeading = /^h[1-6]$/.test(block.localName);
    const shown = numbers.next(block.localName === 'p' || isHeading, {
      kind: isHeading ? 'h1' : block.dataset.kind,
      indent: Number(block.dataset.indent ?? 0),
    });
    const { number, numberStyle = '', indent = 0 } = block.dataset;
    if (shown === null || number === undefined) continue;
    if (Number(number) !== shown) changes.add('list-number', `${number} is now ${shown}`);
    const isOther = /alpha|roman|decimal|greek|ideographic|hiragana|katakana|arabic/.test(
      numberStyle,
    );
    if (isOther && numberStyle !== numberStyleOf(Number(indent))) {
      changes.add('number-style', numberStyle);
    }
  }
}
