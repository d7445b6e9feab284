import { expect, it } from 'vitest';
import { startDevServer } from '../support/dev-server.ts';
import { Random } from '../support/random.ts';
import { freshName, ourProvider, stockProvider, until } from '../support/y-client.ts';

const rounds = 10;

/** Chance may differ each time: whatever the moment, nothing may be lost. */
const random = new Random(Date.now());

type Provider = ReturnType<typeof ourProvider> | ReturnType<typeof stockProvider>;

function wordsOf({ doc }: Provider): Set<string> {
  return new Set(doc.getText('t').toString().match(/\d+/g));
}

it(`[P1] ${rounds} times SIGKILL while people type: what anybody saw is there again`, async () => {
  const server = await startDevServer();
  const name = freshName();
  // Everything that anybody was ever shown, or was told to be saved.
  const seen = new Set<string>();
  try {
    const join = (): Provider[] => [
      ourProvider(server.url, name),
      ourProvider(server.url, name),
      stockProvider(server.url, name),
    ];
    let people = join();
    let typed = 0;
    const type = (provider: Provider) => {
      const text = provider.doc.getText('t');
      text.insert(text.length, `${++typed} `);
    };
    const look = () => {
      const screens = people.map(wordsOf);
      for (const [index, words] of screens.entries()) {
        const others = screens.filter((_, other) => other !== index);
        // A word that stands on the screens of two people has come through the service.
        for (const word of words) if (others.some((other) => other.has(word))) seen.add(word);
      }
    };
    for (let round = 0; round < rounds; round++) {
      await until(() => people.every((provider) => provider.synced));
      const typing = setInterval(() => {
        type(random.pick(people));
        look();
      }, 8);
      await new Promise((resolve) => setTimeout(resolve, 300 + random.below(500)));
      await server.kill();
      look();
      clearInterval(typing);
      // Read by somebody who knows nothing, before those who do can send anything again.
      for (const provider of people) provider.destroy();
      await server.restart();
      people = join();
      const [reader] = people;
      await until(() => reader!.synced);
      const there = wordsOf(reader!);
      expect([...seen].filter((word) => !there.has(word))).toEqual([]);
      expect(seen.size).toBeGreaterThan(0);
    }
    for (const provider of people) provider.destroy();
  } finally {
    await server.stop();
  }
}, 180_000);
