import type * as Y from 'yjs';
import { renderBlocks, renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { standaloneHtml } from './standalone.ts';
import { renderText } from './text.ts';
import { descriptionOf } from './title.ts';

/** A document as a viewer page shows it. Lacks the version, which is that of the whole answer. */
export interface RenderedDocument {
  readonly title: string;
  readonly description: string;
  readonly blocks: readonly { readonly key: string; readonly html: string }[];
}

/** Writes a document in each format; the title is what `titleOf` found. */
export const renderers = {
  html: (doc: Y.Doc, title: string): string => standaloneHtml({ title, html: renderHtml(doc) }),
  md: renderMarkdown,
  txt: renderText,
  json: (doc: Y.Doc): string => JSON.stringify(renderJson(doc)),
  blocks: (doc: Y.Doc, title: string): string => {
    const rendered: RenderedDocument = {
      title,
      description: descriptionOf(doc),
      blocks: renderBlocks(doc),
    };
    return JSON.stringify(rendered);
  },
};
