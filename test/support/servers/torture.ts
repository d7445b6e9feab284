import type { WebsocketProvider } from 'y-websocket';
import type { EdgepadProvider } from '../../../web/provider/provider.ts';
import { Random } from '../random.ts';
import type { TestServer } from './test-server.ts';
import { freshName, ourProvider, stockProvider, until } from '../y-client.ts';

export interface TortureReport {
  kills: number;
  /** Words typed. */
  typed: number;
  /** Words that another client showed or that were acknowledged: these must not be lost. */
  owed: number;
  /** Those that a new client did not find exactly once after a restart. Must be empty. */
  broken: string[];
}

type Provider = EdgepadProvider | WebsocketProvider;

/**
 * Kills the server at random moments while clients type unique words. After each restart a new client
 * reads the document, before the others can send their words again.
 */
export async function torture(
  server: TestServer,
  { kills, people, seed }: { kills: number; people: number; seed: number },
  onRound: (report: TortureReport) => void = () => {},
): Promise<TortureReport> {
  const random = new Random(seed);
  const name = freshName();
  const owed = new Set<string>();
  const report: TortureReport = { kills: 0, typed: 0, owed: 0, broken: [] };
  const join = (): Provider[] =>
    Array.from(
      { length: people },
      (_, index) =>
        index % 3 === 2 ? stockProvider(server.url, name) : ourProvider(server.url, name),
    );

  let typists = join();
  while (report.kills < kills) {
    await until(() => typists.every((provider) => provider.synced));
    const typing = setInterval(() => {
      const { doc } = random.pick(typists);
      const text = doc.getText('t');
      text.insert(random.below(2) * text.length, ` ${++report.typed} `);
      addOwedWords(typists, owed);
    }, 8);
    await new Promise((resolve) => setTimeout(resolve, 300 + random.below(500)));
    await server.kill();
    addOwedWords(typists, owed);
    clearInterval(typing);
    for (const provider of typists) provider.destroy();

    await server.restart();
    report.kills += 1;
    const newcomer = ourProvider(server.url, name);
    await until(() => newcomer.synced);
    const found = countWords(newcomer);
    report.broken.push(...[...owed].filter((word) => found.get(word) !== 1));
    report.owed = owed.size;
    newcomer.destroy();
    onRound(report);
    if (report.broken.length > 0) break;
    typists = join();
  }
  for (const provider of typists) provider.destroy();
  return report;
}

/** Adds the words that two clients show, which the service has broadcast, and acknowledged ones. */
function addOwedWords(typists: readonly Provider[], owed: Set<string>): void {
  const screens = typists.map((provider) => [...countWords(provider).keys()]);
  const times = new Map<string, number>();
  for (const word of screens.flat()) times.set(word, (times.get(word) ?? 0) + 1);
  for (const [word, count] of times) if (count > 1) owed.add(word);
  for (const [index, provider] of typists.entries()) {
    const isSaved = 'status' in provider && provider.status.state === 'saved';
    if (isSaved) { for (const word of screens[index] ?? []) owed.add(word); }
  }
}

/** How often each word occurs in the document. */
function countWords({ doc }: Provider): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of doc.getText('t').toString().matchAll(/\d+/g)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
