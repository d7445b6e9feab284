import type * as Y from 'yjs';
import { sectionId } from '../../../protocol/text/section-names.ts';
import { readBlocks } from './blocks.ts';
import {
  type Block,
  type CodeBlock,
  type Content,
  countSharedMarks,
  type Heading,
  type Image,
  type List,
  type ListItem,
  type Mark,
  sectionsOf,
} from './tree.ts';

/**
 * A block or list item as HTML that can be replaced by itself. Lists, list items and quotes are short:
 * their content is in rendered blocks of their own, one level deeper, which belong between `open` and
 * `close`. Rendered blocks come in the order of the page.
 */
export interface RenderedBlock {
  /** Unique in the document, and stable for as long as the line exists. */
  readonly key: string;
  readonly depth: number;
  /** `depth:key`, as in `Changes.order`. */
  readonly orderEntry: string;
  /** The start tag, with the key as `data-key`, and what comes before the inner blocks. */
  readonly open: string;
  /** The end tag; empty for a void element. */
  readonly close: string;
}

/** Renders the content of a document as HTML without keys. */
export function renderHtml(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  const sections = sectionsOf(blocks);
  return blocks.map((block) =>
    joinRendered(new HtmlWriter('without-keys', sections).write([block]))
  )
    .join('\n');
}

/**
 * Renders blocks that can be replaced one by one. An unchanged line at the same depth gives the
 * identical object, provided that the blocks were read with a cache.
 */
export function renderBlocks(blocks: readonly Block[]): readonly RenderedBlock[] {
  return new HtmlWriter('with-keys', sectionsOf(blocks)).write(blocks);
}

/** Nests rendered blocks into the HTML of a document. */
export function joinRendered(
  blocks: readonly Pick<RenderedBlock, 'depth' | 'open' | 'close'>[],
): string {
  const html: string[] = [];
  const endTags: string[] = [];
  for (const block of blocks) {
    while (endTags.length > block.depth) html.push(endTags.pop() ?? '');
    html.push(block.open);
    endTags.push(block.close);
  }
  return html.join('') + endTags.reverse().join('');
}

/** Escapes text for use anywhere in HTML: between tags, or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => references[character] ?? '');
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The last rendering of each line, and the variant it was rendered as. */
const renderedLines = new WeakMap<
  Content,
  { readonly variant: string; readonly block: RenderedBlock }
>();

class HtmlWriter {
  readonly #blocks: RenderedBlock[] = [];
  readonly #keys: 'with-keys' | 'without-keys';
  readonly #sections: ReadonlyMap<string, string>;

  /** `sections` are the names of the sections of the document, by the keys of their headings. */
  constructor(keys: 'with-keys' | 'without-keys', sections: ReadonlyMap<string, string>) {
    this.#keys = keys;
    this.#sections = sections;
  }

  write(blocks: readonly Block[]): readonly RenderedBlock[] {
    for (const block of blocks) this.#block(block, 0);
    return this.#blocks;
  }

  #block(block: Block, depth: number): void {
    const attributes = this.#keyAttribute(block.key);
    switch (block.type) {
      case 'paragraph':
        return this.#line(block, `p${block.indent}`, depth, () => tagsOf(block, attributes));
      case 'heading': {
        const section = this.#sections.get(block.key);
        return this.#line(
          block,
          `h${block.level} ${section}`,
          depth,
          () => headingTags(block, attributes, section),
        );
      }
      case 'plainLine':
        return this.#line(block, 'l', depth, () => tagsOf(block, attributes));
    }
    this.#add(block.key, depth, tagsOf(block, attributes));
    if (block.type === 'quote') {
      for (const inner of block.content) this.#block(inner, depth + 1);
    } else if (block.type === 'list') {
      for (const item of block.items) this.#item(item, block.style, depth + 1);
    }
  }

  /** The line of an item has no `<p>`, unless more text follows in the item. */
  #item({ key, content, done, shell }: ListItem, style: List['style'], depth: number): void {
    const [first, ...others] = content;
    const isTight = others.every((block) => block.type === 'list');
    const tag = `<li${this.#keyAttribute(key)}${shell ? ' class="shell"' : ''}>`;
    const checkbox = style === 'task' && !shell ? checkboxHtml(done) : '';
    if (first?.type !== 'paragraph' || !isTight) {
      this.#add(key, depth, [tag + checkbox, '</li>']);
      for (const inner of content) this.#block(inner, depth + 1);
      return;
    }
    this.#line({ key, content: first.content }, `${style}${done}`, depth, () => {
      const line = lineHtml(first.content);
      // The span lets a stylesheet strike out the line of a task that is done.
      return [tag + checkbox + (style === 'task' ? `<span>${line}</span>` : line), '</li>'];
    });
    for (const inner of others) this.#block(inner, depth + 1);
  }

  /** Adds a block that depends only on its content, key and depth, and on `variant`. */
  #line(
    { key, content }: { readonly key: string; readonly content: Content },
    variant: string,
    depth: number,
    write: () => readonly [string, string],
  ): void {
    if (this.#keys === 'without-keys') {
      this.#add(key, depth, write());
      return;
    }
    const cached = renderedLines.get(content);
    if (cached?.variant === variant && cached.block.depth === depth && cached.block.key === key) {
      this.#blocks.push(cached.block);
      return;
    }
    const block = this.#add(key, depth, write());
    renderedLines.set(content, { variant, block });
  }

  #add(key: string, depth: number, [open, close]: readonly [string, string]): RenderedBlock {
    const block = { key, depth, orderEntry: `${depth}:${key}`, open, close };
    this.#blocks.push(block);
    return block;
  }

  #keyAttribute(key: string): string {
    return this.#keys === 'with-keys' ? ` data-key="${escapeHtml(key)}"` : '';
  }
}

function checkboxHtml(done: boolean): string {
  const label = done ? 'Done' : 'To do';
  return `<input type="checkbox" disabled${done ? ' checked' : ''} aria-label="${label}">`;
}

/** The HTML before and after the inner blocks of a block. */
function tagsOf(
  block: Exclude<Block, Heading>,
  attributes: string,
): readonly [string, string] {
  switch (block.type) {
    case 'paragraph': {
      const indent = indentAttribute(block.indent);
      return [`<p${attributes} dir="auto"${indent}>${lineHtml(block.content)}`, '</p>'];
    }
    case 'plainLine':
      return [`<p${attributes} class="plain" dir="auto">${lineHtml(block.content)}`, '</p>'];
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

/**
 * The id of a heading stays while its text is edited. The empty element has the id that authors link to:
 * it is made of the text.
 */
function headingTags(
  { key, level, content }: Heading,
  attributes: string,
  section: string | undefined,
): readonly [string, string] {
  const id = section === undefined ? '' : ` id="${escapeHtml(sectionId(key))}"`;
  const target = section ? `<span id="${escapeHtml(section)}"></span>` : '';
  return [`<h${level}${attributes}${id} dir="auto">${target}${lineHtml(content)}`, `</h${level}>`];
}

/** A `<br>` gives height to an empty line, also to one after a hard break at the end. */
function lineHtml(content: Content): string {
  const last = content.at(-1);
  return inlineHtml(content) + (last?.type === 'text' ? '' : '<br>');
}

function indentAttribute(indent: number): string {
  return indent > 0 ? ` data-indent="${indent}"` : '';
}

/** The list has the `dir`, not its items: `auto` skips children with a `dir` of their own. */
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

/** `no-referrer`, because the address of the page may contain a key. */
function imageHtml({ src, alt, title, indent }: Image, attributes: string): string {
  const titleAttribute = title === null ? '' : ` title="${escapeHtml(title)}"`;
  const source = `src="${escapeHtml(src)}" alt="${escapeHtml(alt)}"${titleAttribute}`;
  const level = indentAttribute(indent);
  return `<img${attributes} ${source}${level} loading="lazy" referrerpolicy="no-referrer">`;
}

const markTags = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strike: 's',
  code: 'code',
  link: 'a',
};

/**
 * Renders the content of a line. A mark over several adjacent texts becomes one element, also across
 * hard breaks: opened again at each break, one long address could fill the output.
 */
function inlineHtml(content: Content): string {
  let html = '';
  let breaks = 0;
  const open: Mark[] = [];
  const closeTo = (length: number) => {
    while (open.length > length) html += `</${markTags[(open.pop() as Mark).type]}>`;
    html += '<br>'.repeat(breaks);
    breaks = 0;
  };
  for (const inline of content) {
    if (inline.type === 'hardBreak') {
      breaks++;
      continue;
    }
    const shared = countSharedMarks(open, inline.marks);
    closeTo(shared);
    for (const mark of inline.marks.slice(shared)) {
      html += startTag(mark);
      open.push(mark);
    }
    html += escapeHtml(inline.text);
  }
  closeTo(0);
  return html;
}

/** Any author may write a link: its target gets no referrer, no opener and no search ranking. */
function startTag(mark: Mark): string {
  if (mark.type !== 'link') return `<${markTags[mark.type]}>`;
  return `<a href="${escapeHtml(mark.href)}" rel="noopener noreferrer nofollow ugc">`;
}
