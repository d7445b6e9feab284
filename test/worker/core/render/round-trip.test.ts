import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { prosemirrorToYXmlFragment } from 'y-prosemirror';
import * as Y from 'yjs';
import { contentOf } from '../../../../protocol/schema.ts';
import { markdownToLines } from '../../../../web/editor/import/markdown.ts';
import { renderHtml } from '../../../../worker/core/render/html.ts';
import { renderMarkdown } from '../../../../worker/core/render/markdown.ts';
import { Random } from '../../../support/random.ts';
import { canonicalHtml } from './canonical-html.ts';
import { documentOf, type Draft, randomElements, randomLines } from './sample-documents.ts';

/** With HTML, so that text that only looks like it would show. */
const parser = new MarkdownIt({ html: true });

describe('R9 R10 R11 an independent parser', () => {
  test('reads our Markdown to the HTML that we write ourselves', () => {
    for (let seed = 0; seed < 1_000; seed++) {
      const random = new Random(seed);
      const doc = documentOf(seed % 2 ? randomLines(random) : randomElements(random));
      const markdown = renderMarkdown(doc);
      expect(canonicalHtml(parser.render(markdown)), `seed ${seed}\n${markdown}`)
        .toBe(canonicalHtml(renderHtml(doc)));
    }
  });
});

describe('R9 R10 R11 a round trip', () => {
  const imported = async (markdown: string): Promise<Y.Doc> => {
    const doc = new Y.Doc();
    prosemirrorToYXmlFragment(await markdownToLines(markdown), contentOf(doc));
    return doc;
  };

  test('Markdown that was exported, imported and exported again stays as it is', async () => {
    let same = 0;
    for (let seed = 0; seed < 1_000; seed++) {
      const first = renderMarkdown(documentOf(asPeopleLeaveThem(randomLines(new Random(seed)))));
      const second = renderMarkdown(await imported(first));
      // The first time may take out what means nothing, such as an empty line in a quote.
      if (second === first) same++;
      expect(renderMarkdown(await imported(second)), `seed ${seed}\n${second}`).toBe(second);
    }
    expect(same).toBeGreaterThan(700);
  });
});

/**
 * As people leave them: no line deeper than one level below the item above it, and words in each
 * item. Empty items with lists in them need not come back as they were.
 */
function asPeopleLeaveThem(drafts: readonly Draft[]): Draft[] {
  let deepest = 0;
  return drafts.map((draft) => {
    const { kind, indent } = draft.attributes ?? {};
    const isItem = kind === 'bullet' || kind === 'ordered' || kind === 'task';
    const level = Math.min(Number(indent ?? 0), deepest);
    // An image that may not be loaded ends a list.
    const endsList = kind || draft.name === 'horizontalRule' || draft.name === 'image';
    deepest = isItem ? level + 1 : endsList ? 0 : level;
    const content = isItem ? ['item ', ...(draft.content ?? [])] : draft.content ?? [];
    return { ...draft, content, attributes: { ...draft.attributes, indent: level || null } };
  });
}
