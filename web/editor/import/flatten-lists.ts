import type { ContentChanges } from '../../../content/content-changes.ts';
import { maxIndent } from '../../../protocol/schema.ts';
import { fragmentOf, replaceWith } from './replace-with.ts';

/** Deeper nesting is ignored: pasted HTML is untrusted. */
const maxDepth = 64;

/**
 * Replaces nested lists and quotes, in place, by the flat lines that the schema's parser reads:
 * `<p data-kind data-indent>`. A second block within an item becomes text one level deeper. An
 * ordered item gets its number as `data-number`, and the style of the number as `data-number-style`.
 */
export function flattenLists(root: Element, changes: ContentChanges): void {
  for (const list of root.querySelectorAll('ul, ol')) {
    if (!list.parentElement?.closest('ul, ol') || !root.contains(list.parentElement)) {
      const lines: Element[] = [];
      addLinesOfList(lines, list, 0);
      replaceWith(list, lines);
    }
  }
  for (const quote of root.querySelectorAll('blockquote')) {
    const lines = linesOf(quote);
    for (const line of lines) {
      if (line.localName === 'p' && !line.hasAttribute('data-kind')) {
        line.setAttribute('data-kind', 'quote');
      } else if (line.getAttribute('data-kind') !== 'quote') changes.add('quote');
    }
    replaceWith(quote, lines);
  }
}

/** Blocks without meaning of their own. Their content is kept. */
const wrapper =
  /^(div|section|article|header|footer|main|nav|aside|figure|figcaption|details|summary|form|blockquote)$/;

function addLinesOfList(lines: Element[], list: Element, level: number): void {
  if (level > maxDepth) return;
  let number = numberIn(list, 'start') ?? 1;
  for (const child of [...list.children]) {
    // Google Docs and Word write a nested list after the item it belongs to, not into it.
    if (isList(child)) addLinesOfList(lines, child, level + 1);
    else {
      number = numberIn(child, 'value') ?? number;
      addLinesOfItem(lines, child, list, { level, number });
      number++;
    }
  }
}

function addLinesOfItem(
  lines: Element[],
  item: Element,
  list: Element,
  { level: listLevel, number }: { readonly level: number; readonly number: number },
): void {
  // Word on the web writes a separate list for each item, with its level as an attribute.
  const level = Math.max(listLevel, Number(item.getAttribute('data-aria-level')) - 1 || 0);
  const box = item.querySelector(
    ':scope > input[type=checkbox], :scope > label > input, :scope > p:first-child > input',
  );
  const isDone = box?.hasAttribute('checked') || item.getAttribute('data-checked') === 'true' ||
    item.getAttribute('aria-checked') === 'true';
  const isTask = box !== null || item.hasAttribute('data-checked') ||
    item.getAttribute('role') === 'checkbox';
  box?.remove();
  const kind = isTask ? 'task' : list.localName === 'ol' ? 'ordered' : 'bullet';
  let isFirst = true;
  for (const block of linesOf(item, level)) {
    // A heading at the start of an item becomes the item.
    const line = isFirst && /^h[1-6]$/.test(block.localName) ? asParagraph(block) : block;
    if (isList(line)) {
      addLinesOfList(lines, line, level + 1);
      isFirst = false;
      continue;
    }
    lines.push(line);
    if (line.hasAttribute('data-kind')) {
      isFirst = false;
      continue;
    }
    if (line.localName === 'p') {
      if (isFirst) line.setAttribute('data-kind', kind);
      if (isFirst && kind === 'ordered') {
        line.setAttribute('data-number', String(number));
        line.setAttribute('data-number-style', numberStyleIn(item, list));
      }
      if (isFirst && isTask && isDone) line.setAttribute('data-checked', '');
      const indent = Math.min(isFirst ? level : level + 1, maxIndent);
      if (indent > 0) line.setAttribute('data-indent', String(indent));
    }
    isFirst = false;
  }
}

function numberIn(element: Element, attribute: string): number | null {
  const number = Number.parseInt(element.getAttribute(attribute) ?? '');
  return Number.isNaN(number) ? null : number;
}

const styleOfType: { readonly [type: string]: string } = {
  '1': 'decimal',
  'a': 'lower-alpha',
  'A': 'upper-alpha',
  'i': 'lower-roman',
  'I': 'upper-roman',
};

/** The style of an item's number as CSS calls it; empty if the HTML states none. */
function numberStyleIn(item: Element, list: Element): string {
  for (const element of [item, list]) {
    const stated = (element as HTMLElement).style.listStyleType ||
      styleOfType[element.getAttribute('type') ?? ''];
    if (stated) return stated.replace('latin', 'alpha');
  }
  return '';
}

function asParagraph(block: Element): Element {
  const paragraph = block.ownerDocument.createElement('p');
  paragraph.append(fragmentOf(block.childNodes));
  block.replaceWith(paragraph);
  return paragraph;
}

/** The content of an element as a sequence of blocks. Text between blocks gets its own `<p>`. */
function linesOf(element: Element, depth = 0): Element[] {
  const lines: Element[] = [];
  addLinesOf(lines, element, depth);
  return lines;
}

function addLinesOf(lines: Element[], element: Element, depth: number): void {
  let open: Element | null = null;
  for (const child of [...element.childNodes]) {
    if (child instanceof Element && isBlock(child)) {
      open = null;
      const isWrapper = wrapper.test(child.localName);
      if (isWrapper && depth < maxDepth) addLinesOf(lines, child, depth + 1);
      else lines.push(child);
    } else if (open || child instanceof Element || child.textContent?.trim()) {
      if (!open) {
        open = element.ownerDocument.createElement('p');
        lines.push(open);
      }
      open.append(child);
    }
  }
}

function isList(element: Element): boolean {
  return element.localName === 'ul' || element.localName === 'ol';
}

function isBlock(element: Element): boolean {
  return /^(p|ul|ol|li|h[1-6]|pre|table|hr|img)$/.test(element.localName) ||
    wrapper.test(element.localName);
}
