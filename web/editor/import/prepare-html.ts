import { flattenLists } from './flatten-lists.ts';
import { fragmentOf, replaceWith } from './replace-with.ts';
import { readWordLists } from './word-lists.ts';

/** Elements without text or structure. They are removed with everything inside. */
const noContent = 'script, style, template, noscript, iframe, object, embed, svg, math, head, ' +
  'title, meta, link, source, audio, video, canvas, select, button, textarea, [hidden], ' +
  // The line break that browsers append when copying, and the images that Google Docs writes as the
  // boxes of a checklist.
  '.Apple-interchange-newline, img[aria-roledescription="checkbox"]';

/** Block elements that the schema's parser treats as inline. They become `div`. */
const unparsedBlocks = 'main, nav, details, summary, center, dialog';

/**
 * Changes the HTML of another program, in place, into flat lines that the schema's parser reads.
 * Removes elements without content, restores styles, names the language of code, resolves
 * redirecting links, and flattens lists.
 */
export function prepareHtml(root: Element): void {
  readWordLists(root);
  restoreStyles(root);
  for (const element of root.querySelectorAll(noContent)) element.remove();
  for (const element of root.querySelectorAll<HTMLElement>('[style*="display"]')) {
    if (element.style.display === 'none') element.remove();
  }
  for (const image of root.querySelectorAll('img')) {
    if (isTrackingPixel(image)) image.remove();
  }
  for (const label of root.querySelectorAll('label')) {
    // Tiptap writes the checkbox into a label of its own, beside the text.
    if (label.textContent?.trim() === '') replaceWith(label, label.querySelectorAll('input'));
  }
  for (const block of root.querySelectorAll(unparsedBlocks)) rename(block, 'div');
  for (const heading of root.querySelectorAll<HTMLElement>('[role="heading"]')) {
    rename(heading, `h${heading.getAttribute('aria-level') ?? 2}`);
  }
  // A heading is bold already. Its text needs no mark.
  for (const heading of root.querySelectorAll<HTMLElement>('h1, h2, h3, h4, h5, h6')) {
    heading.style.fontWeight = '';
  }
  for (const line of root.querySelectorAll('p')) normalizeParagraph(line);
  for (const code of root.querySelectorAll('pre')) setLanguage(code);
  for (const row of root.querySelectorAll('tr')) joinCells(row);
  for (const link of root.querySelectorAll('a[href]')) resolveRedirect(link);
  for (const lineBreak of root.querySelectorAll('br')) normalizeBreak(lineBreak);
  flattenLists(root);
}

/** Restores the styles that `hideStyles` has renamed. */
function restoreStyles(root: Element): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-style]')) {
    element.style.cssText = element.dataset.style ?? '';
    delete element.dataset.style;
  }
}

/** Whether an image is an invisible one, which reports each reader to its server. */
function isTrackingPixel(image: HTMLImageElement): boolean {
  const [width, height] = [image.getAttribute('width'), image.getAttribute('height')];
  return [width, height].some((size) => size !== null && Number.parseFloat(size) <= 2);
}

function rename(element: Element, name: string): void {
  if (!/^(div|h[1-6])$/.test(name) || element.localName === name) return;
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(fragmentOf(element.childNodes));
  element.replaceWith(renamed);
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

/** Joins the cells of a table row into one line: the schema has no tables. */
function joinCells(row: HTMLTableRowElement): void {
  const line = row.ownerDocument.createElement('p');
  const cells = [...row.cells];
  const isLayout = cells.some((cell) =>
    cell.querySelector('p ~ p, ul, ol, pre, table, h1, h2, h3')
  );
  if (isLayout) return;
  cells.forEach((cell, index) => {
    if (index > 0) line.append(' | ');
    for (const block of cell.querySelectorAll('p, div')) replaceWith(block, block.childNodes);
    line.append(fragmentOf(cell.childNodes));
  });
  row.replaceChildren(line);
}

/** Removes a line break at the end of a line. One between blocks becomes an empty line. */
function normalizeBreak(lineBreak: Element): void {
  const { parentElement } = lineBreak;
  const [before, after] = [neighbour(lineBreak, -1), neighbour(lineBreak, 1)];
  const isBetween = [before, after].every((node) => node === null || isBlockOrBreak(node));
  if (isBetween && !/^(p|h[1-6]|li|td|th|pre|span|code)$/.test(parentElement?.localName ?? '')) {
    const isAlone = before === null && after === null;
    if (!isAlone || parentElement?.localName === 'div') {
      lineBreak.replaceWith(lineBreak.ownerDocument.createElement('p'));
    }
  } else if (after === null && /^(p|h[1-6]|li|div|td|th)$/.test(parentElement?.localName ?? '')) {
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
