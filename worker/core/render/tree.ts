import type { LineKind } from '../../../protocol/schema.ts';

/**
 * A checked document, ready to be written in any format. Whatever reached this form is allowed: the
 * kinds and marks are from these lists, addresses are safe, numbers are in range and text has no
 * control characters. Text is not escaped: that is the business of each format.
 */

/** The marks in the order in which they enclose each other, the outermost first. */
export const markTypes = ['link', 'bold', 'italic', 'underline', 'strike', 'code'] as const;

export type MarkType = (typeof markTypes)[number];

export type Mark =
  | { readonly type: 'link'; readonly href: string }
  | { readonly type: Exclude<MarkType, 'link'> };

/** Each type at most once, in the order of {@link markTypes}. */
export type Marks = readonly Mark[];

export type Inline =
  | { readonly type: 'text'; readonly text: string; readonly marks: Marks }
  | { readonly type: 'hardBreak' };

export type Content = readonly Inline[];

/**
 * The id of the Yjs item a block came from, `client-clock`: the same for as long as it exists. No two
 * blocks or items of one document have the same key.
 */
interface Keyed {
  readonly key: string;
}

/** How many levels further in than the block around it. */
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

export interface Rule extends Keyed {
  readonly type: 'rule';
}

export type ListStyle = 'bullet' | 'ordered' | 'task';

export interface ListItem extends Keyed {
  /** Only tasks can be done. */
  readonly done: boolean;
  /** Holds a deeper list where no line stands at this level: it is shown without a marker. */
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

/** One line of a document that is only text, such as a CodeMirror editor keeps. */
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

/** Blocks as a page shows them: lists and quotes hold other blocks. */
export type Block =
  | Paragraph
  | PlainLine
  | Heading
  | Quote
  | List
  | CodeBlock
  | Image
  | Rule;

/** One `paragraph` of our schema: what it is, is an attribute, and lists are levels (DESIGN 7). */
export interface Line extends Keyed, Indented {
  readonly type: 'line';
  readonly kind: LineKind;
  readonly checked: boolean;
  readonly content: Content;
}

/** Blocks as our schema stores them: flat. */
export type FlatBlock = Line | CodeBlock | Image | Rule;

/** The text of a line, a hard break as a line break. */
export function textOf(content: Content): string {
  return content.map((inline) => inline.type === 'text' ? inline.text : '\n').join('');
}
