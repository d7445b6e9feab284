import type * as Y from 'yjs';
import { otherRoots } from '../../../protocol/other-roots.ts';
import type { BlockCache } from './blocks/block-cache.ts';
import { readBlocks } from './blocks.ts';
import { joinRendered, renderBlocks, renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { renderRoots } from './roots.ts';
import { standaloneHtml } from './standalone-html.ts';
import { renderText } from './text.ts';
import { descriptionOf, headingOf, languageOf, titleOf } from './title.ts';
import { type Block, type Heading, type Paragraph, titleKey } from './tree.ts';

/**
 * A format in which a document can be requested. `page` is the data of the viewer page; `roots` is for
 * clients that may edit.
 */
export type Format = keyof typeof renderers;

/** A format that every reader may request. */
export type ReaderFormat = Exclude<Format, 'roots'>;

/** The input of the renderers. */
export interface DocumentContent {
  readonly doc: Y.Doc;
  readonly title: string;
  /** A BCP 47 tag, or null if it is unknown. */
  readonly language: string | null;
  /**
   * The blocks below the title that an author has set, as a heading, when there is one. A note in place
   * of content that only another program can show.
   */
  readonly blocks: readonly Block[];
  /** The blocks without that heading and note. */
  readonly body: readonly Block[];
}

/** The JSON of the `page` format. Title and description are not escaped. */
export interface PageContent {
  readonly title: string;
  readonly description: string;
  readonly language: string | null;
  readonly html: string;
}

/** Reads a document once, for any number of renderers. */
export function readDocument(doc: Y.Doc, cache: BlockCache | null = null): DocumentContent {
  const body = readBlocks(doc, cache);
  const heading = headingOf(doc, body);
  const shown = body.length === 0 && otherRoots(doc, 'data').length > 0 ? [note] : body;
  return {
    doc,
    title: titleOf(doc, body),
    language: languageOf(doc, body),
    blocks: heading === null ? shown : [titleBlock(heading), ...shown],
    body,
  };
}

const note: Paragraph = {
  type: 'paragraph',
  key: 'note',
  indent: 0,
  content: [{
    type: 'text',
    text: 'This document was made with another program, and only that program can show it.',
    marks: [],
  }],
};

function titleBlock(text: string): Heading {
  return { type: 'heading', key: titleKey, level: 1, content: [{ type: 'text', text, marks: [] }] };
}

export const renderers = {
  html: ({ doc, title, language, blocks }: DocumentContent): string =>
    standaloneHtml({ title, language, html: renderHtml(doc, blocks) }),
  md: ({ doc, blocks }: DocumentContent): string => renderMarkdown(doc, blocks),
  txt: ({ doc, blocks }: DocumentContent): string => renderText(doc, blocks),
  json: ({ doc, body }: DocumentContent): string => JSON.stringify(renderJson(doc, body)),
  roots: ({ doc }: DocumentContent): string => renderRoots(doc),
  page: ({ doc, title, language, blocks, body }: DocumentContent): string => {
    const description = descriptionOf(doc, body);
    const html = joinRendered(renderBlocks(blocks));
    return JSON.stringify({ title, description, language, html } satisfies PageContent);
  },
};
