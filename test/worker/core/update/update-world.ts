import * as Y from 'yjs';

/** A small seeded generator (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to before `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!; // in bounds
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

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

/** Someone who edits every sort of shared type at random. */
export class Author {
  readonly doc = new Y.Doc();
  /** What they did since it was last taken, update by update, in order. */
  #outbox: Uint8Array[] = [];
  /** How much of the log has reached them. */
  seen = 0;
  readonly #undo: Y.UndoManager;

  constructor(clientID: number, isCollecting = true) {
    this.doc.clientID = clientID;
    this.doc.gc = isCollecting;
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
    const times = random.chance(20) ? 1 + random.below(6) : 1;
    if (times === 1) this.#editOnce(random);
    else {this.doc.transact(() => {
        for (let i = 0; i < times; i++) this.#editOnce(random, false);
      });}
  }

  #editOnce(random: Random, mayUndo = true): void {
    const sort = random.below(mayUndo ? 14 : 12);
    if (sort < 4) editText(this.text, random);
    else if (sort < 8) editLines(this.lines, random);
    else if (sort < 10) editMap(this.map, random);
    else if (sort < 12) editArray(this.array, random);
    else if (sort === 12) this.#undo.undo();
    else this.#undo.redo();
  }
}

export function editText(text: Y.Text | Y.XmlText, random: Random): void {
  const at = random.chance(30) ? 0 : random.below(text.length + 1);
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
  const sort = random.below(8);
  if (child === undefined || sort === 0) {
    const element = new Y.XmlElement(random.pick(['paragraph', 'codeBlock', 'x-y:z.1', '_a']));
    const text = new Y.XmlText();
    text.insert(0, random.pick(words));
    element.insert(0, [text]);
    element.setAttribute('kind', random.pick(['h1', 'quote', '"<&']));
    parent.insert(random.chance(40) ? 0 : random.below(parent.length + 1), [element]);
  } else if (sort === 1) {
    parent.delete(random.below(parent.length), 1);
  } else if (child instanceof Y.XmlText) {
    editText(child, random);
  } else if (child instanceof Y.XmlElement) {
    if (sort === 2) child.setAttribute(random.pick(['kind', 'indent']), random.pick(['a', 'b']));
    else if (sort === 3) child.removeAttribute('kind');
    else if (depth < 4) editLines(child, random, depth + 1);
  }
}

function editMap(map: Y.Map<unknown>, random: Random, depth = 0): void {
  const key = random.pick(['a', 'b', 'long key é', '']);
  const value = map.get(key);
  const sort = random.below(8);
  if (value instanceof Y.Map && depth < 4) editMap(value, random, depth + 1);
  else if (value instanceof Y.Array) editArray(value, random);
  else if (sort === 0) map.delete(key);
  else if (sort === 1) map.set(key, new Y.Map([['x', 1]]));
  else if (sort === 2) map.set(key, Y.Array.from([1, 2]));
  else if (sort === 3) map.set(key, new Y.Text('in a map'));
  else map.set(key, random.pick(values));
}

export function editArray(array: Y.Array<unknown>, random: Random): void {
  const at = random.chance(30) ? 0 : random.below(array.length + 1);
  const length = Math.min(array.length - at, 1 + random.below(3));
  if (random.chance(35) && length > 0) array.delete(at, length);
  else if (random.chance(10)) array.insert(at, [new Y.Map(), new Y.Text('t')]);
  else {array.insert(
      at,
      Array.from({ length: 1 + random.below(3) }, () => random.pick(values) ?? null),
    );}
}
