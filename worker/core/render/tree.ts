import { sectionNames } from '../../../protocol/text/section-names.ts';
import type { LineKind } from '../../../protocol/schema.ts';

/**
 * A validated document, to be rendered in any format. Kinds and marks are those of these types, links
 * and image sources are safe, numbers are in range, and text has no control characters. Text is not
 * escaped: each format does that.
 */

/** The types of marks in the order of nesting, outermost first. */
export const markTypes = ['link', 'bold', 'italic', 'underline', 'strike', 'code'] as const;

export type MarkType = (typeof markTypes)[number];

export type Mark =
  | { readonly type: 'link'; readonly href: string }
  | { readonly type: Exclude<MarkType, 'link'> };

/** At most one mark of each type, in the order of {@link markTypes}. */
export type Marks = readonly Mark[];

export type Inline =
  | { readonly type: 'text'; readonly text: string; readonly marks: Marks }
  | { readonly type: 'hardBreak' };

export type Content = readonly Inline[];

/**
 * `key` is the id of the Yjs item that a block comes from, as `client-clock`. It is stable for as long
 * as the item exists, and unique among the blocks and list items of a document.
 */
interface Keyed {
  readonly key: string;
}

/** `indent` counts levels relative to the enclosing block. */
interface Indented {
  readonly indent: number;
}

export interface CodeBlock extends Keyed, Indented {
  readonly type: 'codeBlock';
  readonly language: string | null;
  readonly text: string;
}

export interface Image extends Keyed, Indented {
  readonly type: 'image';
  readonly src: string;
  readonly alt: string;
  readonly title: string | null;
}

interface Rule extends Keyed {
  readonly type: 'rule';
}

export type ListStyle = 'bullet' | 'ordered' | 'task';

export interface ListItem extends Keyed {
  /** Always false unless the list is a task list. */
  readonly done: boolean;
  /** Whether it only holds a deeper list, because a level was skipped. Rendered without a marker. */
  readonly shell: boolean;
  readonly content: readonly Block[];
}

export interface List extends Keyed {
  readonly type: 'list';
  readonly style: ListStyle;
  readonly start: number;
  readonly items: readonly ListItem[];
}

export interface Paragraph extends Keyed, Indented {
  readonly type: 'paragraph';
  readonly content: Content;
}

/** One line of a plain-text document, such as one of a CodeMirror editor. */
export interface PlainLine extends Keyed {
  readonly type: 'plainLine';
  readonly content: Content;
}

export interface Heading extends Keyed {
  readonly type: 'heading';
  readonly level: number;
  readonly content: Content;
}

export interface Quote extends Keyed {
  readonly type: 'quote';
  readonly content: readonly Block[];
}

/** A block of a rendered document. Lists and quotes contain other blocks. */
export type Block =
  | Paragraph
  | PlainLine
  | Heading
  | Quote
  | List
  | CodeBlock
  | Image
  | Rule;

/** One `paragraph` node of our schema: its kind is an attribute, and lists are indented lines. */
export interface Line extends Keyed, Indented {
  readonly type: 'line';
  readonly kind: LineKind;
  readonly checked: boolean;
  readonly content: Content;
  /** The number with which this line starts a new numbered list. Our schema has none. */
  readonly start?: number;
}

/** A block as our schema stores it: flat. */
export type FlatBlock = Line | CodeBlock | Image | Rule;

/** The text without marks. A hard break becomes a line feed. */
export function contentText(content: Content): string {
  return content.map((inline) => inline.type === 'text' ? inline.text : '\n').join('');
}

function isSameMark(a: Mark, b: Mark): boolean {
  return a.type === 'link' && b.type === 'link' ? a.href === b.href : a.type === b.type;
}

export function areSameMarks(a: Marks, b: Marks): boolean {
  return a === b || a.length === b.length && countSharedMarks(a, b) === a.length;
}

/** How many marks are equal from the start, when both are listed in the order of nesting. */
export function countSharedMarks(a: Marks, b: Marks): number {
  const end = a.findIndex((mark, i) => b[i] === undefined || !isSameMark(mark, b[i]));
  return end < 0 ? a.length : end;
}

/** The key of the heading that shows the title of a document, which is no section. */
export const titleKey = 'title';

/** The names of the sections of a document, by the keys of their headings. A heading has text. */
export function sectionsOf(blocks: readonly Block[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { key, content } of headingsOf(blocks)) {
    const text = contentText(content);
    if (key !== titleKey && text.trim() !== '') texts.set(key, text);
  }
  const names = sectionNames([...texts.values()]);
  return new Map([...texts.keys()].map((key, index) => [key, names[index] ?? '']));
}

function* headingsOf(blocks: readonly Block[]): Generator<Heading> {
  for (const block of blocks) {
    if (block.type === 'heading') yield block;
    else if (block.type === 'quote') yield* headingsOf(block.content);
    else if (block.type === 'list') {
      for (const { content } of block.items) yield* headingsOf(content);
    }
  }
}
