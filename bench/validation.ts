/**
 * `npm run bench -- validation`: cost of validating an update, as a ratio to the time that Yjs takes to
 * decode the same bytes in the same run. Compare the ratios; the times depend on the machine.
 */
import * as Y from 'yjs';
import { readContents } from '../worker/core/update/update-walk.ts';
import { validateUpdate } from '../worker/core/update/validate-update.ts';
import { LogState } from '../worker/core/update/log-state.ts';
import {
  forge,
  gc,
  type Id,
  item,
  json,
  text,
  type,
} from '../test/worker/core/update/forge-updates.ts';

/** Returns nanoseconds per call, the best of five rounds: slower rounds include other work. */
function time(work: () => unknown): number {
  let best = Infinity;
  for (let round = 0; round < 5; round++) {
    let calls = 0;
    const start = performance.now();
    let now = start;
    for (; now - start < 60; now = performance.now()) {
      for (let i = 0; i < 16; i++, calls++) work();
    }
    best = Math.min(best, (now - start) * 1e6 / calls);
  }
  return best;
}

const widths = [38, 9, 12, 8, 12, 13, 8];
const row = (...cells: string[]) =>
  console.log(
    cells.map((cell, i) => i ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)).join(''),
  );
const microseconds = (nanoseconds: number) => `${(nanoseconds / 1000).toFixed(2)} µs`;

function measure(name: string, update: Uint8Array, known = new LogState()): void {
  let outcome = '';
  const inspect = time(() => {
    try {
      outcome = validateUpdate(update, known).type;
    } catch (error) {
      outcome = String(error);
    }
  });
  const decode = time(() => Y.decodeUpdate(update));
  const contents = outcome === 'complete' ? time(() => readContents(update, known)) : NaN;
  row(
    name,
    String(update.length),
    microseconds(inspect),
    (inspect / update.length).toFixed(1),
    outcome === 'complete' ? microseconds(contents) : outcome.slice(0, 11),
    microseconds(decode),
    (inspect / decode).toFixed(2),
  );
}

/** Returns the log state of a log with this document. */
function knownOf(doc: Y.Doc): LogState {
  const known = new LogState();
  known.add(readContents(Y.encodeStateAsUpdate(doc), known));
  return known;
}

/** Measures the update of this change. */
function measureChange(name: string, doc: Y.Doc, change: () => void): void {
  const known = knownOf(doc);
  let last: Uint8Array = new Uint8Array();
  doc.once('update', (update: Uint8Array) => last = update);
  change();
  measure(name, last, known);
}

row('', 'bytes', 'inspect', 'ns/byte', 'readContents', 'decodeUpdate', 'ratio');

const typed = new Y.Doc().getText('text');
typed.insert(0, 'typing ');
measureChange('a keystroke', typed.doc!, () => typed.insert(7, 'x'));
measureChange('a keystroke in bold', typed.doc!, () => typed.insert(3, 'x', { bold: true }));
measureChange('a backspace', typed.doc!, () => typed.delete(1, 1));
measureChange('1 kB pasted', typed.doc!, () => typed.insert(8, 'word '.repeat(200)));
measureChange('1 MiB pasted', typed.doc!, () => typed.insert(8, 'word '.repeat(2e5)));
measureChange('1 MiB pasted, not ASCII', typed.doc!, () => typed.insert(8, 'é漢😀'.repeat(1e5)));

const rich = new Y.Doc();
const lines = rich.getXmlFragment('lines');
rich.transact(() => {
  for (let i = 0; i < 4000; i++) {
    const paragraph = new Y.XmlElement('paragraph');
    const words = new Y.XmlText();
    lines.insert(i, [paragraph]);
    paragraph.setAttribute('kind', 'quote');
    paragraph.insert(0, [words]);
    words.applyDelta([
      { insert: 'A sentence of this paragraph, with ' },
      { insert: 'bold words', attributes: { bold: true } },
    ]);
  }
});
measure('4,000 paragraphs', Y.encodeStateAsUpdate(rich));
measure('the same, repeated', Y.encodeStateAsUpdate(rich), knownOf(rich));

const map = new Y.Doc();
for (let i = 0; i < 20_000; i++) map.getMap('map').set(`key ${i % 500}`, { value: i });
measure('a map set 20,000 times', Y.encodeStateAsUpdate(map));

const turns = [new Y.Doc(), new Y.Doc()] as const;
for (let i = 0; i < 5000; i++) {
  const [author, other] = i % 2 ? turns : [turns[1], turns[0]];
  const words = author.getText('text');
  words.insert(i % 7 ? words.length >> 1 : 0, 'ab');
  Y.applyUpdate(other, Y.encodeStateAsUpdate(author, Y.encodeStateVector(other)));
}
measure('two who took 5,000 turns', Y.encodeStateAsUpdate(turns[0]));

const deleted = new Y.Doc().getText('text');
deleted.insert(0, 'x'.repeat(100_000));
deleted.doc!.transact(() => {
  for (let i = 0; i < 30_000; i++) deleted.delete(i * 2, 1);
});
const repeated = Y.encodeStateAsUpdate(deleted.doc!, Y.encodeStateVector(deleted.doc!));
measure('30,000 deletions repeated', repeated, knownOf(deleted.doc!));

const half = new Y.Doc();
half.transact(() => {
  for (let i = 0; i < 50_000; i++) half.getText('text').insert(0, 'ab');
});
const halfKnown = new LogState();
const structs = new Map([[half.clientID, { from: 0, to: 1 }]]);
halfKnown.add({ structs, deletes: new Map(), keyed: new Map() });
measure('items, the first known in part', Y.encodeStateAsUpdate(half), halfKnown);

const many = <T>(length: number, one: (i: number) => T) => Array.from({ length }, (_, i) => one(i));
measure(
  'hostile: JSON of one byte each',
  forge([[1, 0, [item({}, json(many(500_000, () => '1')))]]]),
);
measure('hostile: GC structs', forge([[1, 0, many(500_000, () => gc(1))]]));
measure('hostile: 16,000 clients', forge(many(16_000, (i) => [i + 1, 0, [gc(1)]])));
measure(
  'hostile: every item waits',
  forge([0, 1].map((client) => [
    2 - client,
    0,
    many(100_000, (i) => {
      const wanted: Id = [1 + client, client ? i - 1 : i];
      return item(wanted[1] < 0 ? {} : { origin: wanted }, text('x'));
    }),
  ])),
);
measure('hostile: items at one place', forge([[1, 0, many(200_000, () => item({}, text('x')))]]));
measure(
  'hostile: types in types',
  forge([[1, 0, many(200_000, (i) => item(i ? { parent: [1, i - 1] } : {}, type(0)))]]),
);
measure(
  'hostile: entries that turn',
  forge([[
    1,
    0,
    many(200_000, (i) => item(i % 2 ? { key: 'k' + i } : { parent: 'r' + i }, type(0))),
  ]]),
);

console.log();
const known = knownOf(deleted.doc!);
const contents = readContents(repeated, known);
console.log(`has, 30,000 deletions: ${microseconds(time(() => known.has(contents)))}`);
let at = 0;
const clientID = deleted.doc!.clientID;
const added = () => {
  at = (at + 7919 * 2) % 60_000;
  known.add({
    structs: new Map(),
    deletes: new Map([[clientID, [{ clock: at, length: 1 }]]]),
    keyed: new Map(),
  });
};
console.log(`add, a deletion among them: ${microseconds(time(added))}`);
const encoded = knownOf(deleted.doc!).encode();
console.log(`encode: ${microseconds(time(() => known.encode()))}`);
console.log(
  `decode, ${encoded.length} bytes: ${microseconds(time(() => LogState.decode(encoded)))}`,
);
