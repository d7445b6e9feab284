import type { MarkSpec } from 'prosemirror-model';
import { safeHref } from './safe-href.ts';

/** The parts of an HTML element that parsing uses. This file is compiled without DOM types. */
export interface ElementLike {
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  readonly textContent: string | null;
}

/** An attribute that Yjs does not store unless it is set. */
export const absent = { default: null };

/** The marks of the schema, with Tiptap's names. */
export const marks = {
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
        // Google Docs wraps copied content in a <b> with normal weight.
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
