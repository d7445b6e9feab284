import { readWordLists } from './word-lists.ts';

/** What is no text and no structure: it goes with all that is in it. */
const noContent = 'script, style, template, noscript, iframe, object, embed, svg, math, head, ' +
  'title, meta, link, audio, video, canvas, select, button, textarea, [hidden], ' +
  // The boxes that Google Docs puts beside the items of a checklist are pictures.
  'img[aria-roledescription="checkbox"]';

/**
 * Makes HTML of other programs, in place, into what `flattenLists` and the schema's parser read:
 * without what is no content, with styles where the Content-Security-Policy lets them be, with Word's
 * lists as lines, code with its language, and links that lead where they say.
 */
export function cleanHtml(root: Element): void {
  readWordLists(root);
  showStyles(root);
  for (const element of root.querySelectorAll(noContent)) element.remove();
  for (const element of root.querySelectorAll<HTMLElement>('[style*="display"]')) {
    if (element.style.display === 'none') element.remove();
  }
  for (const image of root.querySelectorAll('img')) {
    if (isTracker(image)) image.remove();
  }
  for (const box of root.querySelectorAll('label')) {
    // Tiptap writes its check box into a label of its own, beside the text.
    if (box.textContent?.trim() === '') box.replaceWith(...box.querySelectorAll('input'));
  }
  for (const code of root.querySelectorAll('pre')) nameLanguage(code);
  for (const row of root.querySelectorAll('tr')) joinCells(row);
  for (const link of root.querySelectorAll('a[href]')) unwrapLink(link);
  for (const lineBreak of root.querySelectorAll('br')) settleBreak(lineBreak);
}

/** What `hideStyles` has hidden. */
function showStyles(root: Element): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-style]')) {
    element.style.cssText = element.dataset.style ?? '';
    delete element.dataset.style;
  }
}

/** Pictures nobody sees tell somebody who reads. */
function isTracker(image: HTMLImageElement): boolean {
  const [width, height] = [image.getAttribute('width'), image.getAttribute('height')];
  return [width, height].some((size) => size !== null && Number.parseFloat(size) <= 2);
}

function nameLanguage(pre: HTMLElement): void {
  if (pre.dataset.language) return;
  // What most sites write, and GitHub's own way.
  const names = [pre, pre.querySelector('code'), pre.parentElement]
    .map((element) => element?.className ?? '').join(' ');
  const [, language] = /(?:^|\s)(?:lang(?:uage)?|highlight-(?:source|text))-([\w+#.-]+)/
    .exec(names) ?? [];
  const named = language ?? pre.getAttribute('lang');
  if (named) pre.dataset.language = named;
}

/** A row of a table is one line: the schema has no tables. */
function joinCells(row: HTMLTableRowElement): void {
  const line = row.ownerDocument.createElement('p');
  const cells = [...row.cells];
  const isLayout = cells.some((cell) =>
    cell.querySelector('p ~ p, ul, ol, pre, table, h1, h2, h3')
  );
  if (isLayout) return;
  cells.forEach((cell, index) => {
    if (index > 0) line.append(' | ');
    for (const block of cell.querySelectorAll('p, div')) block.replaceWith(...block.childNodes);
    line.append(...cell.childNodes);
  });
  row.replaceChildren(line);
}

/** A line break at the end of a line is none; one between blocks is an empty line. */
function settleBreak(lineBreak: Element): void {
  const { parentElement } = lineBreak;
  const [before, after] = [neighbour(lineBreak, -1), neighbour(lineBreak, 1)];
  const isBetween = [before, after].every((node) => node === null || isBlockOrBreak(node));
  if (isBetween && !/^(p|h[1-6]|li|td|th|pre|span|code)$/.test(parentElement?.localName ?? '')) {
    if (before || after) lineBreak.replaceWith(lineBreak.ownerDocument.createElement('p'));
  } else if (after === null && /^(p|h[1-6]|li|div|td|th)$/.test(parentElement?.localName ?? '')) {
    lineBreak.remove();
  }
}

/** What stands beside an element, white space passed over. */
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

/** Google Docs leads every link through a page of its own that counts who follows it. */
function unwrapLink(link: Element): void {
  const [, target] = /^https?:\/\/www\.google\.com\/url\?(?:.*&)?q=([^&]+)/
    .exec(link.getAttribute('href') ?? '') ?? [];
  if (target === undefined) return;
  try {
    link.setAttribute('href', decodeURIComponent(target));
  } catch (error) {
    // Not encoded as an address is: the link stays as it came.
    if (!(error instanceof URIError)) throw error;
  }
}
