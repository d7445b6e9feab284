import * as Y from 'yjs';

import type { Random } from '../../../support/random.ts';

const words = [
  'a',
  'word ',
  'žluťoučký',
  '😀',
  '漢字',
  '',
  'tab\tnew\nline',
  '👩‍👩‍👧 ',
  'x'.repeat(40),
];
const marks = [{ bold: true }, { italic: true }, { link: { href: 'https://example.org/?a=1' } }, {
  bold: null,
}];
const values: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  -0,
  -1,
  1.5,
  0.1,
  2 ** 31,
  2 ** 53 - 1,
  -(2 ** 40),
  { big: 10n },
  'text',
  [],
  {},
  [1, [2, { deep: ['é'] }]],
  { key: 'value', list: [null, undefined] },
  new Uint8Array([1, 2, 3]),
];

/** A client that edits every kind of shared type at random. */
export class Author {
  readonly doc = new Y.Doc();
  /** The updates since they were last taken, in order. */
  #outbox: Uint8Array[] = [];
  /** How many updates of the log it has received. */
  seen = 0;
  readonly #undo: Y.UndoManager;

  constructor(clientID: number, { gc = true } = {}) {
    this.doc.clientID = clientID;
    this.doc.gc = gc;
    const { text, lines, map, array } = this;
    this.#undo = new Y.UndoManager([text, lines, map, array], { captureTimeout: 0 });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') this.#outbox.push(update);
    });
  }

  get text(): Y.Text {
    return this.doc.getText('text');
  }
  get lines(): Y.XmlFragment {
    return this.doc.getXmlFragment('lines');
  }
  get map(): Y.Map<unknown> {
    return this.doc.getMap('map');
  }
  get array(): Y.Array<unknown> {
    return this.doc.getArray('array');
  }

  takeOutbox(): Uint8Array[] {
    const outbox = this.#outbox;
    this.#outbox = [];
    return outbox;
  }

  receive(log: readonly Uint8Array[], upTo = log.length): void {
    for (; this.seen < upTo; this.seen++) Y.applyUpdate(this.doc, log[this.seen]!, 'server');
  }

  edit(random: Random): void {
    const times = random.chance(0.2) ? 1 + random.below(6) : 1;
    if (times === 1) return this.#editOrUndo(random);
    this.doc.transact(() => {
      for (let i = 0; i < times; i++) this.#edit(random.below(12), random);
    });
  }

  #editOrUndo(random: Random): void {
    const kind = random.below(14);
    if (kind === 12) this.#undo.undo();
    else if (kind === 13) this.#undo.redo();
    else this.#edit(kind, random);
  }

  #edit(kind: number, random: Random): void {
    if (kind < 4) editText(this.text, random);
    else if (kind < 8) editLines(this.lines, random);
    else if (kind < 10) editMap(this.map, random);
    else editArray(this.array, random);
  }
}

export function editText(text: Y.Text | Y.XmlText, random: Random): void {
  const at = random.chance(0.3) ? 0 : random.below(text.length + 1);
  const length = Math.min(text.length - at, 1 + random.below(5));
  switch (random.below(6)) {
    case 0:
    case 1:
      return text.insert(at, random.pick(words));
    case 2:
      return text.insert(at, random.pick(words), random.pick(marks));
    case 3:
      return length > 0 ? text.format(at, length, random.pick(marks)) : undefined;
    case 4:
      return length > 0 ? text.delete(at, length) : undefined;
    case 5:
      return text.insertEmbed(at, random.pick([{ image: 'a.png' }, { n: [1, 2] }]));
  }
}

function editLines(parent: Y.XmlFragment | Y.XmlElement, random: Random, depth = 0): void {
  const child = parent.length > 0 ? parent.get(random.below(parent.length)) : undefined;
  const kind = random.below(8);
  if (child === undefined || kind === 0) {
    const element = new Y.XmlElement(random.pick(['paragraph', 'codeBlock', 'x-y:z.1', '_a']));
    const text = new Y.XmlText();
    text.insert(0, random.pick(words));
    element.insert(0, [text]);
    element.setAttribute('kind', random.pick(['h1', 'quote', '"<&']));
    parent.insert(random.chance(0.4) ? 0 : random.below(parent.length + 1), [element]);
  } else if (kind === 1) {
    parent.delete(random.below(parent.length), 1);
  } else if (child instanceof Y.XmlText) {
    editText(child, random);
  } else if (child instanceof Y.XmlElement) {
    if (kind === 2) child.setAttribute(random.pick(['kind', 'indent']), random.pick(['a', 'b']));
    else if (kind === 3) child.removeAttribute('kind');
    else if (depth < 4) editLines(child, random, depth + 1);
  }
}

function editMap(map: Y.Map<unknown>, random: Random, depth = 0): void {
  const key = random.pick(['a', 'b', 'long key é', '']);
  const value = map.get(key);
  const kind = random.below(8);
  if (value instanceof Y.Map && depth < 4) editMap(value, random, depth + 1);
  else if (value instanceof Y.Array) editArray(value, random);
  else if (kind === 0) map.delete(key);
  else if (kind === 1) map.set(key, new Y.Map([['x', 1]]));
  else if (kind === 2) map.set(key, Y.Array.from([1, 2]));
  else if (kind === 3) map.set(key, new Y.Text('in a map'));
  else map.set(key, random.pick(values));
}

export function editArray(array: Y.Array<unknown>, random: Random): void {
  const at = random.chance(0.3) ? 0 : random.below(array.length + 1);
  const length = Math.min(array.length - at, 1 + random.below(3));
  if (random.chance(0.35) && length > 0) array.delete(at, length);
  else if (random.chance(0.1)) array.insert(at, [new Y.Map(), new Y.Text('t')]);
  else {
    const inserted = Array.from({ length: 1 + random.below(3) }, () => random.pick(values) ?? null);
    array.insert(at, inserted);
  }
}
