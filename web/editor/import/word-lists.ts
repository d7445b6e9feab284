import type { ContentChanges } from '../../../content/content-changes.ts';
import { ListNumbers } from '../../../content/list-numbers.ts';
import { readListSign, showsSign } from './list-signs.ts';

/** How deep in an item its marker may be. */
const maxMarkerDepth = 16;

interface WordItem {
  readonly level: number;
  marker: HTMLElement | null;
}

/**
 * Converts the list items of Word to lines of a list. Word copies no lists: each item is a
 * paragraph whose style names list and level (`mso-list: l0 level2 lfo1`), and its text begins with
 * the bullet or number. Sets the attributes that the schema's parser reads, and removes the marker,
 * unless it is a number that a list of the schema would not show.
 *
 * Call this before the styles that `hideStyles` has renamed are restored: browsers drop style
 * properties that they do not know.
 */
export function readWordLists(root: Element, changes: ContentChanges): void {
  const items = new Map<Element, WordItem>();
  for (const element of root.querySelectorAll<HTMLElement>('[data-style*="mso-list" i]')) {
    const style = element.dataset.style ?? '';
    if (/mso-list:\s*ignore/i.test(style)) {
      const item = itemAround(element, items);
      if (item) item.marker ??= element;
    } else {
      const [, level] = /\blevel(\d+)/i.exec(listStyleOf(style)) ?? [];
      if (level !== undefined) items.set(element, { level: Number(level) - 1, marker: null });
    }
  }
  if (items.size === 0) return;
  let numbers = new ListNumbers();
  // A block that is no item ends the lists above it.
  for (
    const block of root.querySelectorAll<HTMLElement>('p, h1, h2, h3, h4, h5, h6, table, hr, pre')
  ) {
    const item = items.get(block);
    if (block.localName !== 'p') numbers = new ListNumbers();
    if (item) readItem(block, item, numbers, changes);
    else if (block.textContent?.trim() !== '') numbers = new ListNumbers();
  }
}

function readItem(
  block: HTMLElement,
  { level, marker }: WordItem,
  numbers: ListNumbers,
  changes: ContentChanges,
): void {
  const text = marker?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
  const sign = readListSign(text);
  // A numbered heading stays a heading.
  if (block.localName !== 'p') return keepMarker(marker, sign.type === 'bullet' ? '' : text);
  if (level > 0) block.dataset.indent = String(level);
  const attributes = { kind: sign.type === 'number' ? 'ordered' : 'bullet', indent: level };
  if (sign.type === 'bullet') numbers.next(true, attributes);
  if (sign.type === 'number') {
    const shown = numbers.peek(attributes);
    // Only a list of plain numbers may become one that begins with another number.
    if (sign.isDecimal || sign.numbers.includes(shown)) {
      numbers.next(true, attributes);
      if (!sign.numbers.includes(shown)) {
        changes.add('list-number', `${sign.numbers[0]} is now ${shown}`);
      } else if (!showsSign(text, level)) changes.add('number-style', text);
      block.dataset.kind = 'ordered';
      return keepMarker(marker, '');
    }
  }
  if (sign.type === 'bullet') block.dataset.kind = 'bullet';
  else numbers.next(true, { indent: level });
  keepMarker(marker, sign.type === 'bullet' ? '' : text);
}

/** Replaces a marker by a text at the start of its line. */
function keepMarker(marker: HTMLElement | null, text: string): void {
  if (text === '') marker?.remove();
  else marker?.replaceWith(`${text} `);
}

/** The value of the first `mso-list` in a style. */
function listStyleOf(style: string): string {
  const start = style.search(/mso-list:/i);
  return start < 0 ? '' : style.slice(start).split(';', 1)[0] ?? '';
}

/** The item that a marker belongs to: markers are a few elements deep in it. */
function itemAround<T>(marker: HTMLElement, items: ReadonlyMap<Element, T>): T | undefined {
  let element = marker.parentElement;
  for (let depth = 0; element && depth < maxMarkerDepth; depth++) {
    const item = items.get(element);
    if (item) return item;
    element = element.parentElement;
  }
  return undefined;
}
