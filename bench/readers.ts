/**
 * `npm run bench -- readers [MiB] [VIEWERS] [PEOPLE] [HOST]`: a thousand viewers poll every two seconds
 * from their own process while ten people type into a document that starts with this many MiB of text.
 * HOST is `wrangler` (`wrangler dev`, the default), `workerd` (the runtime alone) or `deno`. Goals: no
 * errors, 90 % of polls answered without the document, three seconds from a keystroke to the viewer
 * (p95), and editors within 20 % of their speed without viewers (p95).
 *
 * Compare the rows of the editors. Two of them are controls with the same number of requests: to an
 * unrelated Worker in another `wrangler dev`, for the share of the machine, and to `/healthz` of the
 * service, for the share of requests as such on this host.
 */
import { setTimeout as pause } from 'node:timers/promises';
import process from 'node:process';
import * as Y from 'yjs';
import { startDenoServer } from '../test/support/servers/deno-server.ts';
import { startDevServer } from '../test/support/servers/dev-server.ts';
import { freshName, ourProvider, until } from '../test/support/y-client.ts';
import { startLoad } from './load/run-load.ts';
import type { Seen } from './load/viewers.ts';
import { startWorkerd } from '../test/support/servers/workerd-server.ts';

const megabytes = Number(process.argv[3] ?? 0.4);
const viewers = Number(process.argv[4] ?? 1_000);
const typists = Number(process.argv[5] ?? 10);
const hosts = {
  wrangler: () => startDevServer({ quiet: true }),
  workerd: startWorkerd,
  deno: () => startDenoServer({ open: true }),
};
const host = process.argv[6] ?? 'wrangler';
if (host !== 'wrangler' && host !== 'workerd' && host !== 'deno') {
  throw new Error(`Unknown host: ${host}. Use wrangler, workerd or deno.`);
}
const seconds = 30;

const server = await hosts[host]();
const name = freshName();
const people = Array.from({ length: typists }, () => ourProvider(server.url, name));
await until(() => people.every((person) => person.synced));

function newLine(text: string): Y.XmlElement {
  const line = new Y.XmlElement('paragraph');
  line.insert(0, [new Y.XmlText(text)]);
  return line;
}

type Person = ReturnType<typeof ourProvider>;
const [author] = people;
if (!author) throw new Error('Cannot start: PEOPLE is 0');
const sentence = 'What people write in a line, in some forty words or so. '.repeat(4);
for (let left = megabytes * 2 ** 20; left > 0; left -= 500 * sentence.length) {
  author.doc.getXmlFragment('lines').push(Array.from({ length: 500 }, () => newLine(sentence)));
  await until(() => author.status.state === 'saved');
}
// Waits for the first compaction, which mostly compiles.
await pause(4_000);

/** When a person sent the text that the next one has not received yet. */
const sent = new Map<string, number>();
let taken: number[] = [];
for (const person of people) {
  person.doc.getMap('marks').observe((event) => {
    if (event.transaction.local) return;
    for (const key of event.keysChanged) {
      const at = sent.get(String(key));
      if (at !== undefined) taken.push(performance.now() - at);
      sent.delete(String(key));
    }
  });
}

let isOver = false;

/** Types five keys a second into a separate line; every fifth contains the time. */
async function type(person: Person, number: number): Promise<void> {
  const lines = person.doc.getXmlFragment('lines');
  let text = new Y.XmlText();
  await pause(number * 20);
  for (let key = 0; !isOver; key++) {
    person.doc.transact(() => {
      if (key % 100 === 0) {
        const line = newLine('');
        lines.insert(Math.floor(Math.random() * (lines.length + 1)), [line]);
        text = line.get(0) as Y.XmlText;
      }
      text.insert(text.length, key % 5 === 0 ? `~${Date.now()}~` : 'x');
      if (key % 5 !== 0) return;
      sent.set(String(number), performance.now());
      person.doc.getMap('marks').set(String(number), key);
    });
    await pause(200);
  }
}

async function measure(what: string): Promise<void> {
  taken = [];
  await pause(seconds * 1_000);
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(0) ?? '-';
  const cells = [at(0.5), at(0.95), at(1), (server.memory() / 2 ** 20).toFixed(0)];
  console.log(what.padEnd(26) + cells.map((cell) => cell.padStart(9)).join(''));
}

/** Measures while viewers poll this service; returns the viewers' results. */
async function measureBeside(what: string, url: string, ...more: 'idle'[]): Promise<string> {
  const load = await startLoad('viewers', url, name, String(viewers), String(seconds + 8), ...more);
  let printed = '';
  load.stdout?.on('data', (data) => printed += data);
  await pause(4_000);
  await measure(what);
  await new Promise((resolve) => load.once('exit', resolve));
  return printed;
}

people.forEach((person, number) => void type(person, number));
console.log(
  `${megabytes} MiB of text, ${people.length} people typing, on ${host}`,
);
console.log(
  'edit to editor, ms'.padEnd(26) +
    ['p50', 'p95', 'worst', 'RSS MiB'].map((cell) => cell.padStart(9)).join(''),
);
await pause(3_000);
await measure('nobody reads');
const control = await startDevServer({
  quiet: true,
  configuration: 'bench/load/nothing/wrangler.toml',
});
await measureBeside(`${viewers} viewers elsewhere`, control.url);
await control.stop();
await measureBeside(`${viewers} who ask for nothing`, server.url, 'idle');
const printed = await measureBeside(`${viewers} viewers`, server.url);
await measure('without viewers again');
isOver = true;

const { polls, hits, errors, lastError, changed, bytes, delays }: Seen = JSON.parse(printed);
const total = delays.reduce((sum, count) => sum + (count ?? 0), 0);
const delayAt = (share: number) => {
  let left = total * share;
  return 50 * (delays.findIndex((count) => (left -= count ?? 0) <= 0) + 1);
};
console.log(
  `${polls} polls, ${errors} errors${
    lastError && ` (${lastError})`
  }, ${changed} with something new, ` +
    `${(bytes / changed).toFixed(0)} characters each`,
);
console.log(`${(100 * hits / polls).toFixed(1)} % answered without the document`);
console.log(
  `keystroke to viewer: p50 ${delayAt(0.5)} ms, p95 ${delayAt(0.95)} ms, ` +
    `worst ${50 * delays.length} ms`,
);
people.forEach((person) => person.destroy());
await server.stop();
process.exit();
