import { expect, test } from 'vitest';
import { prosemirrorToYXmlFragment } from 'y-prosemirror';
import * as Y from 'yjs';
import { ContentChanges } from '../../content/content-changes.ts';
import { firstUpdate } from '../../content/first-update.ts';
import { readMarkdown } from '../../content/read-markdown.ts';
import { contentOf, metaOf, schema } from '../../protocol/schema.ts';
import { Random } from '../support/random.ts';
import { randomLines } from '../browser/editor/random-lines.ts';

function loaded(update: Uint8Array): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc;
}

test('[P13] a first update holds the lines as the editor writes them', () => {
  const markdown = '# a **b** [c](https://d.e)\n\n- [x] f\n  - g\\\n  h\n\n```js\ni\n```\n\n' +
    '![j](https://k.l/m.png)\n\n---\n\n> n';
  const documents = [
    readMarkdown(markdown, new ContentChanges()).lines,
    ...Array.from({ length: 200 }, (_, seed) => schema.nodeFromJSON(randomLines(new Random(seed)))),
  ];
  for (const lines of documents) {
    const written = new Y.Doc();
    prosemirrorToYXmlFragment(lines, contentOf(written));
    expect(contentOf(loaded(firstUpdate(lines, null))).toString())
      .toBe(contentOf(written).toString());
  }
});

test('[P13] a first update holds the title', () => {
  const doc = loaded(firstUpdate(schema.node('doc', null, [schema.node('paragraph')]), 'A plan'));
  expect(metaOf(doc).toJSON()).toEqual({ title: 'A plan' });
  expect(contentOf(doc).length).toBe(1);
});
