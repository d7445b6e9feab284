/**
 * `npm run bench -- history [TRACE]`: storage and time of versions, with the core over SQLite in memory.
 * Without a trace, it simulates a year of five people. TRACE is a file of github.com/josephg/editing-traces
 * (`.json.gz`) by one writer: five edits to an update, and five hours after every 2,000 edits.
 *
 * Expected: all versions take 1.4 to 2.3 times the document, and each is what the document was.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import * as Y from 'yjs';
import { contentOf } from '../protocol/schema.ts';
import { Random } from '../test/support/random.ts';
import { passiveDoc } from '../test/support/simulator/reference-model.ts';
import {
  fingerprint,
  HistoryWorld,
  minute,
  type Person,
} from '../test/worker/core/history/history-world.ts';

/** A document of lines, edited by position in its text. */
class Lines {
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  get length(): number {
    return this.#texts().reduce((sum, { length }) => sum + length + 1, -1);
  }

  replace(position: number, deleted: number, inserted: string): void {
    this.#person.doc.transact(() => {
      if (deleted > 0) this.#delete(position, deleted);
      if (inserted !== '') this.#insert(position, inserted);
    });
  }

  #texts(): Y.XmlText[] {
    return contentOf(this.#person.doc).toArray()
      .map((line) => (line as Y.XmlElement).get(0) as Y.XmlText);
  }

  #locate(position: number): { index: number; text: Y.XmlText; offset: number } {
    let offset = position;
    for (const [index, text] of this.#texts().entries()) {
      if (offset <= text.length) return { index, text, offset };
      offset -= text.length + 1;
    }
    throw new RangeError(`There is no position ${position}`);
  }

  #insert(position: number, inserted: string): void {
    const [first = '', ...rest] = inserted.split('\n');
    const content = contentOf(this.#person.doc);
    if (content.length === 0) content.push([newLine('')]);
    const { index, text, offset } = this.#locate(position);
    const tail = text.toString().slice(offset);
    if (rest.length > 0 && tail !== '') text.delete(offset, tail.length);
    if (first !== '') text.insert(offset, first);
    const last = rest.length - 1;
    content.insert(index + 1, rest.map((line, i) => newLine(i === last ? line + tail : line)));
  }

  #delete(position: number, count: number): void {
    for (let left = count; left > 0;) {
      const { index, text, offset } = this.#locate(position);
      const here = Math.min(left, text.length - offset);
      if (here > 0) text.delete(offset, here);
      left -= here;
      if (left === 0) break;
      const next = this.#texts()[index + 1]!; // the position is in the text
      const moved = next.toString();
      contentOf(this.#person.doc).delete(index + 1, 1);
      if (moved !== '') text.insert(offset, moved);
      left -= 1;
    }
  }
}

function newLine(text: string): Y.XmlElement {
  const line = new Y.XmlElement('paragraph');
  line.insert(0, [new Y.XmlText(text)]);
  return line;
}

interface Patches {
  readonly patches: readonly (readonly [position: number, deleted: number, inserted: string])[];
}

/** Stores each call of `work` as one update. */
function asUpdate(person: Person, work: () => void): void {
  person.doc.transact(work);
}

function replay(world: HistoryWorld, file: string): void {
  const { txns } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    readonly txns: readonly Patches[];
  };
  const lines = new Lines(world.ann);
  for (let at = 0; at < txns.length; at += 5) {
    asUpdate(world.ann, () => {
      for (const { patches } of txns.slice(at, at + 5)) {
        for (const [position, deleted, inserted] of patches) {
          lines.replace(position, deleted, inserted);
        }
      }
    });
    world.pass(at % 2000 === 0 ? 300 * minute : 1650);
    compactWhenDue(world);
  }
}

const words = 'the harbour fills twice a day and never at the same hour so take a tide table'.split(
  ' ',
);

/** Five people write, correct and delete on the days of a year. */
function simulateYear(world: HistoryWorld): void {
  const random = new Random(1);
  for (let session = 0; session < 480; session++) {
    const person = random.pick(world.people);
    person.read();
    const lines = new Lines(person);
    let at = random.below(Math.max(1, lines.length));
    for (let edit = 0; edit < 21; edit++) {
      const sort = random.below(20);
      const length = Math.max(0, lines.length);
      at = Math.min(at, length);
      asUpdate(person, () => {
        if (sort < 3 && length > 200) lines.replace(Math.max(0, at - 20), 20, '');
        else if (sort === 3) lines.replace(at, 0, '\n');
        else {
          const text = Array.from({ length: 5 }, () => random.pick(words)).join(' ');
          lines.replace(at, 0, `${text} `);
          at += text.length + 1;
        }
      });
      world.pass(1000 + random.below(20_000));
      compactWhenDue(world);
    }
    world.pass((300 + random.below(1500)) * minute);
  }
}

let compactions = 0;
let spent = 0;

function compactWhenDue(world: HistoryWorld): void {
  if (world.log.compactionDueAt > world.now) return;
  compactions++;
  const start = performance.now();
  world.compact();
  spent += performance.now() - start;
}

function milliseconds(work: () => void): string {
  const start = performance.now();
  work();
  return `${(performance.now() - start).toFixed(1)} ms`;
}

const [, , , file] = process.argv;
const world = new HistoryWorld(file ? 1 : 5, { recordsTruth: false });
if (file) replay(world, file);
else simulateYear(world);
const finished = world.now;
world.compact();
const { versions, bytes, maxBytes } = world.history.list();
const live = world.log.bytes;
const kept = versions.map(({ version }) => version);
const [newest, middle, oldest] = [kept[0], kept[kept.length >> 1], kept.at(-1)];
const KiB = (count: number) => `${(count / 1024).toFixed(0)} KiB`;
console.log(
  `${world.log.version} updates, ${((finished - world.start) / 86_400_000).toFixed(0)} days`,
);
console.log(
  `document ${KiB(live)}, ${kept.length} versions ${KiB(bytes)} = ${(bytes / live).toFixed(2)} x`,
);
console.log(
  `limit ${KiB(maxBytes)}; ${compactions} compactions, ${(spent / compactions).toFixed(1)} ms each`,
);
console.log(`list ${milliseconds(() => world.history.list())}`);
for (const [name, version] of Object.entries({ newest, middle, oldest })) {
  if (version !== undefined) {
    console.log(`${name} ${milliseconds(() => world.read(version, 'html'))}`);
  }
}
const truth = passiveDoc();
let applied = 0;
let wrong = 0;
for (const version of kept.toReversed()) {
  for (; applied < version; applied++) Y.applyUpdate(truth, world.stored[applied]!); // one for each
  if (world.fingerprints(version)[0] !== fingerprint(truth)) wrong++;
}
console.log(`${wrong} of ${kept.length} versions differ from what the document was`);
