/**
 * `npm run bench -- wake`: what a document of 20 MB costs its thread after hibernation: the state of the
 * log when a client joins, and the item index at the first update. Also building the index anew, as once
 * after its encoding has changed.
 */
import * as Y from 'yjs';
import { UpdateLog } from '../worker/core/log/update-log.ts';
import { ItemIndex } from '../worker/core/update/item-index.ts';
import { validateUpdate } from '../worker/core/update/validate-update.ts';
import { compactLog } from '../test/support/compact-log.ts';
import { MemorySql } from '../test/support/memory-sql.ts';

const lineCount = 50_000;
const tailLength = 400;
const sentence = 'some words of a long paragraph, typed by people over the year '.repeat(6);

const sql = new MemorySql();
const host = { now: () => 1, randomId: () => '0123456789abcdef', report: () => {} };
const doc = new Y.Doc();
const lines = doc.getXmlFragment('lines');

function write(log: UpdateLog, update: Uint8Array): void {
  const validated = validateUpdate(update, log.state);
  if (validated.type === 'gap') throw new Error('An update is missing');
  const admitted = log.admit(validated.update);
  if (!admitted) throw new Error('The document is full');
  log.append(admitted, validated.contents, null);
}

/** The update of a change. */
function updateOf(change: () => void): Uint8Array {
  let update: Uint8Array = new Uint8Array();
  doc.once('update', (bytes: Uint8Array) => update = bytes);
  doc.transact(change);
  return update;
}

function addLines(count: number): void {
  for (let i = 0; i < count; i++) {
    const [line, text] = [new Y.XmlElement('paragraph'), new Y.XmlText()];
    text.insert(0, sentence);
    line.insert(0, [text]);
    lines.insert(lines.length, [line]);
    if (i % 5 === 0) text.format(5, 10, { bold: true });
  }
}

const typeIn = (line: number) =>
  updateOf(() => ((lines.get(line) as Y.XmlElement).get(0) as Y.XmlText).insert(3, 'x'));

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const stored = new UpdateLog(sql, host);
for (let i = 0; i < lineCount; i += 500) write(stored, updateOf(() => addLines(500)));
compactLog(stored);
for (let i = 0; i < tailLength; i++) write(stored, typeIn(i * 97 % lineCount));
const next = typeIn(1);

const rounds = Array.from({ length: 7 }, () => {
  const log = new UpdateLog(sql, host);
  return {
    state: milliseconds(() => log.state),
    'first update': milliseconds(() => log.admit(next)),
    'index built anew': milliseconds(() => ItemIndex.of(log.allUpdates())),
  };
});
console.log(`${(stored.bytes / 1e6).toFixed(1)} MB, ${tailLength} updates in the tail`);
for (const name of ['state', 'first update', 'index built anew'] as const) {
  const times = rounds.map((round) => round[name]).sort((a, b) => a - b);
  console.log(
    `${name}: ${times[3]!.toFixed(0)} ms (${times[0]!.toFixed(0)} to ${times[6]!.toFixed(0)})`,
  );
}
