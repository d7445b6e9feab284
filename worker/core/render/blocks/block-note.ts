import { isChecked, type LineKind, maxIndent } from '../../../../protocol/schema.ts';
import { readInline } from '../inline.ts';
import { attributeOf, type YjsType } from '../yjs-types.ts';
import { imageEntries, lineEntry, linkEntries, maxListStart, wholeNumber } from './entries.ts';
import type { Entry } from './nest.ts';

/** An element to read, its key, and its depth in the document. */
interface Source {
  readonly element: YjsType;
  readonly key: string;
  readonly depth: number;
}

/**
 * How to read the blocks of BlockNote that Tiptap does not have. `blockContainer` and `blockGroup`, in
 * which BlockNote nests them, are read with {@link indentEntries}.
 *
 * @see https://www.blocknotejs.org/docs/features/blocks
 */
export const blockNoteReaders: readonly (readonly [
  name: string,
  (source: Source) => readonly Entry[],
])[] = [
  ['bulletListItem', (source) => readItem(source, 'bullet')],
  ['toggleListItem', (source) => readItem(source, 'bullet')],
  ['numberedListItem', (source) => readItem(source, 'ordered')],
  ['checkListItem', (source) => readItem(source, 'task')],
  ['quote', (source) => readItem(source, 'quote')],
  ['divider', ({ key }) => [{ type: 'rule', key }]],
  ['video', readFile],
  ['audio', readFile],
  ['file', readFile],
];

function readItem({ element, key, depth }: Source, kind: LineKind): Entry[] {
  const start = kind === 'ordered' ? attributeOf(element, 'start') : undefined;
  return [{
    ...lineEntry(key, readInline(element, depth), kind),
    checked: isChecked({ checked: attributeOf(element, 'checked') }),
    ...(Number.isInteger(start) && { start: wholeNumber(start, 0, maxListStart) }),
  }];
}

/** An image of BlockNote has an address and a name; one of Tiptap has neither. */
export function readBlockNoteImage({ element, key }: Source): readonly Entry[] {
  const alt = attributeOf(element, 'caption') || attributeOf(element, 'name');
  return imageEntries(key, { src: attributeOf(element, 'url'), alt });
}

function readFile({ element, key }: Source): readonly Entry[] {
  const label = attributeOf(element, 'caption') || attributeOf(element, 'name');
  return linkEntries(key, { href: attributeOf(element, 'url'), label });
}

/** Moves blocks one level deeper: those of a group belong to the block above it. */
export function indentEntries(entries: readonly Entry[]): Entry[] {
  return entries.map((entry) =>
    'indent' in entry ? { ...entry, indent: Math.min(entry.indent + 1, maxIndent) } : entry
  );
}
