import type { WebsocketProvider } from 'y-websocket';
import type { EdgepadProvider } from '../../../web/provider/provider.ts';
import { Random } from '../random.ts';
import type { TestServer } from './test-server.ts';
import { freshName, ourProvider, stockProvider, until } from '../y-client.ts';

export interface TortureReport {
  kills: number;
  /** Words typed in all. */
  typed: number;
  /** Words that somebody else had on the screen, or that their author was told to be saved. */
  owed: number;
  /** Of these, the ones a newcomer did not find after a restart, or found twice. Must be none. */
  broken: string[];
}

type Provider = EdgepadProvider | WebsocketProvider;

/**
 * Kills the whole server at random moments while people type words that nobody types twice, starts it
 * again, and reads the document as somebody who knows nothing, before those who know can send
 * anything again.
 */
export async function torture(
  server: TestServer,
  { kills, people, seed }: { kills: number; people: number; seed: number },
  tell: (report: TortureReport) => void = () => {},
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
      oweWhatIsSeen(typists, owed);
    }, 8);
    await new Promise((resolve) => setTimeout(resolve, 300 + random.below(500)));
    await server.kill();
    oweWhatIsSeen(typists, owed);
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
    tell(report);
    if (report.broken.length > 0) break;
    typists = join();
  }
  for (const provider of typists) provider.destroy();
  return report;
}

/** What stands on two screens has come through the service; what is "saved" was acknowledged by it. */
function oweWhatIsSeen(typists: readonly Provider[], owed: Set<string>): void {
  const screens = typists.map((provider) => [...countWords(provider).keys()]);
  const times = new Map<string, number>();
  for (const word of screens.flat()) times.set(word, (times.get(word) ?? 0) + 1);
  for (const [word, count] of times) if (count > 1) owed.add(word);
  for (const [index, provider] of typists.entries()) {
    const isSaved = 'status' in provider && provider.status.state === 'saved';
    if (isSaved) { for (const word of screens[index] ?? []) owed.add(word); }
  }
}

/** How often each word stands in the document. */
function countWords({ doc }: Provider): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of doc.getText('t').toString().matchAll(/\d+/g)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
