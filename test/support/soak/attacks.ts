/** Attacks of every kind that was ever found, each for a few seconds. Some are fresh mixes of several. */
import { request } from 'node:http';
import { connect } from 'node:net';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import { LogState } from '../../../worker/core/update/log-state.ts';
import {
  any,
  damage,
  forge,
  forgeAtRandom,
  format,
  type Id,
  item,
  type Part,
  text,
  type,
} from '../../worker/core/update/forge-updates.ts';
import type { Random } from '../random.ts';
import { forgeries } from '../simulator/forged-messages.ts';
import { freshName } from '../y-client.ts';
import { answerAttacks } from './answer-attacks.ts';
import type { Attack, Battlefield } from './battlefield.ts';
import { RawMember } from './raw-member.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const anyAddress = (random: Random) => `127.0.${1 + random.below(250)}.${1 + random.below(250)}`;
const mark = format('b', '1');

/** Sends an HTTP request from an address of the loopback network. Resolves when the answer is read. */
function http(
  field: Battlefield,
  method: string,
  path: string,
  body: Uint8Array | string | null = null,
): Promise<number> {
  const localAddress = anyAddress(field.random);
  return new Promise((resolve) => {
    const sent = request(field.url + path, { method, localAddress, agent: false }, (response) => {
      response.on('data', () => {});
      response.on('error', () => resolve(0));
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', () => resolve(0));
    sent.setTimeout(30_000, () => sent.destroy());
    sent.end(body ?? undefined);
  });
}

/** Connects to a document, lets `act` send, and leaves a moment later. */
async function asMember(
  field: Battlefield,
  name: string,
  act: (member: RawMember) => void,
): Promise<void> {
  const member = new RawMember(field.url, name, anyAddress(field.random));
  if (await member.open()) {
    await pause(300);
    act(member);
    await pause(700);
  }
  member.leave();
}

const update = (bytes: Uint8Array) => ({ type: 'update' as const, update: bytes });
const readAll = (field: Battlefield, name: string) =>
  Promise.all(
    ['html', 'md', 'txt', 'json', 'yjs'].map((format) =>
      http(field, 'GET', `/docs/${name}.${format}`)
    ),
  );

/** One update into a document of its own, and then every rendering of it. */
const rendered = (make: (random: Random) => Uint8Array): Attack => async (field) => {
  const name = freshName();
  await asMember(field, name, (member) => member.send(update(make(field.random))));
  await readAll(field, name);
};

function textDocument(write: (text: Y.XmlText) => void): Uint8Array {
  const doc = new Y.Doc();
  const line = new Y.XmlElement('paragraph');
  const content = new Y.XmlText();
  doc.getXmlFragment('lines').insert(0, [line]);
  line.insert(0, [content]);
  write(content);
  return Y.encodeStateAsUpdate(doc);
}

/** Opens many at once and lets go of them after some seconds. */
async function held(count: number, open: (i: number) => { destroy(): unknown }): Promise<void> {
  const opened = many(count, open);
  await pause(3000);
  for (const one of opened) one.destroy();
}

const chain = (count: number, start = 0): Part[] =>
  many(count, (i) => item(start + i ? { origin: [7, start + i - 1] } : { parent: 'text' }, mark));

const attacks: Readonly<Record<string, Attack>> = {
  ...answerAttacks,
  'items before each item of a row': rendered((random) => {
    const count = 1000 * (1 + random.below(8));
    return forge([[7, 0, [...chain(count), ...many(count, (i) => item({ right: [7, i] }, mark))]]]);
  }),
  'a document file of empty arrays': async (field) => {
    const body = new Uint8Array(20 * 2 ** 20);
    body.set(new TextEncoder().encode('edgepad document\n'));
    await http(field, 'POST', `/docs/${freshName()}/import`, body);
  },
  'idle TCP connections': (field) => {
    const { hostname, port } = new URL(field.url);
    return held(150, () => {
      const localAddress = anyAddress(field.random);
      return connect({ host: hostname, port: Number(port), localAddress }).on('error', () => {});
    });
  },
  'empty types': rendered(() =>
    forge([[7, 0, many(50_000, () => item({ parent: 'a' }, type(0)))]])
  ),
  'questions that take long to answer': async (field) => {
    const name = freshName();
    const row = forge([[7, 0, chain(100_000)], [3, 0, [item({ parent: 'o' }, text('xy'))]]]);
    await asMember(field, name, (member) => {
      member.send(update(row));
      const stateVector = Y.encodeStateVector(new Map([[7, 100_000], [3, 1]]));
      for (let i = 0; i < 100; i++) member.send({ type: 'sync-step-1', stateVector });
    });
  },
  'hard breaks in a link': rendered(() => {
    const href = `https://example.org/${'"'.repeat(2000)}`;
    return textDocument((content) => content.insert(0, 'a\n'.repeat(20_000), { link: { href } }));
  }),
  'blanks and backticks': rendered((random) => {
    const pattern = random.pick([' ', '`', '*a', '[', ' `', '<!--']);
    const value = `x${pattern.repeat(100_000)}x`;
    return textDocument((content) => content.insert(0, value, random.pick([{}, { code: {} }])));
  }),
  'types nested over many updates, deleted': async (field) => {
    await asMember(field, freshName(), (member) => {
      for (let i = 0; i < 60; i++) {
        const parts = many(4, (j) => {
          const clock = 4 * i + j;
          return item(clock ? { parent: [7, clock - 1] } : { parent: 'o' }, type(1));
        });
        member.send(update(forge([[7, 4 * i, parts]])));
      }
      member.send(update(forge([], [[7, [[0, 1]]]])));
    });
  },
  'many client ids': rendered((random) => {
    const first = random.below(2 ** 31);
    return forge(many(20_000, (i) => [first + 20_000 - i, 0, [item({ parent: 't' }, text('a'))]]));
  }),
  'forgeries in an honest document': (field) =>
    asMember(field, field.random.pick(field.documents), (member) => {
      const { random } = field;
      const state = new LogState();
      for (const [name, forgery] of Object.entries(forgeries)) {
        // Members may delete words and write into them; then words are missing for a good reason.
        if (name === 'everything deleted' || name === 'neighbours in any order') continue;
        const target = {
          doc: member.doc,
          state,
          victims: [],
          present: [],
          own: random.below(2 ** 32),
        };
        for (const message of forgery(random, { ...target, epoch: '' })) member.send(message);
      }
    }),
  'client ids of others': (field) =>
    asMember(field, field.random.pick(field.documents), (member) => {
      for (const client of member.doc.store.clients.keys()) {
        const clock = Y.getState(member.doc.store, client);
        // Known clocks only: a stock client whose next clocks are taken cannot tell.
        const part = item({ parent: 't' }, text('forged'));
        member.send(update(forge([[client, Math.max(0, clock - 6), [part]]])));
      }
    }),
  'values that editors do not expect': rendered((random) => {
    const content = random.pick([any([null]), mark, text('x'), format('unknown', '{"a":[]}')]);
    return forge([[7, 0, [item({ parent: 'lines' }, content)]]]);
  }),
  'unfinished bodies': (field) =>
    held(20, () => {
      const sent = request(`${field.url}/docs/${freshName()}/import`, {
        method: 'POST',
        localAddress: anyAddress(field.random),
        agent: false,
        headers: { 'content-length': 2 ** 22 + 1 },
      });
      sent.on('error', () => {});
      sent.write(new Uint8Array(2 ** 22));
      return sent;
    }),
  'unread answers': (field) =>
    held(30, () => {
      const path = `/docs/${field.random.pick(field.documents)}.yjs`;
      const sent = request(field.url + path, {
        localAddress: anyAddress(field.random),
        agent: false,
      }, (response) => response.pause());
      return sent.on('error', () => {}).end();
    }),
  'histories in parallel': async (field) => {
    const name = field.random.pick(field.documents);
    await Promise.all(many(30, () => http(field, 'GET', `/docs/${name}.yjs`)));
  },
  'wrong keys': async (field) => {
    const key = 'A'.repeat(22);
    await Promise.all(many(50, () => http(field, 'GET', `/docs/${freshName()}.txt?key=${key}`)));
  },
  'documents created and deleted': async (field) => {
    for (let i = 0; i < 10; i++) {
      const name = freshName();
      await http(field, 'POST', '/docs', JSON.stringify({ name }));
      await http(field, 'DELETE', `/docs/${name}`);
    }
  },
  'a message of 33 MiB': (field) =>
    asMember(field, freshName(), (member) => member.sendBytes(new Uint8Array(33 * 2 ** 20))),
  'damaged updates': (field) =>
    asMember(field, freshName(), (member) => {
      const whole = forge([[7, 0, [item({ parent: 'text' }, text('whole'))]]]);
      for (let i = 0; i < 100; i++) {
        const forged = forgeAtRandom(new Map(), field.random);
        member.send(
          update(field.random.chance(0.5) ? forged : damage(forged, whole, field.random)),
        );
      }
    }),
  'a flood of updates': (field) =>
    asMember(field, field.random.pick(field.documents), (member) => {
      const client = field.random.below(2 ** 32);
      for (let i = 0; i < 3000; i++) {
        const place = i ? { origin: [client, i - 1] as Id } : { parent: 'flood' };
        member.send(update(forge([[client, i, [item(place, text('.'))]]])));
      }
    }),
  'a flood of presence': (field) =>
    asMember(field, field.random.pick(field.documents), (member) => {
      const client = field.random.below(2 ** 32);
      for (let clock = 1; clock < 3000; clock++) {
        const entries = [{ client, clock, state: `{"at":${clock}}` }];
        member.send({ type: 'awareness', update: encodeAwareness(entries) });
      }
    }),
  'bytes that are no message': (field) =>
    asMember(field, field.random.pick(field.documents), (member) => {
      const encoder = encoding.createEncoder();
      for (let i = 0; i < 100; i++) encoding.writeUint8(encoder, field.random.below(256));
      member.sendBytes(encoding.toUint8Array(encoder));
    }),
};

/** How many run at a time. */
const attackers = 2;

/**
 * Runs one attack after the other until the process ends, or so many `rounds` of all of them. Calls
 * `onAttack` after each, with the harm that it noticed itself.
 */
export async function attackForever(
  field: Battlefield,
  rounds: number,
  onAttack: (name: string, milliseconds: number, harm: Error | null) => void,
): Promise<void> {
  const names = Object.keys(attacks);
  let next = 0;
  const attackInTurn = async () => {
    while (next < rounds * names.length) {
      const name = names[next++ % names.length]!; // in bounds
      const start = performance.now();
      // A key of the table.
      const harm = await attacks[name]!(field).then(() => null, (error: Error) => error);
      onAttack(name, Math.round(performance.now() - start), harm);
      await pause(500);
    }
  };
  await Promise.all(Array.from({ length: attackers }, attackInTurn));
}
