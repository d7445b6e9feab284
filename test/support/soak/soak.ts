import type { TestServer } from '../servers/test-server.ts';
import { HonestDocument } from './honest.ts';

/** The longest p95 of an honest person or reader, in milliseconds. */
const maxTime = 250;
/** How much more memory the service may have after the attacks than before, in bytes. */
const maxGrowth = 96 * 2 ** 20;
/** Milliseconds of honest use before the first attack, and of rest after the last one. */
const warmUp = 15_000;
const rest = 60_000;

export interface SoakReport {
  readonly attacks: number;
  /** Milliseconds, by what was measured. */
  readonly times: Readonly<Record<string, { readonly p95: number; readonly max: number }>>;
  /** Bytes. */
  readonly memory: { readonly before: number; readonly peak: number; readonly after: number };
  readonly owedWords: number;
  /** What should not have happened. Empty if the service passes. */
  readonly faults: readonly string[];
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Mixes every kind of attack with people who type, readers and creation. Compares the memory of the
 * service before the attacks with that after a rest.
 */
export async function soak(
  server: TestServer,
  { seconds, attack }: {
    readonly seconds: number;
    /** Starts the attacks, in a process of their own. `end` returns how many there were. */
    readonly attack: (documents: readonly string[]) => { end(): Promise<number> };
  },
  log: (line: string) => void,
): Promise<SoakReport> {
  const documents = Array.from({ length: 4 }, () => new HonestDocument(server.url));
  for (const document of documents) document.start();
  await pause(warmUp);
  const before = server.memory();
  log(`before the attacks: ${mebibytes(before)}, ${describe(timesOf(documents))}`);
  for (const document of documents) document.forgetTimes();

  const end = performance.now() + seconds * 1000;
  let peak = before;
  const attacks = attack(documents.map(({ name }) => name));
  while (performance.now() < end) {
    await pause(1000);
    peak = Math.max(peak, server.memory());
  }
  const times = timesOf(documents);
  const count = await attacks.end();
  log(`after ${count} attacks: ${mebibytes(server.memory())}, ${describe(times)}`);

  for (const document of documents) document.pause();
  await pause(rest);
  const after = server.memory();
  const faults = await faultsOf(server, documents, times);
  if (after > before + maxGrowth) {
    faults.push(`the service has ${mebibytes(after)}, before the attacks ${mebibytes(before)}`);
  }
  const owedWords = documents.reduce((sum, { owed }) => sum + owed.size, 0);
  for (const document of documents) document.leave();
  return { attacks: count, times, memory: { before, peak, after }, owedWords, faults };
}

type Times = SoakReport['times'];

function timesOf(documents: readonly HonestDocument[]): Times {
  return Object.fromEntries(
    documents.flatMap(({ typingTimes, readingTimes, waiting }, i) => [
      [`typing in ${i + 1}`, summary([...typingTimes, ...waiting])],
      [`reading ${i + 1}`, summary(readingTimes)],
    ]),
  );
}

function summary(times: readonly number[]): Times[string] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p95: at(0.95), max: at(1) };
}

async function faultsOf(
  server: TestServer,
  documents: readonly HonestDocument[],
  times: Times,
): Promise<string[]> {
  const faults = documents.flatMap(({ failures }) => [...new Set(failures)]);
  for (const [what, { p95 }] of Object.entries(times)) {
    if (p95 > maxTime) faults.push(`p95 of ${what} is ${p95} ms`);
  }
  for (const document of documents) {
    const missing = await document.missingWords();
    if (missing.length > 0) {
      faults.push(`missing or twice in ${document.name}: ${missing.join(' ')}`);
    }
  }
  const health = await fetch(`${server.url}/healthz`).then(({ status }) => status, () => 0);
  if (health !== 200) faults.push(`/healthz answers ${health}`);
  return faults;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function describe(times: Times): string {
  return Object.entries(times).map(([what, { p95, max }]) => `${what} p95 ${p95} max ${max} ms`)
    .join(', ');
}
