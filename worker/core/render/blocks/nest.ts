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
} from '../tree.ts';

/** A block as it is read from a document: flat, or already with blocks inside it. */
export type Entry = FlatBlock | Block;

type OpenItem = Omit<ListItem, 'content'> & { readonly content: Block[] };
type OpenList = Omit<List, 'items'> & { readonly items: OpenItem[] };

/**
 * Builds lists and quotes from flat lines.
 *
 * Adjacent list lines of one level and style become one list. Deeper lines become a list inside the
 * item above them; skipped levels are filled with shells. Indented paragraphs, code and images belong
 * to the item above them, so that an ordered list continues after them. Adjacent quote lines become
 * one quote.
 *
 * A list, item or quote has no Yjs item of its own. Its key is that of its first line and a suffix.
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

/** The lists that the next line may continue, one per level. */
class OpenLists {
  readonly #blocks: Block[];
  readonly #open: OpenList[] = [];

  /** `blocks` receives the lists of the first level. */
  constructor(blocks: Block[]) {
    this.#blocks = blocks;
  }

  close(): void {
    this.#open.length = 0;
  }

  addItem(line: Line, style: ListStyle): void {
    const { key, indent: level } = line;
    this.#closeFrom(level + 1);
    if (this.#open[level]?.style !== style || line.start !== undefined) this.#closeFrom(level);
    while (this.#open.length < level) {
      this.#add(key, 'bullet', { done: false, shell: true, content: [] }, this.#open.length);
    }
    const done = style === 'task' && line.checked;
    this.#add(key, style, { done, shell: false, content: [paragraph(line, 0)] }, level, line.start);
  }

  /** Adds a block that is not an item. When it is indented, it becomes part of the item above it. */
  continueWith(block: Paragraph | CodeBlock | Image): void {
    const level = Math.min(block.indent, this.#open.length);
    this.#closeFrom(level);
    this.#innermost().push({ ...block, indent: block.indent - level });
  }

  /** Adds an item to the open list of this level, or opens one. */
  #add(
    key: string,
    style: ListStyle,
    content: Omit<OpenItem, 'key'>,
    level: number,
    start = 1,
  ): void {
    const item = { ...content, key: `${key}.i${level}` };
    const open = this.#open[level];
    if (open) {
      open.items.push(item);
    } else {
      const list: OpenList = {
        type: 'list',
        key: `${key}.l${level}`,
        style,
        start,
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
