import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../protocol/schema.ts';
import type { Random } from '../random.ts';
import { textOf } from './contents.ts';

// No surrogate pairs: Yjs corrupts one that an edit splits, which no editor does.
const words = ['a', 'bc', 'word ', 'é', '漢字', '\n', 'a longer run of text that fills a row'];
const marks = [
  { bold: true },
  { bold: null },
  { italic: true },
  { link: { href: 'https://example.org' } },
];

/** Makes one edit, sometimes several in one transaction. */
export function edit(doc: Y.Doc, random: Random): void {
  if (random.chance(0.8)) editOnce(doc, random);
  else {
    doc.transact(() => {
      for (let times = 2 + random.below(4); times > 0; times--) editOnce(doc, random);
    });
  }
}

/** Deletes something and inserts nothing. */
export function erase(doc: Y.Doc, random: Random): void {
  const [text, lines] = [textOf(doc), contentOf(doc)];
  if (lines.length > 0 && random.chance(0.2)) lines.delete(random.below(lines.length));
  else if (text.length > 0) {
    const at = random.below(text.length);
    text.delete(at, Math.min(text.length - at, 1 + random.below(4)));
  }
}

function editOnce(doc: Y.Doc, random: Random): void {
  const sort = random.below(10);
  if (sort < 4) editText(textOf(doc), random);
  else if (sort < 8) editLines(contentOf(doc), random);
  else editMap(metaOf(doc), random);
}

function editText(text: Y.Text, random: Random): void {
  const at = random.below(text.length + 1);
  const length = Math.min(text.length - at, 1 + random.below(6));
  const sort = random.below(8);
  if (length > 0 && sort <= 1) text.format(at, length, random.pick(marks));
  else if (length > 0 && sort <= 3) text.delete(at, length);
  else if (sort <= 5) text.insert(at, random.pick(words), random.pick(marks));
  else text.insert(at, random.pick(words));
}

function editLines(lines: Y.XmlFragment, random: Random): void {
  const line = lines.length > 0 ? lines.get(random.below(lines.length)) : null;
  const sort = random.below(8);
  if (line === null || sort === 0) {
    const paragraph = new Y.XmlElement('paragraph');
    const text = new Y.XmlText();
    text.insert(0, random.pick(words));
    paragraph.insert(0, [text]);
    lines.insert(random.below(lines.length + 1), [paragraph]);
  } else if (sort === 1) {
    lines.delete(lines.toArray().indexOf(line), 1);
  } else if (line instanceof Y.XmlElement && sort <= 3) {
    line.setAttribute('kind', random.pick(['h1', 'quote', 'bullet']));
  } else if (line instanceof Y.XmlElement) {
    const text = line.get(0);
    if (text instanceof Y.XmlText) editText(text, random);
  }
}

function editMap(map: Y.Map<unknown>, random: Random): void {
  const inner = map.get('inner');
  const sort = random.below(6);
  if (sort === 0) map.set('inner', new Y.Map([['x', 1]]));
  else if (sort === 1) map.delete(random.pick(['title', 'inner']));
  else if (inner instanceof Y.Map && sort <= 3) inner.set('x', random.below(100));
  else map.set('title', random.pick(words));
}
