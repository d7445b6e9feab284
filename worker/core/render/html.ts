import type * as Y from 'yjs';
import { blocksOf } from './blocks.ts';
import { escapeHtml } from './escape.ts';
import { inlineHtml } from './inline-html.ts';
import type { Block, CodeBlock, Content, Image, List, ListItem } from './tree.ts';

/** One top-level block of a document as a viewer gets it. */
export interface RenderedBlock {
  /**
   * Tells the block from all others of the document, for as long as its first line exists. Lines
   * that are shown as one list or quote are one block.
   */
  readonly key: string;
  /** One element; it carries the key as `data-key`. */
  readonly html: string;
}

/** The content of a document as HTML, to stand in a page of its own or in somebody's. */
export function renderHtml(doc: Y.Doc): string {
  return blocksOf(doc).map((block) => blockHtml(block)).join('\n');
}

/** The content of a document in pieces that can be exchanged one by one. */
export function renderBlocks(doc: Y.Doc): RenderedBlock[] {
  return blocksOf(doc).map((block) => ({
    key: block.key,
    html: blockHtml(block, ` data-key="${escapeHtml(block.key)}"`),
  }));
}

/** One element. `attributes` are written into its tag; those inside another block have none. */
function blockHtml(block: Block, attributes = ''): string {
  switch (block.type) {
    case 'paragraph': {
      const indent = indentAttribute(block.indent);
      return `<p${attributes} dir="auto"${indent}>${lineHtml(block.content)}</p>`;
    }
    case 'plainLine':
      return `<p${attributes} class="plain" dir="auto">${lineHtml(block.content)}</p>`;
    case 'heading': {
      const tag = `h${block.level}`;
      return `<${tag}${attributes} dir="auto">${lineHtml(block.content)}</${tag}>`;
    }
    case 'quote':
      return `<blockquote${attributes} dir="auto">${childrenHtml(block.content)}</blockquote>`;
    case 'list':
      return listHtml(block, attributes);
    case 'codeBlock':
      return codeHtml(block, attributes);
    case 'image':
      return imageHtml(block, attributes);
    case 'rule':
      return `<hr${attributes}>`;
  }
}

function childrenHtml(blocks: readonly Block[]): string {
  return blocks.map((block) => blockHtml(block)).join('');
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
function listHtml({ style, start, items }: List, attributes: string): string {
  const tag = style === 'ordered' ? 'ol' : 'ul';
  const kind = style === 'task' ? ' class="tasks"' : '';
  const from = style === 'ordered' && start !== 1 ? ` start="${start}"` : '';
  const content = items.map((item) => itemHtml(item, style)).join('');
  return `<${tag}${attributes}${kind} dir="auto"${from}>${content}</${tag}>`;
}

/** The item's own line stands in it bare, unless more text follows that needs to be told from it. */
function itemHtml({ content, done, shell }: ListItem, style: List['style']): string {
  const [first, ...others] = content;
  const isTight = others.every((block) => block.type === 'list');
  const bare = first?.type === 'paragraph' && isTight ? lineHtml(first.content) : null;
  // The line of a task has an element, so that a page can strike it out when it is done.
  const line = bare === null
    ? childrenHtml(content)
    : (style === 'task' ? `<span>${bare}</span>` : bare) + childrenHtml(others);
  if (shell) return `<li class="shell">${line}</li>`;
  const box = style === 'task'
    ? `<input type="checkbox" disabled${done ? ' checked' : ''} aria-label="${
      done ? 'Done' : 'To do'
    }">`
    : '';
  return `<li>${box}${line}</li>`;
}

function codeHtml({ language, text, indent }: CodeBlock, attributes: string): string {
  const name = language === null ? '' : ` class="language-${escapeHtml(language)}"`;
  const code = escapeHtml(text);
  return `<pre${attributes} dir="ltr"${indentAttribute(indent)}><code${name}>${code}</code></pre>`;
}

/** Loading an image tells its server nothing of the page, whose address may hold a key. */
function imageHtml({ src, alt, title, indent }: Image, attributes: string): string {
  const hint = title === null ? '' : ` title="${escapeHtml(title)}"`;
  const source = `src="${escapeHtml(src)}" alt="${escapeHtml(alt)}"${hint}`;
  const place = indentAttribute(indent);
  return `<img${attributes} ${source}${place} loading="lazy" referrerpolicy="no-referrer">`;
}
