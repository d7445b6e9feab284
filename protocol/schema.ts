import {
  type Attrs,
  type DOMOutputSpec,
  type MarkSpec,
  type Node,
  type NodeSpec,
  Schema,
} from 'prosemirror-model';
import type * as Y from 'yjs';
import { safeHref, safeImageSource } from './safe-href.ts';

/**
 * The number of the vocabulary below. It travels in the handshake: once an editor with a higher one
 * has written in a document, this one may only read it. Raise it whenever an older editor would lose
 * what a newer one writes.
 */
export const schemaNumber = 1;

/**
 * Where the text of a document lives. The root has a name of its own, so that an editor with
 * another schema, which would strip what it does not know, finds nothing there to strip.
 */
export function contentOf(doc: Y.Doc): Y.XmlFragment {
  return doc.getXmlFragment('lines');
}

/** Where the title (key `title`, a string) and the settings of a document live. */
export function metaOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('meta');
}

/** What a line can be. `text` is never written: a plain line has no `kind` at all. */
export const lineKinds = [
  'text',
  'h1',
  'h2',
  'h3',
  'quote',
  'bullet',
  'ordered',
  'task',
] as const;

export type LineKind = (typeof lineKinds)[number];

/** The deepest level of a list, counted from 0. Anything deeper is shown at this one. */
export const maxIndent = 8;

/** The attributes of an element, as ProseMirror or Yjs hands them out; their values are untrusted. */
export type LineAttributes = { readonly [name: string]: unknown };

/** The kind of a line. A kind this version does not know reads as text. */
export function kindOf(attributes: LineAttributes): LineKind {
  return lineKinds.find((kind) => kind === attributes.kind) ?? 'text';
}

/** The level of a line or block: a whole number from 0 to {@link maxIndent}, whatever is stored. */
export function indentOf(attributes: LineAttributes): number {
  const indent = Number.isInteger(attributes.indent) ? Number(attributes.indent) : 0;
  return Math.min(Math.max(indent, 0), maxIndent);
}

/** Whether a task is done. */
export function isChecked(attributes: LineAttributes): boolean {
  return attributes.checked === true;
}

export function isListKind(kind: LineKind): boolean {
  return kind === 'bullet' || kind === 'ordered' || kind === 'task';
}

/** What parsing needs of an HTML element: this file is compiled without the DOM's types. */
interface ElementLike {
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  readonly textContent: string | null;
}

const absent = { default: null };

function lineAttributes(kind: LineKind, indent = 0): Attrs {
  return {
    kind: kind === 'text' ? null : kind,
    indent: indent === 0 ? null : Math.min(indent, maxIndent),
    checked: null,
  };
}

function readIndent(element: ElementLike): number {
  const indent = Number(element.getAttribute('data-indent'));
  return Number.isInteger(indent) && indent > 0 ? Math.min(indent, maxIndent) : 0;
}

function readLine(element: ElementLike): Attrs {
  const kind = kindOf({ kind: element.getAttribute('data-kind') });
  const done = kind === 'task' && element.hasAttribute('data-checked');
  return { ...lineAttributes(kind, readIndent(element)), checked: done ? true : null };
}

/**
 * How a line stands in the editor's own DOM. Every list line is a list of one: a `listitem` without
 * a `list` around it is ignored by browsers, and one list around many lines would need a parent
 * element, whose text Yjs would delete and copy whenever a line enters or leaves it. Renderers and
 * the clipboard nest lists as usual.
 */
function lineToDOM(node: Node): DOMOutputSpec {
  const kind = kindOf(node.attrs);
  const indent = indentOf(node.attrs);
  const shared = { dir: 'auto', ...(indent > 0 && { 'data-indent': String(indent) }) };
  switch (kind) {
    case 'text':
      return ['p', shared, 0];
    case 'h1':
    case 'h2':
    case 'h3':
      return [kind, shared, 0];
    case 'quote':
      return ['blockquote', shared, 0];
    case 'bullet':
    case 'ordered':
      return [
        'div',
        { ...shared, role: 'list', 'data-kind': kind },
        ['p', { role: 'listitem', 'aria-level': String(indent + 1) }, 0],
      ];
    case 'task': {
      const done = isChecked(node.attrs);
      return [
        'div',
        { ...shared, role: 'list', 'data-kind': kind, ...(done && { 'data-checked': '' }) },
        ['div', { role: 'listitem', 'aria-level': String(indent + 1) }, [
          'input',
          {
            type: 'checkbox',
            contenteditable: 'false',
            'aria-label': 'Done',
            ...(done && { checked: '' }),
          },
        ], ['p', 0]],
      ];
    }
  }
}

const nodes = {
  doc: { content: 'block+' },

  /**
   * The one text block. What kind of line it is, is an attribute: in Yjs a change of attribute keeps
   * the element, and with it whatever somebody else is typing in that line, where a change of node
   * name would delete the element and insert a copy. Every default is null, which Yjs stores as
   * nothing at all: with any other default each typed character would write the attributes too, and
   * could undo another person's change of kind.
   */
  paragraph: {
    group: 'block',
    content: 'inline*',
    attrs: { kind: absent, indent: absent, checked: absent },
    parseDOM: [
      { tag: 'div[data-kind]', getAttrs: readLine, contentElement: 'p' },
      { tag: 'p[data-kind]', getAttrs: readLine },
      { tag: 'h1', attrs: lineAttributes('h1') },
      { tag: 'h2', attrs: lineAttributes('h2') },
      { tag: 'h3, h4, h5, h6', attrs: lineAttributes('h3') },
      { tag: 'blockquote', attrs: lineAttributes('quote') },
      {
        tag: 'p',
        getAttrs: (element: ElementLike) => lineAttributes('text', readIndent(element)),
      },
    ],
    toDOM: lineToDOM,
  },

  codeBlock: {
    group: 'block',
    content: 'text*',
    marks: '',
    code: true,
    defining: true,
    attrs: { language: absent, indent: absent },
    parseDOM: [{
      tag: 'pre',
      preserveWhitespace: 'full',
      getAttrs: (element: ElementLike) => ({
        language: element.getAttribute('data-language'),
        indent: readIndent(element) || null,
      }),
    }],
    toDOM: (node) => {
      const { language } = node.attrs;
      const indent = indentOf(node.attrs);
      return ['pre', {
        dir: 'ltr',
        spellcheck: 'false',
        ...(typeof language === 'string' && { 'data-language': language }),
        ...(indent > 0 && { 'data-indent': String(indent) }),
      }, ['code', 0]];
    },
  },

  horizontalRule: {
    group: 'block',
    parseDOM: [{ tag: 'hr' }],
    toDOM: () => ['hr'],
  },

  image: {
    group: 'block',
    draggable: true,
    attrs: { src: absent, alt: absent, title: absent, indent: absent },
    parseDOM: [{
      tag: 'img[src]',
      getAttrs: (element: ElementLike) => {
        const src = safeImageSource(element.getAttribute('src') ?? '');
        if (src === null) return false;
        return {
          src,
          alt: element.getAttribute('alt'),
          title: element.getAttribute('title'),
          indent: readIndent(element) || null,
        };
      },
    }],
    toDOM: (node) => {
      const { src, alt, title } = node.attrs;
      const safe = typeof src === 'string' ? safeImageSource(src) : null;
      const indent = indentOf(node.attrs);
      return ['img', {
        ...(safe !== null && { src: safe }),
        alt: typeof alt === 'string' ? alt : '',
        ...(typeof title === 'string' && { title }),
        ...(indent > 0 && { 'data-indent': String(indent) }),
        loading: 'lazy',
        referrerpolicy: 'no-referrer',
      }];
    },
  },

  hardBreak: {
    group: 'inline',
    inline: true,
    selectable: false,
    linebreakReplacement: true,
    parseDOM: [{ tag: 'br' }],
    toDOM: () => ['br'],
  },

  text: { group: 'inline' },
} satisfies Record<string, NodeSpec>;

const marks = {
  link: {
    inclusive: false,
    attrs: { href: absent },
    parseDOM: [{
      tag: 'a[href]',
      getAttrs: (element: ElementLike) => {
        const href = safeHref(element.getAttribute('href') ?? '');
        return href === null ? false : { href };
      },
    }],
    toDOM: (mark) => {
      const { href } = mark.attrs;
      const safe = typeof href === 'string' ? safeHref(href) : null;
      return ['a', {
        ...(safe !== null && { href: safe }),
        rel: 'noopener noreferrer nofollow ugc',
      }, 0];
    },
  },
  bold: {
    parseDOM: [
      { tag: 'strong' },
      {
        tag: 'b',
        // Google Docs wraps all it copies in a <b> that is none.
        getAttrs: (element: ElementLike) =>
          !/font-weight:\s*(normal|400)/.test(element.getAttribute('style') ?? '') && null,
      },
      { style: 'font-weight=normal', clearMark: (mark) => mark.type.name === 'bold' },
      { style: 'font-weight=400', clearMark: (mark) => mark.type.name === 'bold' },
      {
        style: 'font-weight',
        getAttrs: (weight) => /^(bold(er)?|[5-9]\d{2})$/.test(weight) && null,
      },
    ],
    toDOM: () => ['strong', 0],
  },
  italic: {
    parseDOM: [
      { tag: 'i' },
      { tag: 'em' },
      { style: 'font-style=normal', clearMark: (mark) => mark.type.name === 'italic' },
      { style: 'font-style=italic' },
    ],
    toDOM: () => ['em', 0],
  },
  underline: {
    parseDOM: [{ tag: 'u' }, { style: 'text-decoration=underline' }],
    toDOM: () => ['u', 0],
  },
  strike: {
    parseDOM: [
      { tag: 's' },
      { tag: 'del' },
      { tag: 'strike' },
      { style: 'text-decoration=line-through' },
    ],
    toDOM: () => ['s', 0],
  },
  code: {
    parseDOM: [{ tag: 'code' }],
    toDOM: () => ['code', { spellcheck: 'false' }, 0],
  },
} satisfies Record<string, MarkSpec>;

/**
 * The rich text of a document. Marks carry Tiptap's names. Values in a document come from anybody:
 * whoever shows them goes through {@link kindOf}, {@link indentOf} and `safeHref`, as `toDOM` does.
 */
export const schema = /* @__PURE__ */ new Schema<keyof typeof nodes, keyof typeof marks>({
  nodes,
  marks,
});
