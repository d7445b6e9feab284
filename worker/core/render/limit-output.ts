import { limits } from '../../../protocol/limits.ts';
import { maxSectionName } from '../../../protocol/text/section-names.ts';
import {
  type Block,
  type Content,
  contentText,
  type List,
  type ListItem,
  type Mark,
} from './tree.ts';

/**
 * Bounds what a document costs to render: in every format at most `limits.renderedPerStored` characters
 * for each character stored, and `limits.renderedFreely` more. No honest document comes near that.
 *
 * Without a bound, a small document can have an output of any size: formats repeat the address of a
 * link for each of its texts, and the indentation of a list for each of its lines. Beyond the bound a
 * repeated link loses its address, and a block is omitted. A note stands in for the first one.
 *
 * Returns the identical array when there is nothing to omit. `blockSize`: what a block takes at least in
 * the stored document, in bytes.
 */
export function limitOutput(blocks: readonly Block[], blockSize = 16): readonly Block[] {
  return new OutputLimiter(blockSize).limit(blocks, 0);
}

const note = 'This part of the document is too large to show.';

// What a part of a document may cost in the most verbose format, in characters. Every character may be
// escaped as six. A list, an item and each block have a key, in their HTML and in the list of changes.
const maxEscaped = 6;
const blockCost = 160;
const textCost = 32;
const markCost = 24;
const linkCost = 64;
const breakCost = 24;

// What a format takes at least in a stored document, in bytes.
const formatSize = 16;

interface Estimate {
  size: number;
  cost: number;
}

class OutputLimiter {
  /** The cost that is left. */
  #left: number = limits.renderedFreely;
  /** The links whose address was in the document already. */
  readonly #links = new Set<Mark>();
  readonly #blockSize: number;
  #hasNote = false;

  constructor(blockSize: number) {
    this.#blockSize = blockSize;
  }

  limit(blocks: readonly Block[], indentation: number): readonly Block[] {
    return mapChanged(blocks, (block) => this.#limitBlock(block, indentation) ?? this.#note(block));
  }

  /** Null for a block that is too large. */
  #limitBlock(block: Block, indentation: number): Block | null {
    const estimate = { size: this.#blockSize, cost: blockCost };
    switch (block.type) {
      case 'paragraph':
      case 'plainLine':
      case 'heading': {
        if (block.type === 'plainLine') estimate.size = 1;
        const content = this.#limitContent(block.content, estimate, indentation);
        if (block.type === 'heading') {
          // Its ids: one of the key, one of the text.
          const nameLength = Math.min(contentText(content).length, maxSectionName);
          estimate.cost += blockCost + maxEscaped * nameLength;
        }
        if (!this.#take(estimate)) return null;
        return content === block.content ? block : { ...block, content };
      }
      case 'codeBlock':
        addText(estimate, block.text);
        if (indentation > 0) estimate.cost += indentation * countLines(block.text);
        return this.#take(estimate) ? block : null;
      case 'image':
        for (const text of [block.src, block.alt, block.title ?? '']) addText(estimate, text);
        estimate.cost += indentation;
        return this.#take(estimate) ? block : null;
      case 'rule':
        estimate.cost += indentation;
        return this.#take(estimate) ? block : null;
      case 'quote': {
        if (!this.#take(estimate)) return null;
        const content = this.limit(block.content, indentation + 2);
        return content === block.content ? block : { ...block, content };
      }
      case 'list':
        return this.#take(estimate) ? this.#limitList(block, indentation) : null;
    }
  }

  #limitList(list: List, indentation: number): Block {
    const last = list.start + list.items.length;
    const marker = list.style === 'ordered' ? String(last).length + 2 : 2;
    const items = mapChanged(list.items, (item): ListItem | null => {
      if (!this.#take({ size: this.#blockSize, cost: blockCost + indentation + marker })) {
        return null;
      }
      const content = this.limit(item.content, indentation + marker);
      return content === item.content ? item : { ...item, content };
    });
    return items === list.items ? list : { ...list, items };
  }

  /** Adds a content to the estimate. Returns it without the addresses that are too much. */
  #limitContent(content: Content, estimate: Estimate, indentation: number): Content {
    estimate.cost += indentation;
    return mapChanged(content, (inline) => {
      if (inline.type === 'hardBreak') {
        estimate.size += 1;
        estimate.cost += breakCost + indentation;
        return inline;
      }
      addText(estimate, inline.text);
      estimate.cost += textCost + markCost * inline.marks.length;
      const [link] = inline.marks;
      if (link?.type !== 'link') return inline;
      const cost = linkCost + maxEscaped * link.href.length;
      if (!this.#links.has(link)) {
        this.#links.add(link);
        estimate.size += formatSize + link.href.length;
      } else if (this.#allowed(estimate) < cost) {
        return { ...inline, marks: inline.marks.slice(1) };
      }
      estimate.cost += cost;
      return inline;
    });
  }

  #allowed({ size, cost }: Estimate): number {
    return this.#left + limits.renderedPerStored * size - cost;
  }

  #take(estimate: Estimate): boolean {
    const left = this.#allowed(estimate);
    if (left < 0) return false;
    this.#left = left;
    return true;
  }

  #note({ key }: Block): Block | null {
    if (this.#hasNote) return null;
    this.#hasNote = true;
    return {
      type: 'paragraph',
      key,
      indent: 0,
      content: [{ type: 'text', text: note, marks: [] }],
    };
  }
}

function addText(estimate: Estimate, text: string): void {
  estimate.size += text.length;
  estimate.cost += maxEscaped * text.length;
}

function countLines(text: string): number {
  let lines = 1;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines++;
  return lines;
}

/** Maps values, without those that become null. Returns the identical array when all stay the same. */
function mapChanged<T>(values: readonly T[], map: (value: T) => T | null): readonly T[] {
  let changed: T[] | null = null;
  values.forEach((value, i) => {
    const mapped = map(value);
    if (changed === null && mapped !== value) changed = values.slice(0, i);
    if (mapped !== null) changed?.push(mapped);
  });
  return changed ?? values;
}
