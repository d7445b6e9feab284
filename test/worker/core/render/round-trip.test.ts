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

/**
 * With HTML enabled, so that text that is not escaped would become elements, and with the linked addresses
 * of GFM.
 */
const parser = new MarkdownIt({ html: true, linkify: true });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

describe('Markdown and an independent parser', () => {
  test('[R9][R10][R11] the parser renders our Markdown to our HTML', () => {
    for (let seed = 0; seed < 1_000; seed++) {
      const random = new Random(seed);
      const doc = documentOf(seed % 2 ? randomLines(random) : randomElements(random));
      const markdown = renderMarkdown(doc);
      expect(canonicalHtml(parser.render(markdown)), `seed ${seed}\n${markdown}`)
        .toBe(canonicalHtml(renderHtml(doc)));
    }
  });
});

describe('Markdown export and import', () => {
  const imported = async (markdown: string): Promise<Y.Doc> => {
    const doc = new Y.Doc();
    prosemirrorToYXmlFragment(await markdownToLines(markdown), contentOf(doc));
    return doc;
  };

  test('[R9][R10][R11] keeps Markdown stable from the second export on', async () => {
    let same = 0;
    for (let seed = 0; seed < 1_000; seed++) {
      const first = renderMarkdown(documentOf(realistic(randomLines(new Random(seed)))));
      const second = renderMarkdown(await imported(first));
      // The first import may drop what has no meaning, such as an empty line in a quote.
      if (second === first) same++;
      expect(renderMarkdown(await imported(second)), `seed ${seed}\n${second}`).toBe(second);
    }
    expect(same).toBeGreaterThan(700);
  });
});

/**
 * Makes lines realistic: no line more than one level deeper than the item above it, and text in each
 * item. An empty item with a list in it need not survive an import unchanged.
 */
function realistic(drafts: readonly Draft[]): Draft[] {
  let maxLevel = 0;
  return drafts.map((draft) => {
    const { kind, indent } = draft.attributes ?? {};
    const isItem = kind === 'bullet' || kind === 'ordered' || kind === 'task';
    const level = Math.min(Number(indent ?? 0), maxLevel);
    // An image with a forbidden source ends a list.
    const endsList = kind || draft.name === 'horizontalRule' || draft.name === 'image';
    maxLevel = isItem ? level + 1 : endsList ? 0 : level;
    const content = isItem ? ['item ', ...(draft.content ?? [])] : draft.content ?? [];
    return { ...draft, content, attributes: { ...draft.attributes, indent: level || null } };
  });
}
