/**
 * Our provider over bad networks against the running service. A stock client writes to the same
 * document in each test. The tests run concurrently and take about as long as the longest one, a minute
 * without traffic (75 s), which starts first.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { decodeMessages, encodeMessage, type Message } from '../../protocol/messages.ts';
import { startServer } from '../support/servers/test-server.ts';
import {
  finalCodes,
  messagesIn,
  NetworkStory,
  passingCodes,
  wordsOf,
} from '../support/network/network-story.ts';
import { Proxy } from '../support/network/proxy.ts';
import { until } from '../support/y-client.ts';

const service = inject('service');

function story(
  title: string,
  tell: (story: NetworkStory) => Promise<void>,
  spoil?: (network: Proxy) => void,
): void {
  it.concurrent(title, async ({ onTestFinished }) => {
    const told = await NetworkStory.begin(service, spoil);
    onTestFinished(() => told.end());
    await tell(told);
    expect(told.lies).toEqual([]);
  });
}

// One suite: tests of different suites would not run concurrently.
describe('our provider and a stock client over a bad network', () => {
  it.concurrent('[P4] two idle providers send nothing for 60 s that wakes the document', async ({ onTestFinished }) => {
    const story = await NetworkStory.begin(service);
    onTestFinished(() => story.end());
    const { ann, stan, network } = story;
    const other = story.kept(await Proxy.to(service));
    const bob = story.ours(other.url);
    await until(() => bob.provider.synced);
    ann.provider.awareness.setLocalStateField('user', { name: 'Ann' });
    bob.provider.awareness.setLocalStateField('user', { name: 'Bob' });
    await story.settle(story.type(ann, bob, stan));
    // The stock client renews its awareness every 15 s, so it leaves.
    stan.destroy();
    await until(() => ann.sees.join() === 'Bob' && bob.sees.join() === 'Ann');
    const lanes = () =>
      [network, other].flatMap(({ sockets }) =>
        sockets.flatMap(({ sent }) => [sent.toService.frames, sent.toClient.frames])
      );
    const counts = () => lanes().map(({ length }) => length);
    // Waits for the traffic of the typing to end.
    for (let before = ''; before !== counts().join();) {
      before = counts().join();
      await pause(5000);
    }
    const before = counts();
    await pause(60_000);
    // Deno sends WebSocket pings by itself, which wake no document.
    const isWaking = ({ opcode }: { opcode: number }) => opcode < 9 || inject('host') !== 'deno';
    const after = lanes().flatMap((frames, i) => frames.slice(before[i] ?? 0)).filter(isWaking);
    const texts = after.map(({ opcode, payload }) =>
      opcode === 1
        ? new TextDecoder().decode(payload)
        : `${opcode} ${opcode === 2 && JSON.stringify(decodeMessages(payload))}`
    );
    expect(texts.filter((text) => text !== 'ping' && text !== 'pong')).toEqual([]);
    expect(texts.filter((text) => text === 'ping').length).toBeGreaterThanOrEqual(4);
  });

  it.concurrent(
    '[P5] shows an idle client while another one types',
    async ({ onTestFinished }) => {
      const story = await NetworkStory.begin(service);
      onTestFinished(() => story.end());
      const { ann, stan } = story;
      const bob = story.ours();
      await until(() => bob.provider.synced);
      ann.provider.awareness.setLocalStateField('user', { name: 'Ann' });
      bob.provider.awareness.setLocalStateField('user', { name: 'Bob' });
      stan.destroy();
      await until(() => ann.sees.join() === 'Bob' && bob.sees.join() === 'Ann');
      const vanished: string[] = [];
      bob.provider.awareness.on('change', ({ removed }: { removed: number[] }) => {
        vanished.push(...removed.map(String));
      });
      for (let i = 0; i < 70; i++) {
        story.type(bob);
        await pause(1000);
      }
      expect(vanished).toEqual([]);
    },
    120_000,
  );

  story('[P7] delivers all text exactly once over repeated disconnects', async (story) => {
    const { ann, stan, network } = story;
    const words: string[] = [];
    for (let i = 0; i < 40; i++) {
      words.push(...story.type(ann, stan));
      if (i % 8 === 3) network.cut();
      await pause(25);
    }
    network.down();
    await until(() => ann.state === 'offline');
    const [unsent = '', others = ''] = story.type(ann, stan);
    expect(ann.provider.status).toEqual({
      state: 'offline',
      unsent: expect.any(Number),
      stored: false,
    });
    expect(ann.provider.status).not.toMatchObject({ unsent: 0 });
    await until(async () => (await story.stored()).includes(others));
    expect(await story.stored()).not.toContain(unsent);
    expect(ann.words).toContain(unsent);
    network.allow();
    await story.settle([...words, unsent, others]);
    expect(ann.told.at(0)).toBe('connecting');
  });

  story('[P7] never shows "saved" while the network holds all bytes', async (story) => {
    const { ann, stan, network } = story;
    await until(() => ann.state === 'saved');
    const before = ann.told.length;
    network.stall();
    const words: string[] = [];
    for (let i = 0; i < 10; i++) {
      words.push(...story.type(ann));
      await pause(50);
      expect(ann.state).toBe('saving');
    }
    words.push(...story.type(stan));
    await until(async () => (await story.stored()).includes(words.at(-1) ?? ''));
    expect(await story.stored()).toEqual(['line', words.at(-1)]);
    expect(ann.words).not.toContain(words.at(-1));
    expect(ann.state).toBe('saving');
    network.resume();
    await story.settle(words);
    expect(ann.told.slice(before)).toEqual(['saving', 'saved']);
    expect(network.sockets).toHaveLength(1);
  });

  story('[P7] detects a half-open connection and loses no text', async (story) => {
    const { ann, stan, network } = story;
    await until(() => ann.state === 'saved');
    const before = ann.told.length;
    network.halfOpen();
    const words = story.type(ann, stan);
    await until(() => ann.told.slice(before).includes('offline'));
    words.push(...story.type(ann, stan));
    await story.settle(words);
    expect(ann.told.slice(before, before + 2)).toEqual(['saving', 'offline']);
  });

  story('[P7] does not show "saved" when no answers arrive', async (story) => {
    const { ann, stan, network } = story;
    await until(() => ann.state === 'saved');
    const before = ann.told.length;
    network.drop('toClient');
    const words = story.type(ann, stan);
    await until(() => words.every((word) => wordsOf(stan.doc).includes(word)));
    expect(ann.state).toBe('saving');
    await until(() => ann.told.slice(before).includes('offline'));
    await story.settle(words);
    expect(ann.told.slice(before, before + 2)).toEqual(['saving', 'offline']);
  });

  story('[P7] detects that nothing is sent while messages arrive', async (story) => {
    const { ann, stan, network } = story;
    await until(() => ann.state === 'saved');
    const before = ann.told.length;
    network.drop('toService');
    const words = story.type(ann);
    while (!ann.told.slice(before).includes('offline')) {
      words.push(...story.type(stan));
      await pause(500);
    }
    await story.settle(words);
    expect(ann.told.slice(before, before + 2)).toEqual(['saving', 'offline']);
  });

  story('[P7] handles late delivery on the old connection', async (story) => {
    const { ann, stan, network } = story;
    await until(() => ann.state === 'saved');
    network.stall();
    const words = story.type(ann, stan);
    await until(() => ann.state === 'saving');
    await pause(300);
    network.strand();
    network.resume();
    words.push(...story.type(ann));
    await until(() => network.sockets.length > 1);
    await story.settle(words);
    network.release();
    words.push(...story.type(ann, stan));
    await story.settle(words);
  });

  story(
    '[P7] connects, stays connected and shows "saved" with 2.5 s of latency each way',
    async (story) => {
      const { ann, stan } = story;
      await until(() => ann.state === 'saved');
      const before = ann.told.length;
      const words = [...story.type(ann, stan)];
      await pause(700);
      words.push(...story.type(ann));
      expect(ann.state).toBe('saving');
      await story.settle(words);
      expect(ann.told.slice(before)).toEqual(['saving', 'saved']);
      expect(story.network.sockets).toHaveLength(1);
    },
    (network) => network.delay(2500),
  );

  it.concurrent('[P1 P7] keeps all text when the service is killed', async ({ onTestFinished }) => {
    const server = await startServer(inject('host'));
    onTestFinished(() => server.stop());
    const story = await NetworkStory.begin(server.url);
    const { ann, stan } = story;
    const words: string[] = [];
    const type = () => words.push(...story.type(ann, stan));
    const typing = setInterval(type, 40);
    onTestFinished(() => {
      clearInterval(typing);
      story.end();
    });
    await until(() => words.length > 20);
    await server.kill();
    await until(() => ann.state === 'offline' && !stan.wsconnected);
    const { length } = words;
    await until(() => words.length > length + 20);
    await server.restart();
    await until(() => ann.state !== 'offline');
    clearInterval(typing);
    await story.settle(words);
    expect(story.lies).toEqual([]);
  });

  const spoils = {
    'upgrades are refused': (network: Proxy) => network.refuseUpgrades(),
    'upgrades are cut at once': (network: Proxy) => network.cutUpgrades(),
  };
  for (const [what, spoil] of Object.entries(spoils)) {
    story(`[P7] [P9] syncs over HTTP while ${what}, and over a WebSocket later`, async (story) => {
      const { ann, stan, network } = story;
      expect(ann.provider.transport).toBe('http');
      ann.provider.awareness.setLocalStateField('user', { name: 'Ann' });
      stan.awareness.setLocalStateField('user', { name: 'Stan' });
      await until(() => ann.sees.join() === 'Stan' && story.stanSees.join() === 'Ann');
      const words: string[] = [];
      for (let i = 0; i < 30; i++) {
        words.push(...story.type(ann, stan));
        if (i % 10 === 4) network.cut();
        await pause(60);
      }
      await story.settle(words);
      expect(ann.provider.transport).toBe('http');
      await until(() => ann.sees.join() === 'Stan' && story.stanSees.join() === 'Ann');
      network.allow();
      // A connection over HTTP stays open. One that is lost 30 s after the fallback is replaced by a
      // WebSocket.
      expect(ann.provider.transport).toBe('http');
      await pause(30_000);
      while (ann.provider.transport === 'http') {
        words.push(...story.type(ann));
        network.cut();
        await pause(60);
      }
      words.push(...story.type(ann, stan));
      await story.settle(words);
      expect(ann.provider.transport).toBe('websocket');
      await until(() => ann.sees.join() === 'Stan' && story.stanSees.join() === 'Ann');
      expect(ann.told).not.toContain('refused');
    }, spoil);
  }

  story(
    '[P7] tries one transport at a time during an outage and prefers WebSocket',
    async (story) => {
      const { network } = story;
      const ways: string[] = [];
      const people = Array.from({ length: 8 }, () => story.ours(network.url));
      await until(() => people.every(({ state }) => state === 'saved'));
      for (const { provider } of people) {
        provider.addEventListener('status', () => ways.push(provider.transport));
      }
      network.down();
      await until(() => people.every(({ state }) => state === 'offline'));
      // Long enough for several attempts of each transport.
      await pause(5000);
      network.allow();
      await until(() => people.every(({ state }) => state === 'saved'));
      expect(new Set(ways)).toEqual(new Set(['websocket']));
    },
  );

  const nonsense: Readonly<Record<string, Uint8Array>> = {
    'a page of HTML': new TextEncoder().encode('<html>'),
    'half a message': new Uint8Array([0, 2, 9, 1]),
    'an update that is none': new Uint8Array([0, 2, 3, 255, 255, 255]),
    'a part of nothing': new Uint8Array([104, 0, 0]),
    'a part of a bomb': encodeMessage({
      type: 'part',
      total: Number.MAX_SAFE_INTEGER,
      bytes: new Uint8Array(1),
    }),
  };
  for (const [what, frame] of Object.entries(nonsense)) {
    story(`[P7] ${what} costs a connection and no word`, async (story) => {
      const { ann, stan, network } = story;
      await until(() => ann.state === 'saved');
      await pause(300);
      network.inject(frame);
      const words = story.type(ann, stan);
      await story.settle(words);
      network.inject(frame);
      words.push(...story.type(ann, stan));
      await story.settle(words);
      expect(ann.told).not.toContain('refused');
    });
  }

  story('[P7] stops at final close codes and keeps the text', async (story) => {
    await Promise.all(finalCodes.map(async (code) => {
      const network = story.kept(await Proxy.to(service));
      const bob = story.ours(network.url);
      await until(() => bob.state === 'saved');
      network.close(code, `Told ${code}`);
      await until(() => bob.state === 'refused');
      expect(bob.provider.status).toMatchObject({ code, reason: `Told ${code}` });
      const [word = ''] = story.type(bob);
      // The first delay before a reconnect is at most 0.5 s.
      await pause(1500);
      expect([code, network.sockets.length, bob.state]).toEqual([code, 1, 'refused']);
      expect(bob.words).toContain(word);
    }));
    await story.settle();
  });

  story('[P7] reconnects after temporary close codes with the text', async (story) => {
    const words = await Promise.all(passingCodes.map(async (code) => {
      const network = story.kept(await Proxy.to(service));
      const bob = story.ours(network.url);
      await until(() => bob.state === 'saved');
      network.close(code, `Told ${code}`);
      await until(() => bob.state === 'offline');
      const [word = ''] = story.type(bob);
      await until(() => bob.state === 'saved');
      expect(bob.told).not.toContain('refused');
      return word;
    }));
    await story.settle(words);
  });

  story('[P7 P8] rejected content stops only its author', async (story) => {
    const { ann, stan } = story;
    let deep: unknown = 0;
    for (let depth = 0; depth < 40; depth++) deep = [deep];
    const bob = story.ours();
    await until(() => bob.state === 'saved');
    bob.provider.doc.getMap('m').set('deep', deep);
    await until(() => bob.state === 'refused');
    expect(bob.provider.status).toMatchObject({ code: 1008 });
    await story.settle(story.type(ann, stan));
  });

  story('[P5] restores presence with the first frames after a reconnect', async (story) => {
    const { ann, stan, network } = story;
    ann.provider.awareness.setLocalStateField('user', { name: 'Ann' });
    stan.awareness.setLocalStateField('user', { name: 'Stan' });
    await until(() => ann.sees.join() === 'Stan' && story.stanSees.join() === 'Ann');
    network.cut();
    // Reconnecting must be faster than the next check of presence.
    await until(() => network.sockets.length > 1);
    await until(() => ann.sees.join() === 'Stan' && story.stanSees.join() === 'Ann');
    const link = network.sockets.at(-1)!;
    expect(network.sockets).toHaveLength(2);
    const isAwareness = ({ type }: Message) => type === 'awareness';
    // Her own with her first request; Stan's before the document arrives.
    const asked = messagesIn(link, 'toService').slice(0, 2).flat();
    expect(asked.some(isAwareness)).toBe(true);
    expect(messagesIn(link, 'toClient')[0]?.some(isAwareness)).toBe(true);
    await story.settle();
  });

  story(
    '[P7] sends one message per batch window instead of one per key',
    async (story) => {
      const { ann, network } = story;
      await until(() => ann.state === 'saved');
      await until(() => ann.sees.length === 1);
      const updates = () =>
        messagesIn(network.sockets[0]!, 'toService').flat().filter(({ type }) => type === 'update');
      const before = updates().length;
      const words: string[] = [];
      const start = performance.now();
      for (let key = 0; key < 60; key++) {
        words.push(...story.type(ann));
        await pause(5);
      }
      // The window is 50 ms with other clients; on a busy machine the burst takes more than 300 ms.
      const windows = Math.ceil((performance.now() - start) / 50) + 3;
      await story.settle(words);
      expect(updates().length - before).toBeGreaterThan(0);
      expect(updates().length - before).toBeLessThanOrEqual(windows);
    },
  );
});
