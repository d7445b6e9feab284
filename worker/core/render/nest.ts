import type {
  Block,
  CodeBlock,
  FlatBlock,
  Image,
  Line,
  List,
  ListItem,
  ListStyle,
  Paragraph,
  Quote,
} from './tree.ts';

/** What a document's blocks are read as: flat ones, or such as hold others already. */
export type Entry = FlatBlock | Block;

type OpenItem = Omit<ListItem, 'content'> & { readonly content: Block[] };
type OpenList = Omit<List, 'items'> & { readonly items: OpenItem[] };

/**
 * Builds lists and quotes from flat lines.
 *
 * Neighbouring list lines of one level and kind are one list, and a deeper one stands in the item
 * above it. Where levels are jumped over, shells fill the gap. Text, code and images that are
 * indented belong to the item above them, so that the numbers after them go on. Neighbouring quote
 * lines are one quote. What a line does not have by itself, the list, item or quote around it, has
 * the key of the first line in it and a suffix.
 */
export function nest(entries: readonly Entry[]): Block[] {
  const blocks: Block[] = [];
  const lists = new OpenLists(blocks);
  let quote: Omit<Quote, 'content'> & { readonly content: Block[] } | null = null;
  for (const entry of entries) {
    if (entry.type === 'line' && entry.kind === 'quote') {
      lists.close();
      if (quote === null) {
        quote = { type: 'quote', key: `${entry.key}.q`, content: [] };
        blocks.push(quote);
      }
      quote.content.push(paragraph(entry, 0));
      continue;
    }
    quote = null;
    if (entry.type === 'line') addLine(entry, blocks, lists);
    else if (entry.type === 'codeBlock' || entry.type === 'image' || entry.type === 'paragraph') {
      lists.continueWith(entry);
    } else {
      lists.close();
      blocks.push(entry);
    }
  }
  return blocks;
}

function addLine(line: Line, blocks: Block[], lists: OpenLists): void {
  switch (line.kind) {
    case 'text':
      return lists.continueWith(paragraph(line, line.indent));
    case 'bullet':
    case 'ordered':
    case 'task':
      return lists.addItem(line, line.kind);
    default: {
      lists.close();
      const level = Number(line.kind.slice(1));
      blocks.push({ type: 'heading', key: line.key, level, content: line.content });
    }
  }
}

function paragraph({ key, content }: Line, indent: number): Paragraph {
  return { type: 'paragraph', key, indent, content };
}

/** The lists that the next line may go on with, one for each level. */
class OpenLists {
  readonly #blocks: Block[];
  readonly #open: OpenList[] = [];

  /** `blocks` is where a list of the first level goes. */
  constructor(blocks: Block[]) {
    this.#blocks = blocks;
  }

  close(): void {
    this.#open.length = 0;
  }

  addItem(line: Line, style: ListStyle): void {
    const { key, indent: level } = line;
    this.#closeFrom(level + 1);
    if (this.#open[level]?.style !== style) this.#closeFrom(level);
    while (this.#open.length < level) {
      this.#add(key, 'bullet', { done: false, shell: true, content: [] }, this.#open.length);
    }
    const done = style === 'task' && line.checked;
    this.#add(key, style, { done, shell: false, content: [paragraph(line, 0)] }, level);
  }

  /** A block that is no item, but part of one where it is indented. */
  continueWith(block: Paragraph | CodeBlock | Image): void {
    const level = Math.min(block.indent, this.#open.length);
    this.#closeFrom(level);
    this.#innermost().push({ ...block, indent: block.indent - level });
  }

  /** Adds to the open list of this level, or opens one. */
  #add(key: string, style: ListStyle, made: Omit<OpenItem, 'key'>, level: number): void {
    const item = { ...made, key: `${key}.i${level}` };
    const open = this.#open[level];
    if (open) {
      open.items.push(item);
    } else {
      const list: OpenList = {
        type: 'list',
        key: `${key}.l${level}`,
        style,
        start: 1,
        items: [item],
      };
      this.#innermost().push(list);
      this.#open.push(list);
    }
  }

  #innermost(): Block[] {
    return this.#open.at(-1)?.items.at(-1)?.content ?? this.#blocks;
  }

  #closeFrom(level: number): void {
    this.#open.length = Math.min(this.#open.length, level);
  }
}
