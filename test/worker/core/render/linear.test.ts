// First, so that everything else is counted.
import { countSteps, expectLinear, type Searches } from '../../../support/steps/count-steps.ts';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { readDocument, renderers } from '../../../../worker/core/render/formats.ts';
import { renderBlocks } from '../../../../worker/core/render/html.ts';
import { Revisions } from '../../../../worker/core/render/revisions.ts';
import { hostileDocuments } from '../../../support/steps/hostile-documents.ts';
import { repeated } from '../../../support/steps/hostile-texts.ts';

/** Every format, and the changes. */
function renderAll(doc: Y.Doc): Record<string, string> {
  const outputs: Record<string, string> = {};
  const content = readDocument(doc);
  for (const [format, render] of Object.entries(renderers)) outputs[format] = render(content);
  const revisions = new Revisions();
  revisions.add('1', { ...content, blocks: renderBlocks(content.blocks) });
  outputs.changes = JSON.stringify(revisions.changesSince(null));
  return outputs;
}

/** The steps for a document made of about this many characters. Checks the size of the output. */
function stepsFor(make: (size: number) => Y.Doc, size: number, searches: Searches): number {
  const doc = make(size);
  const stored = Y.encodeStateAsUpdate(doc).length;
  const max = limits.renderedFreely + limits.renderedPerStored * stored;
  let outputs: Record<string, string> = {};
  const steps = countSteps(() => outputs = renderAll(doc), searches);
  for (const [format, output] of Object.entries(outputs)) {
    expect(output.length, format).toBeLessThanOrEqual(max);
  }
  doc.destroy();
  return steps;
}

describe('[P8] every rendering takes steps in proportion to the document', () => {
  test.each(Object.entries(hostileDocuments))(
    '[R8] of %s',
    (_, make) =>
      expectLinear((size, searches) => stepsFor(make, size, searches), {
        from: 16_384,
        to: 32_768,
      }),
    600_000,
  );
});

describe('the counter of steps', () => {
  test.each<readonly [string, (text: string) => unknown, string]>([
    ['white space at the end', (text) => text.split(/(^\s+|\s+$)/u), ' '],
    ['blanks around', (text) => /^ .*[^ ].* $/.test(` ${text}`), 'a'],
    ['brackets', (text) => /\[[^\]\n]+\]\(/.test(text), '['],
    ['an element without an end', (text) => /<style\b[^]*?<\/style\s*>/.test(text), '<style'],
  ])('[R8] finds a pattern that takes n² steps: %s', (_, work, pattern) => {
    const steps = (size: number) => countSteps(() => work(`x${repeated(pattern, size)}x`));
    expect(steps(1000) / steps(500)).toBeGreaterThan(3.5);
  });

  test('[R8] finds loops and methods that take n² steps', () => {
    const quadratic = [
      (text: string) => {
        const characters = text.split('');
        while (characters.length > 0) characters.shift();
      },
      (text: string) => {
        const seen: string[] = [];
        for (const character of text.split('')) {
          if (!seen.slice(1).includes(character)) seen.push(character + seen.length);
        }
      },
      (text: string) => {
        for (let i = 0; i < text.length; i++) {
          for (let j = i; j < text.length; j++) if (text[j] === 'b') return;
        }
      },
    ];
    for (const work of quadratic) {
      const steps = countSteps(() => work('a'.repeat(1000)));
      expect(countSteps(() => work('a'.repeat(2000))) / steps).toBeGreaterThan(3.5);
    }
  });
});
