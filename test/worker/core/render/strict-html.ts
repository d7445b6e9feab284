export interface HtmlElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (HtmlElement | string)[];
}

const key = /^(title|first|\d+-\d+)(\.[a-z]\d?)*$/;
const dir = /^(auto|ltr)$/;
const indent = /^[1-8]$/;
const block = { 'data-key': key, dir };
const heading = { ...block, id: /^s-(\d+-\d+(\.\w+)?|first)$/ };

/** The allowed tags, with the attributes of each and their values. */
const allowed: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  p: { ...block, class: /^plain$/, 'data-indent': indent },
  h1: heading,
  h2: heading,
  h3: heading,
  h4: heading,
  h5: heading,
  h6: heading,
  blockquote: block,
  ul: { ...block, class: /^tasks$/ },
  ol: { ...block, start: /^\d{1,9}$/ },
  li: { 'data-key': key, class: /^shell$/ },
  input: { type: /^checkbox$/, disabled: /^$/, checked: /^$/, 'aria-label': /^(Done|To do)$/ },
  pre: { ...block, 'data-indent': indent },
  code: { class: /^language-[\w+#.-]{1,32}$/ },
  hr: { 'data-key': key },
  br: {},
  img: {
    'data-key': key,
    src: /^(https:\/\/[^/\\]|\/(?![/\\]))/i,
    alt: /^[^\n]*$/,
    title: /^[^\n]*$/,
    'data-indent': indent,
    loading: /^lazy$/,
    referrerpolicy: /^no-referrer$/,
  },
  a: {
    href: /^((https?|mailto|tel):|(?![a-z][a-z0-9+.-]*:))/i,
    rel: /^noopener noreferrer nofollow ugc$/,
  },
  span: { id: /^[\p{L}\p{M}\p{N}\p{Pc}-]+$/u },
  strong: {},
  em: {},
  u: {},
  s: {},
};

const voidTags: ReadonlySet<string> = new Set(['br', 'hr', 'img', 'input']);
const inlineTags: ReadonlySet<string> = new Set([
  'a',
  'span',
  'strong',
  'em',
  'u',
  's',
  'code',
  'br',
  'input',
]);
const holdsOnlyInline = /^(p|h[1-6]|pre|a|span|strong|em|u|s|code)$/;

/**
 * Parses the HTML that our renderer may write. Throws on anything else: unbalanced tags, tags and
 * attributes that are not allowed, unescaped `<`, `"` or `&`.
 */
export function parseStrictly(html: string): HtmlElement[] {
  const root: { children: (HtmlElement | string)[]; tag: string } = { tag: '', children: [] };
  const open = [root];
  let at = 0;
  const token =
    /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>|((?:[^<>&"']|&(?:amp|lt|gt|quot|#39);)+)/y;
  while (at < html.length) {
    token.lastIndex = at;
    const match = token.exec(html);
    if (!match) throw new Error(`Unexpected HTML: ${html.slice(at, at + 80)}`);
    at = token.lastIndex;
    const [, close, tag = '', rest = '', text] = match;
    const parent = open.at(-1);
    if (!parent) throw new Error('No element is open');
    if (text !== undefined) {
      if (/(?![\n\t])\p{Cc}/u.test(text)) throw new Error('Control character in text');
      if (parent === root && text.trim() !== '') throw new Error(`Text outside of blocks: ${text}`);
      parent.children.push(unescape(text));
      continue;
    }
    if (close) {
      if (parent.tag !== tag) throw new Error(`</${tag}> closes <${parent.tag}>`);
      open.pop();
      continue;
    }
    if (holdsOnlyInline.test(parent.tag) && !inlineTags.has(tag)) {
      throw new Error(`<${tag}> in <${parent.tag}>`);
    }
    if ((tag === 'li') !== (parent.tag === 'ul' || parent.tag === 'ol')) {
      throw new Error(`<${tag}> in <${parent.tag}>`);
    }
    const element = { tag, attributes: attributesOf(tag, rest), children: [] };
    parent.children.push(element);
    if (!voidTags.has(tag)) open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.tag}> is not closed`);
  return root.children.filter((child) => typeof child !== 'string');
}

function attributesOf(tag: string, text: string): Map<string, string> {
  const rules = allowed[tag];
  if (!rules) throw new Error(`<${tag}> is not allowed`);
  const attributes = new Map<string, string>();
  for (const [, name = '', raw = ''] of text.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)) {
    if (/&(?!(amp|lt|gt|quot|#39);)/.test(raw)) throw new Error(`Unescaped & in ${raw}`);
    const value = unescape(raw);
    if (attributes.has(name)) throw new Error(`Duplicate attribute ${name} on <${tag}>`);
    if (!rules[name]?.test(value)) throw new Error(`<${tag} ${name}="${value}"> is not allowed`);
    attributes.set(name, value);
  }
  return attributes;
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

export function textIn(nodes: readonly (HtmlElement | string)[]): string {
  return nodes.map((node) => typeof node === 'string' ? node : textIn(node.children)).join('');
}
