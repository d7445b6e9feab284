import type * as Y from 'yjs';
import type { BlockCache } from './block-cache.ts';
import { readBlocks } from './blocks.ts';
import { joinRendered, renderBlocks, renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { standaloneHtml } from './standalone-html.ts';
import { renderText } from './text.ts';
import { descriptionOf, headingOf, titleOf } from './title.ts';
import type { Block, Heading } from './tree.ts';

/** A format in which readers can request a document. `page` is the data of the viewer page. */
export type Format = keyof typeof renderers;

/** The input of the renderers. */
export interface DocumentContent {
  readonly doc: Y.Doc;
  readonly title: string;
  /** The blocks below the title that an author has set, as a heading, when there is one. */
  readonly blocks: readonly Block[];
  /** The blocks without that heading. */
  readonly body: readonly Block[];
}

/** The JSON of the `page` format. Title and description are not escaped. */
export interface PageContent {
  readonly title: string;
  readonly description: string;
  readonly html: string;
}

/** Reads a document once, for any number of renderers. */
export function readDocument(doc: Y.Doc, cache: BlockCache | null = null): DocumentContent {
  const body = readBlocks(doc, cache);
  const heading = headingOf(doc, body);
  return {
    doc,
    title: titleOf(doc, body),
    blocks: heading === null ? body : [titleBlock(heading), ...body],
    body,
  };
}

function titleBlock(text: string): Heading {
  return { type: 'heading', key: 'title', level: 1, content: [{ type: 'text', text, marks: [] }] };
}

export const renderers = {
  html: ({ doc, title, blocks }: DocumentContent): string =>
    standaloneHtml({ title, html: renderHtml(doc, blocks) }),
  md: ({ doc, blocks }: DocumentContent): string => renderMarkdown(doc, blocks),
  txt: ({ doc, blocks }: DocumentContent): string => renderText(doc, blocks),
  json: ({ doc, body }: DocumentContent): string => JSON.stringify(renderJson(doc, body)),
  page: ({ doc, title, blocks, body }: DocumentContent): string => {
    const description = descriptionOf(doc, body);
    const html = joinRendered(renderBlocks(blocks));
    return JSON.stringify({ title, description, html } satisfies PageContent);
  },
};
