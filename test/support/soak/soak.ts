import { setTimeout as pause } from 'node:timers/promises';
import { HonestDocument } from './honest.ts';
import type { MeasuredServer } from './measured-server.ts';

/** The longest p95 of an honest person or reader, in milliseconds. */
const maxTime = 250;
/**
 * How much more memory the isolate of the service may use after the attacks than before, in bytes, after a
 * garbage collection. The cache of renderings fills up to 16 MiB.
 */
const maxHeapGrowth = 32 * 2 ** 20;
/** Milliseconds of honest use before the first attack. */
const warmUp = 15_000;
/** Milliseconds until the last words have arrived. */
const delivery = 5_000;
/** Milliseconds until idle documents, sessions and threads have ended. */
const rest = 60_000;
/** Milliseconds between two backups, which run while people type. */
const backupInterval = 60_000;

/** Bytes. */
interface Memory {
  /** What the isolate uses after a garbage collection. */
  readonly heap: number;
  /** The resident memory of the process, right after that. */
  readonly resident: number;
}

export interface SoakReport {
  readonly attacks: number;
  /** Milliseconds, by what was measured. */
  readonly times: Readonly<Record<string, { readonly p95: number; readonly max: number }>>;
  readonly memory: { readonly before: Memory; readonly peak: number; readonly after: Memory };
  /** The share of one core that the service took while it was attacked. */
  readonly cpu: number;
  readonly owedWords: number;
  /** What should not have happened. Empty if the service passes. */
  readonly faults: readonly string[];
}

/** Attacks in a process of their own. */
export interface Attackers {
  /** Resolves when they have ended by themselves. */
  readonly ended: Promise<unknown>;
  /** Ends them. */
  end(): Promise<{ readonly attacks: number; readonly harms: readonly string[] }>;
}

interface SoakOptions {
  readonly seconds: number;
  /** A service of the same kind that is not attacked: its times are those of the machine. */
  readonly control: Pick<MeasuredServer, 'url'>;
  /** Starts the attacks: so many rounds of all of them. */
  attack(documents: readonly string[], rounds: number): Attackers;
}

/**
 * Mixes every kind of attack with people who type, readers, creation, backups and a full disk. Compares
 * the memory of the service after a first round of all attacks with that at the end, both after a rest
 * and a garbage collection: the first round compiles the code and fills the caches.
 */
export async function soak(
  server: MeasuredServer,
  { seconds, control, attack }: SoakOptions,
  log: (line: string) => void,
): Promise<SoakReport> {
  const documents = Array.from({ length: 4 }, () => new HonestDocument(server.url));
  const idle = new HonestDocument(control.url);
  const measured: Readonly<Record<string, HonestDocument>> = {
    ...Object.fromEntries(documents.map((document, i) => [String(i + 1), document])),
    idle,
  };
  for (const document of Object.values(measured)) document.start();
  await pause(warmUp);
  log(`before the attacks: ${describe(timesOf(measured))}`);
  const names = documents.map(({ name }) => name);
  const first = attack(names, 1);
  await first.ended;
  const { harms } = await first.end();
  await pause(rest);
  const before = await memoryOf(server);
  log(`after a first round and a rest: ${describeMemory(before)}`);

  for (const document of Object.values(measured)) document.forgetTimes();
  const cpuBefore = server.cpuSeconds();
  const attackers = attack(names, Infinity);
  const faults = [...harms];
  const peak = await watch(server, seconds, faults);
  const times = timesOf(measured);
  const { attacks, harms: laterHarms } = await attackers.end();
  const cpu = (server.cpuSeconds() - cpuBefore) / seconds;
  log(`after ${attacks} attacks: ${describe(times)}`);

  for (const document of Object.values(measured)) document.pause();
  await pause(delivery);
  // The documents have grown, and the memory they take is not that of the attacks.
  for (const document of Object.values(measured)) document.leave();
  await pause(rest);
  const after = await memoryOf(server);
  faults.push(...laterHarms, ...growthOf(before, after, server.maxResidentGrowth));
  faults.push(...await faultsOf(server, documents, times));
  const owedWords = documents.reduce((sum, { owed }) => sum + owed.size, 0);
  return { attacks, times, memory: { before, peak, after }, cpu, owedWords, faults };
}

/**
 * Lets the attacks go on, backs up every minute, and fills the disk once. Returns the most memory that
 * the service had.
 */
async function watch(
  { operator, memory }: MeasuredServer,
  seconds: number,
  faults: string[],
): Promise<number> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  let backupAt = backupInterval / 2;
  let fillAt = seconds * 500;
  let peak = memory();
  while (elapsed() < seconds * 1000) {
    await pause(1000);
    peak = Math.max(peak, memory());
    if (operator && elapsed() > backupAt) {
      faults.push(...await operator.backUp());
      backupAt += backupInterval;
    }
    if (operator && elapsed() > fillAt) {
      await operator.fillDisk();
      fillAt = Infinity;
    }
  }
  return peak;
}

async function memoryOf(server: MeasuredServer): Promise<Memory> {
  const heap = await server.collectGarbage();
  await pause(1000);
  return { heap, resident: server.memory() };
}

function growthOf(before: Memory, after: Memory, maxResidentGrowth: number): string[] {
  const maxGrowth = { heap: maxHeapGrowth, resident: maxResidentGrowth };
  const kinds = ['heap', 'resident'] as const;
  return kinds.filter((kind) => after[kind] > before[kind] + maxGrowth[kind]).map((kind) =>
    `memory grew: ${kind} ${mebibytes(before[kind])}, after the attacks ${mebibytes(after[kind])}`
  );
}

function describeMemory({ heap, resident }: Memory): string {
  return `heap ${mebibytes(heap)}, resident ${mebibytes(resident)}`;
}

type Times = SoakReport['times'];

function timesOf(documents: Readonly<Record<string, HonestDocument>>): Times {
  return Object.fromEntries(
    Object.entries(documents).flatMap(([name, { typingTimes, readingTimes, waiting }]) => [
      [`typing ${name}`, summary([...typingTimes, ...waiting])],
      [`reading ${name}`, summary(readingTimes)],
    ]),
  );
}

function summary(times: readonly number[]): Times[string] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p95: at(0.95), max: at(1) };
}

async function faultsOf(
  server: MeasuredServer,
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
