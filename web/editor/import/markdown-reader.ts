import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import type { Node } from 'prosemirror-model';
import { schema } from '../../../protocol/schema.ts';
import { addInline } from './inline-reader.ts';
import { LineWriter } from './line-writer.ts';

/** Parses Markdown. Loaded on demand with its parser: see `markdownToLines`. */
export function readMarkdown(markdown: string): Node {
  const { front, rest } = splitFrontMatter(markdown);
  const lines = new LineWriter();
  if (front !== null) lines.addCode(front, 'yaml');
  for (const token of parser().parse(rest, {})) addToken(lines, token);
  const blocks = lines.finish();
  return schema.topNodeType.create(
    null,
    blocks.length > 0 ? blocks : schema.nodes.paragraph.create(),
  );
}

/** Longer addresses are not linked: see `safeHref`. */
const maxAddressLength = 2048;

function parser() {
  const markdown = new MarkdownIt({ html: false, linkify: true });
  // Without a scheme, README.md would become a link to the .md domain.
  // The search for an address takes up to n² steps of its length.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, maxLength: maxAddressLength });
  return markdown;
}

/**
 * Separates the YAML of site generators from the text. Markdown would read it as a heading. Reads line by
 * line: a pattern for all lines takes exponential time when a line matches in two ways.
 */
function splitFrontMatter(markdown: string): { front: string | null; rest: string } {
  const lines: string[] = [];
  let start = 0;
  for (let end = markdown.indexOf('\n'); end >= 0; end = markdown.indexOf('\n', start)) {
    const line = markdown.slice(start, markdown[end - 1] === '\r' ? end - 1 : end);
    const isFence = line === '---';
    const isFirst = start === 0;
    start = end + 1;
    if (isFence && lines.length > 0) {
      return { front: lines.join('\n').trimEnd(), rest: markdown.slice(start) };
    }
    if (isFirst && isFence) continue;
    if (isFirst || !/^(?:[\w-]+:|[ \t#-])/.test(line)) break;
    lines.push(line);
  }
  return { front: null, rest: markdown };
}

function addToken(lines: LineWriter, token: Token): void {
  switch (token.type) {
    case 'bullet_list_open':
      return lines.openList('bullet');
    case 'ordered_list_open':
      return lines.openList('ordered');
    case 'bullet_list_close':
    case 'ordered_list_close':
      return lines.closeList();
    case 'list_item_open':
      return lines.openItem();
    case 'list_item_close':
      return lines.closeItem();
    case 'blockquote_open':
      return lines.openQuote();
    case 'blockquote_close':
      return lines.closeQuote();
    case 'heading_open':
      return lines.setHeading(token.tag === 'h1' ? 'h1' : token.tag === 'h2' ? 'h2' : 'h3');
    case 'heading_close':
      return lines.setHeading(null);
    case 'tr_open':
      return lines.openRow();
    case 'tr_close':
      return lines.closeRow();
    case 'inline':
      return addInline(lines, token.children ?? []);
    case 'fence':
      return lines.addCode(
        token.content.replace(/\n$/, ''),
        /^\s*([^\s{]+)/.exec(token.info)?.[1] ?? null,
      );
    case 'code_block':
      return lines.addCode(token.content.replace(/\n$/, ''), null);
    case 'hr':
      return lines.addBlock(schema.nodes.horizontalRule.create());
  }
}
