import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readBlocks } from '../../../../worker/core/render/blocks.ts';
import { joinRendered, renderBlocks, renderHtml } from '../../../../worker/core/render/html.ts';
import { Random } from '../../../support/random.ts';
import {
  copyOf,
  documentOf,
  line,
  randomElements,
  randomLines,
  received,
} from './sample-documents.ts';
import { parseStrictly } from './strict-html.ts';

const bullet = (text: string, indent = 0) => line(text, { kind: 'bullet', indent });

describe('rendered blocks', () => {
  const renderedBlocksOf = (doc: Y.Doc) => renderBlocks(readBlocks(doc));
  const keysOf = (doc: Y.Doc) => renderedBlocksOf(doc).map(({ key }) => key);

  test('[R7] each rendered block is one element with a unique key, and together they are the document', () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = new Random(seed);
      const doc = documentOf(seed % 2 ? randomLines(random) : randomElements(random));
      const blocks = renderedBlocksOf(doc);
      for (const { key, open, close } of blocks) {
        const html = open + close;
        // A list item alone is not valid.
        const [element, ...others] = parseStrictly(
          html.startsWith('<li') ? `<ul>${html}</ul>` : html,
        );
        expect(others).toEqual([]);
        const own = html.startsWith('<li') ? element?.children[0] : element;
        expect(typeof own === 'object' && own.attributes.get('data-key')).toBe(key);
      }
      expect(new Set(blocks.map(({ key }) => key)).size).toBe(blocks.length);
      // Line breaks separate blocks, and code contains some.
      expect(joinRendered(blocks).replaceAll(/ data-key="[^"]*"|\n/g, ''))
        .toBe(renderHtml(doc).replaceAll('\n', ''));
    }
  });

  test('[R7] a key survives typing, a change of kind and changes of other lines', () => {
    const doc = documentOf([line('a'), line('b'), line('c')]);
    const before = renderedBlocksOf(doc);
    const fragment = doc.getXmlFragment('lines');
    const second = fragment.get(1) as Y.XmlElement;
    second.setAttribute('kind', 'h2');
    (second.get(0) as Y.XmlText).insert(1, '!');
    fragment.insert(0, [new Y.XmlElement('paragraph')]);
    fragment.delete(3, 1);
    const after = renderedBlocksOf(copyOf(doc));
    expect(after.map(({ key }) => key).slice(1)).toEqual(before.map(({ key }) => key).slice(0, 2));
    expect(after[1]).toEqual(before[0]);
    expect(after[2]?.open).toBe(
      `<h2 data-key="${before[1]?.key}" id="s-${before[1]?.key}" dir="auto"><span id="b"></span>b!`,
    );
  });

  test('[R7] each list item is a block of its own at every level', () => {
    const doc = documentOf([line('a'), bullet('b'), bullet('c', 1), line('d')]);
    expect(
      renderedBlocksOf(doc).map(({ depth, open, close }) => [
        depth,
        (open + close).replaceAll(/ (data-key|dir)="[^"]*"/g, ''),
      ]),
    ).toEqual([
      [0, '<p>a</p>'],
      [0, '<ul></ul>'],
      [1, '<li>b</li>'],
      [2, '<ul></ul>'],
      [3, '<li>c</li>'],
      [0, '<p>d</p>'],
    ]);
  });

  test('[R7] typing in a line of plain text keeps all keys', () => {
    const doc = received((doc) => doc.getText('content').insert(0, 'a\nb\nc'));
    const before = keysOf(doc);
    doc.getText('content').insert(2, 'before b');
    expect(keysOf(doc)).toEqual(before);
    doc.getText('content').insert(4, '\n');
    expect(keysOf(doc)).toEqual([
      ...before.slice(0, 2),
      expect.not.stringMatching(before.join('|')),
      ...before.slice(2),
    ]);
  });
});
