import type MarkdownIt from 'markdown-it';
import { type Draft, element, line } from './render-documents.ts';

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];

/** Lines of our schema from Markdown, as an import makes them that knows what our Markdown says. */
export function draftsOf(tokens: readonly Token[]): Draft[] {
  const drafts: Draft[] = [];
  const lists: { readonly kind: 'bullet' | 'ordered'; hasLine: boolean }[] = [];
  let quotes = 0;
  let heading: string | null = null;
  const indent = () => (lists.length > 0 ? { indent: lists.length } : {});
  const here = () => lists.at(-1);
  tokens.forEach((token, i) => {
    switch (token.type) {
      case 'bullet_list_open':
      case 'ordered_list_open':
        lists.push({
          kind: token.type === 'bullet_list_open' ? 'bullet' : 'ordered',
          hasLine: false,
        });
        return;
      case 'bullet_list_close':
      case 'ordered_list_close':
        lists.pop();
        return;
      case 'list_item_open': {
        const item = here();
        // An item without anything, and one that holds only a deeper list.
        if (item) item.hasLine = false;
        if (tokens[i + 1]?.type === 'list_item_close' && item) {
          drafts.push(line('', { kind: item.kind, ...level(lists.length - 1) }));
        }
        return;
      }
      case 'blockquote_open':
        quotes++;
        if (tokens[i + 1]?.type === 'blockquote_close') drafts.push(line('', { kind: 'quote' }));
        return;
      case 'blockquote_close':
        quotes--;
        return;
      case 'heading_open':
        heading = token.tag;
        return;
      case 'heading_close':
        heading = null;
        return;
      case 'hr':
        drafts.push(element('horizontalRule'));
        return;
      case 'fence': {
        const language = token.info === '' ? {} : { language: token.info };
        const text = token.content.replace(/\n$/, '');
        drafts.push(element('codeBlock', text === '' ? [] : [text], { ...language, ...indent() }));
        return;
      }
      case 'inline': {
        const [first, ...others] = token.children ?? [];
        if (first?.type === 'image' && others.length === 0) {
          const { src = '', title } = Object.fromEntries(first.attrs ?? []);
          const attributes = {
            src: decodeURI(String(src)),
            alt: first.content && altOf(first),
            ...(title && { title }),
          };
          drafts.push(element('image', [], { ...attributes, ...indent() }));
          return;
        }
        const item = here();
        const task = item && !item.hasLine ? /^\[([ x])\] /.exec(first?.content ?? '') : null;
        const content = contentOf(token.children ?? [], task?.[0].length ?? 0);
        // Lines without a word that are no items mean nothing in Markdown.
        if (heading !== null) {
          if (content.length > 0) drafts.push(line(content, { kind: heading }));
        } else if (quotes > 0) drafts.push(line(content, { kind: 'quote' }));
        else if (!item || item.hasLine) {
          if (content.length > 0) drafts.push(line(content, indent()));
        } else {
          item.hasLine = true;
          const kind = task ? 'task' : item.kind;
          const checked = task?.[1] === 'x' ? { checked: true } : {};
          drafts.push(line(content, { kind, ...checked, ...level(lists.length - 1) }));
        }
      }
    }
  });
  return drafts;
}

function level(indent: number): { indent?: number } {
  return indent > 0 ? { indent } : {};
}

function altOf(image: Token): string {
  return (image.children ?? []).map(({ content }) => content).join('');
}

const marks: Readonly<Record<string, string>> = { strong: 'bold', em: 'italic', s: 'strike' };

/** The pieces of a line, without so many characters at its beginning. */
function contentOf(tokens: readonly Token[], skip: number): NonNullable<Draft['content']> {
  const content: (Draft | { insert: string; attributes: object }[])[] = [];
  const open: Record<string, object> = {};
  for (const [i, token] of tokens.entries()) {
    const mark = marks[token.tag];
    if (token.type === 'hardbreak') content.push(element('hardBreak'));
    else if (token.type === 'link_open') {
      open.link = { href: decodeURI(String(token.attrGet('href'))) };
    } else if (token.type === 'link_close') delete open.link;
    else if (mark && token.nesting === 1) open[mark] = {};
    else if (mark && token.nesting === -1) delete open[mark];
    else {
      const code = token.type === 'code_inline' ? { code: {} } : {};
      const insert = token.content.slice(i === 0 ? skip : 0);
      if (insert !== '') content.push([{ insert, attributes: { ...open, ...code } }]);
    }
  }
  // A blank that only keeps a place.
  const isBlank = content.every((piece) => !Array.isArray(piece) || piece[0]?.insert.trim() === '');
  return isBlank ? [] : content;
}
