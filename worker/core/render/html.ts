import type * as Y from 'yjs';
import { blocksOf } from './blocks.ts';
import { escapeHtml } from './escape.ts';
import { inlineHtml } from './inline-html.ts';
import type { Block, CodeBlock, Content, Image, List, ListItem } from './tree.ts';

/**
 * A piece of a document that can be exchanged by itself: a block, or an item of a list. Lists, items
 * and quotes are short, since what they hold are parts of their own, one level deeper, which stand
 * between `open` and `close`. Parts come in the order of the page.
 */
export interface RenderedPart {
  /** Tells the part from all others of the document, for as long as its line exists. */
  readonly key: string;
  readonly depth: number;
  /** Depth and key in one, `depth:key`. */
  readonly place: string;
  /** The start tag, which carries the key as `data-key`, and what stands before the inner parts. */
  readonly open: string;
  /** The end tag; empty for an element that has none. */
  readonly close: string;
}

/** The content of a document as HTML, to stand in a page of its own or in somebody's. */
export function renderHtml(doc: Y.Doc, blocks: readonly Block[] = blocksOf(doc)): string {
  return blocks.map((block) => nestParts(new PartWriter('without-keys').write([block]))).join('\n');
}

/**
 * Blocks in parts that can be exchanged one by one. Lines that are the same (see blocks.ts) in the
 * same place are the very same part.
 */
export function renderParts(blocks: readonly Block[]): readonly RenderedPart[] {
  return new PartWriter('with-keys').write(blocks);
}

/** Parts put into each other, as the HTML they make together. */
export function nestParts(
  parts: readonly Pick<RenderedPart, 'depth' | 'open' | 'close'>[],
): string {
  const written: string[] = [];
  const open: string[] = [];
  for (const part of parts) {
    while (open.length > part.depth) written.push(open.pop() ?? '');
    written.push(part.open);
    open.push(part.close);
  }
  return written.join('') + open.reverse().join('');
}

/** What each line was written as when it was last asked for, and what that depended on. */
const writtenParts = new WeakMap<Content, { readonly like: string; readonly part: RenderedPart }>();

class PartWriter {
  readonly #parts: RenderedPart[] = [];
  readonly #keys: 'with-keys' | 'without-keys';

  constructor(keys: 'with-keys' | 'without-keys') {
    this.#keys = keys;
  }

  write(blocks: readonly Block[]): readonly RenderedPart[] {
    for (const block of blocks) this.#block(block, 0);
    return this.#parts;
  }

  #block(block: Block, depth: number): void {
    const write = () => tagsOf(block, this.#attribute(block.key));
    switch (block.type) {
      case 'paragraph':
        return this.#line(block, `p${block.indent}`, depth, write);
      case 'heading':
        return this.#line(block, `h${block.level}`, depth, write);
      case 'plainLine':
        return this.#line(block, 'l', depth, write);
    }
    this.#add(block.key, depth, write());
    if (block.type === 'quote') {
      for (const inner of block.content) this.#block(inner, depth + 1);
    } else if (block.type === 'list') {
      for (const item of block.items) this.#item(item, block.style, depth + 1);
    }
  }

  /** The item's own line stands in it bare, unless more text follows that needs to be told from it. */
  #item({ key, content, done, shell }: ListItem, style: List['style'], depth: number): void {
    const [first, ...others] = content;
    const isTight = others.every((block) => block.type === 'list');
    const tag = `<li${this.#attribute(key)}${shell ? ' class="shell"' : ''}>`;
    const box = style === 'task' && !shell ? boxHtml(done) : '';
    if (first?.type !== 'paragraph' || !isTight) {
      this.#add(key, depth, [tag + box, '</li>']);
      for (const inner of content) this.#block(inner, depth + 1);
      return;
    }
    this.#line({ key, content: first.content }, `${style}${done}`, depth, () => {
      const line = lineHtml(first.content);
      // The line of a task has an element, so that a page can strike it out when it is done.
      return [tag + box + (style === 'task' ? `<span>${line}</span>` : line), '</li>'];
    });
    for (const inner of others) this.#block(inner, depth + 1);
  }

  /** A part that depends on nothing but its line, its key and what `like` and `depth` say. */
  #line(
    { key, content }: { readonly key: string; readonly content: Content },
    like: string,
    depth: number,
    write: () => readonly [string, string],
  ): void {
    if (this.#keys === 'without-keys') {
      this.#add(key, depth, write());
      return;
    }
    const known = writtenParts.get(content);
    if (known?.like === like && known.part.depth === depth && known.part.key === key) {
      this.#parts.push(known.part);
      return;
    }
    const part = this.#add(key, depth, write());
    writtenParts.set(content, { like, part });
  }

  #add(key: string, depth: number, [open, close]: readonly [string, string]): RenderedPart {
    const part = { key, depth, place: `${depth}:${key}`, open, close };
    this.#parts.push(part);
    return part;
  }

  #attribute(key: string): string {
    return this.#keys === 'with-keys' ? ` data-key="${escapeHtml(key)}"` : '';
  }
}

function boxHtml(done: boolean): string {
  const label = done ? 'Done' : 'To do';
  return `<input type="checkbox" disabled${done ? ' checked' : ''} aria-label="${label}">`;
}

/** What stands before and after the inner parts of a block. */
function tagsOf(block: Block, attributes: string): readonly [string, string] {
  switch (block.type) {
    case 'paragraph': {
      const indent = indentAttribute(block.indent);
      return [`<p${attributes} dir="auto"${indent}>${lineHtml(block.content)}`, '</p>'];
    }
    case 'plainLine':
      return [`<p${attributes} class="plain" dir="auto">${lineHtml(block.content)}`, '</p>'];
    case 'heading': {
      const tag = `h${block.level}`;
      return [`<${tag}${attributes} dir="auto">${lineHtml(block.content)}`, `</${tag}>`];
    }
    case 'quote':
      return [`<blockquote${attributes} dir="auto">`, '</blockquote>'];
    case 'list':
      return listTags(block, attributes);
    case 'codeBlock':
      return [codeHtml(block, attributes), '</code></pre>'];
    case 'image':
      return [imageHtml(block, attributes), ''];
    case 'rule':
      return [`<hr${attributes}>`, ''];
  }
}

/** An empty line keeps its height, and so does an empty one at the end, after a hard break. */
function lineHtml(content: Content): string {
  const last = content.at(-1);
  return inlineHtml(content) + (last?.type === 'text' ? '' : '<br>');
}

function indentAttribute(indent: number): string {
  return indent > 0 ? ` data-indent="${indent}"` : '';
}

/** The direction is the list's: an element that has a `dir` does not count for that of its parent. */
function listTags({ style, start }: List, attributes: string): readonly [string, string] {
  const tag = style === 'ordered' ? 'ol' : 'ul';
  const kind = style === 'task' ? ' class="tasks"' : '';
  const from = style === 'ordered' && start !== 1 ? ` start="${start}"` : '';
  return [`<${tag}${attributes}${kind} dir="auto"${from}>`, `</${tag}>`];
}

function codeHtml({ language, text, indent }: CodeBlock, attributes: string): string {
  const name = language === null ? '' : ` class="language-${escapeHtml(language)}"`;
  return `<pre${attributes} dir="ltr"${indentAttribute(indent)}><code${name}>${escapeHtml(text)}`;
}

/** Loading an image tells its server nothing of the page, whose address may hold a key. */
function imageHtml({ src, alt, title, indent }: Image, attributes: string): string {
  const hint = title === null ? '' : ` title="${escapeHtml(title)}"`;
  const source = `src="${escapeHtml(src)}" alt="${escapeHtml(alt)}"${hint}`;
  const place = indentAttribute(indent);
  return `<img${attributes} ${source}${place} loading="lazy" referrerpolicy="no-referrer">`;
}
