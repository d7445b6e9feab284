import {
  type Attrs,
  type DOMOutputSpec,
  type Node,
  type NodeSpec,
  Schema,
} from 'prosemirror-model';
import type * as Y from 'yjs';
import { safeImageSource } from './safe-href.ts';
import { absent, type ElementLike, marks } from './schema-marks.ts';

/**
 * Version of the schema below. Clients send it in the handshake. Once an editor with a higher number
 * has written to a document, editors with a lower one may only read it. Increase it whenever an older
 * editor would lose content of a newer one.
 */
export const schemaNumber = 1;

/**
 * Returns the root type with the text of a document. Its name is unusual on purpose: an editor with
 * another schema would remove content that it does not know from a root it shares with this one.
 */
export function contentOf(doc: Y.Doc): Y.XmlFragment {
  return doc.getXmlFragment('lines');
}

/** Returns the root type with the title (key `title`, a string) and the settings of a document. */
export function metaOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('meta');
}

/** The kinds of a line. `text` is never stored: a plain line has no `kind` attribute. */
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

/** The maximum level of a list, counted from 0. Deeper levels are shown as this one. */
export const maxIndent = 8;

/** The attributes of an element in ProseMirror or Yjs. Their values are untrusted. */
type LineAttributes = { readonly [name: string]: unknown };

/** Returns the kind of a line; `text` for an unknown one. */
export function kindOf(attributes: LineAttributes): LineKind {
  return lineKinds.find((kind) => kind === attributes.kind) ?? 'text';
}

/** Returns the level of a line or block: an integer from 0 to {@link maxIndent}, for any stored value. */
export function indentOf(attributes: LineAttributes): number {
  const indent = Number.isInteger(attributes.indent) ? Number(attributes.indent) : 0;
  return Math.min(Math.max(indent, 0), maxIndent);
}

/** Whether a task is checked. */
export function isChecked(attributes: LineAttributes): boolean {
  return attributes.checked === true;
}

export function isListKind(kind: LineKind): boolean {
  return kind === 'bullet' || kind === 'ordered' || kind === 'task';
}

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

/** The number of items that were rendered, for ids that are unique in the page. */
let renderedItems = 0;

/**
 * Returns the DOM of a line in the editor. Each list line is a list with one item: browsers ignore a
 * `listitem` outside a `list`, and a list around several lines would need a parent element in Yjs, so
 * that a line which enters or leaves the list would be deleted and copied. `LineAttributes` joins them for
 * screen readers. Renderers and the clipboard
 * use ordinary nested lists.
 */
function lineToDOM(node: Node): DOMOutputSpec {
  const kind = kindOf(node.attrs);
  const indent = indentOf(node.attrs);
  const item = () => ({
    role: 'listitem',
    'aria-level': String(indent + 1),
    // Another line may own the item: see `LineAttributes`.
    id: `item-${++renderedItems}`,
  });
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
        ['p', item(), 0],
      ];
    case 'task': {
      const done = isChecked(node.attrs);
      return [
        'div',
        { ...shared, role: 'list', 'data-kind': kind, ...(done && { 'data-checked': '' }) },
        ['div', item(), [
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
   * Every line of text but code. The kind of a line is an attribute, because in Yjs a change of attribute keeps
   * the element and the text that others type into it; a change of node name would delete the element
   * and insert a copy. Every default is null, which Yjs does not store: with any other default, each
   * typed character would write the attributes as well and could revert a concurrent change of kind.
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

/**
 * The ProseMirror schema of a document. Marks have Tiptap's names. Attribute values are untrusted: read
 * them through {@link kindOf}, {@link indentOf} and `safeHref`, as `toDOM` does.
 */
export const schema = /* @__PURE__ */ new Schema<keyof typeof nodes, keyof typeof marks>({
  nodes,
  marks,
});
