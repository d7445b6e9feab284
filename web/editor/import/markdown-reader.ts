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

function parser() {
  const markdown = new MarkdownIt({ html: false, linkify: true });
  // Without a scheme, README.md would become a link to the .md domain.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  return markdown;
}

/** Separates the YAML of site generators from the text. Markdown would read it as a heading. */
function splitFrontMatter(markdown: string): { front: string | null; rest: string } {
  const [whole, front] = /^---\r?\n((?:[\w-]+:.*\r?\n|[ \t#-].*\r?\n)+)---\r?\n/.exec(markdown) ??
    [];
  if (whole === undefined || front === undefined) return { front: null, rest: markdown };
  return { front: front.trimEnd().replaceAll('\r\n', '\n'), rest: markdown.slice(whole.length) };
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
