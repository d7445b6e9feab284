import type * as Y from 'yjs';
import type { BlockCache } from './block-cache.ts';
import { blocksOf } from './blocks.ts';
import { nestParts, renderHtml, renderParts } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { standaloneHtml } from './standalone.ts';
import { renderText } from './text.ts';
import { descriptionOf, headingOf, titleOf } from './title.ts';
import type { Block, Heading } from './tree.ts';

/** A document that has been read, for the renderers of all formats. */
export interface ReadDocument {
  readonly doc: Y.Doc;
  readonly title: string;
  /** With the title above them, where one was given. */
  readonly blocks: readonly Block[];
  /** Without it. */
  readonly text: readonly Block[];
}

/** A document as its page shows it: plain words, and HTML. */
export interface PageContent {
  readonly title: string;
  readonly description: string;
  readonly html: string;
}

/** Reads a document once, for any number of formats. */
export function readDocument(doc: Y.Doc, memory: BlockCache | null = null): ReadDocument {
  const text = blocksOf(doc, memory);
  const heading = headingOf(doc, text);
  return {
    doc,
    title: titleOf(doc, text),
    blocks: heading === null ? text : [titleBlock(heading), ...text],
    text,
  };
}

function titleBlock(text: string): Heading {
  return { type: 'heading', key: 'title', level: 1, content: [{ type: 'text', text, marks: [] }] };
}

/** Writes a document in each format. */
export const renderers = {
  html: ({ doc, title, blocks }: ReadDocument): string =>
    standaloneHtml({ title, html: renderHtml(doc, blocks) }),
  md: ({ doc, blocks }: ReadDocument): string => renderMarkdown(doc, blocks),
  txt: ({ doc, blocks }: ReadDocument): string => renderText(doc, blocks),
  json: ({ doc, text }: ReadDocument): string => JSON.stringify(renderJson(doc, text)),
  page: ({ doc, title, blocks, text }: ReadDocument): string => {
    const description = descriptionOf(doc, text);
    const html = nestParts(renderParts(blocks));
    return JSON.stringify({ title, description, html } satisfies PageContent);
  },
};

/** What a document can be read as. `page` is what the viewer page is made of. */
export type Format = keyof typeof renderers;
