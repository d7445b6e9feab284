import { readWordLists } from './word-lists.ts';

/** What is no text and no structure: it goes with all that is in it. */
const noContent = 'script, style, template, noscript, iframe, object, embed, svg, math, head, ' +
  'title, meta, link, source, audio, video, canvas, select, button, textarea, [hidden], ' +
  // What browsers put at the end of what they copy, and the boxes that Google Docs puts beside the
  // items of a checklist: these are pictures.
  '.Apple-interchange-newline, img[aria-roledescription="checkbox"]';

/** Blocks that the schema's parser takes for words in a line. */
const blocksUnderOtherNames = 'main, nav, details, summary, center, dialog';

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
  for (const block of root.querySelectorAll(blocksUnderOtherNames)) rename(block, 'div');
  for (const heading of root.querySelectorAll<HTMLElement>('[role="heading"]')) {
    rename(heading, `h${heading.getAttribute('aria-level') ?? 2}`);
  }
  // A heading is bold by itself.
  for (const heading of root.querySelectorAll<HTMLElement>('h1, h2, h3, h4, h5, h6')) {
    heading.style.fontWeight = '';
  }
  for (const line of root.querySelectorAll('p')) settleLine(line);
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

function rename(element: Element, name: string): void {
  if (!/^(div|h[1-6])$/.test(name) || element.localName === name) return;
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
}

/** A paragraph of one hard space is an empty line; one around nothing but pictures is none. */
function settleLine(line: Element): void {
  if (line.textContent?.trim() !== '') return;
  const pictures = line.querySelectorAll('img');
  if (pictures.length > 0) line.replaceWith(...pictures);
  else if (!line.querySelector('br, input')) line.replaceChildren();
}

function nameLanguage(pre: HTMLElement): void {
  if (/^[\w+#.-]{1,40}$/.test(pre.dataset.language ?? '')) return;
  delete pre.dataset.language;
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
    const isAlone = before === null && after === null;
    if (!isAlone || parentElement?.localName === 'div') {
      lineBreak.replaceWith(lineBreak.ownerDocument.createElement('p'));
    }
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
