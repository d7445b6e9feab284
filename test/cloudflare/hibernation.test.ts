import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { TestClient } from './client.ts';

/** The platform drops an idle object after ten seconds. */
const pastHibernation = 12_500;

/** The object of this document as it is in memory now: another after each hibernation. */
function incarnation(name: string): Promise<string> {
  return runInDurableObject(env.DOCUMENTS.getByName(name), (object) => {
    const marked = object as typeof object & { mark?: string };
    return marked.mark ??= crypto.randomUUID();
  });
}

/** Three clients of every kind, with text and presence, all quiet. */
async function settledDocument(name: string) {
  const ann = await TestClient.connect(name);
  const bob = await TestClient.connect(name);
  const cid = await TestClient.connect(name, { speaksEdgepad: false });
  const people = { ann, bob, cid };
  for (const [who, client] of Object.entries(people)) client.present({ name: who });
  ann.text.insert(0, 'before');
  for (const client of Object.values(people)) {
    await client.until(() => client.text.toString() === 'before' && client.others.size >= 2);
  }
  await ann.until(() => ann.unanswered === 0);
  return { name, before: await incarnation(name), ...people };
}

const namesSeenBy = (client: TestClient) =>
  [...client.others.values()].filter(({ state }) => state !== null)
    .map(({ state }) => JSON.parse(state!).name).sort();

// One wait for all of them: many documents fall asleep side by side.
describe('P4 and P5, an idle document sleeps and wakes as if it had not', async () => {
  const documents = {
    typing: await settledDocument('sleep-typing'),
    joining: await settledDocument('sleep-joining'),
    closing: await settledDocument('sleep-closing'),
    pinging: await settledDocument('sleep-pinging'),
  };
  const framesBefore = new Map(
    Object.values(documents).flatMap(({ ann, bob, cid }) =>
      [ann, bob, cid].map((client): [TestClient, number] => [client, client.frames])
    ),
  );
  const pings = (async () => {
    for (let waited = 0; waited < pastHibernation; waited += 2000) {
      documents.pinging.ann.sendRaw('ping');
      await scheduler.wait(2000);
    }
  })();
  await scheduler.wait(pastHibernation);

  it('[P4] it was dropped from memory, its sockets stayed, and the next key reaches all', async () => {
    const { name, before, ann, bob, cid } = documents.typing;
    bob.text.insert(6, ' and after');
    await ann.until(() => ann.text.toString() === 'before and after');
    await cid.until(() => cid.text.toString() === 'before and after');
    await bob.until(() => bob.unanswered === 0);
    expect(await incarnation(name)).not.toBe(before);
    // One frame each, the key's own: waking sent nothing.
    for (const client of [ann, bob, cid]) expect(client.frames - framesBefore.get(client)!).toBe(1);
  });

  it('[P5] who was there is there for those who come after the wake', async () => {
    const { name, before, ann } = documents.joining;
    const dan = await TestClient.connect(name);
    await dan.until(() => dan.others.size === 3);
    expect(namesSeenBy(dan)).toEqual(['ann', 'bob', 'cid']);
    await dan.until(() => dan.text.toString() === 'before');
    expect(await incarnation(name)).not.toBe(before);
    expect(ann.frames).toBe(framesBefore.get(ann));
  });

  it('[P5] a close that wakes it withdraws the presence of who left', async () => {
    const { name, before, ann, bob, cid } = documents.closing;
    bob.close(1000);
    await ann.until(() => namesSeenBy(ann).join() === 'cid');
    await cid.until(() => !namesSeenBy(cid).includes('bob'));
    expect((await bob.closed).code).toBe(1000);
    expect(await incarnation(name)).not.toBe(before);
  });

  it('[P4] pings are answered while it sleeps', async () => {
    const { name, before, ann } = documents.pinging;
    await pings;
    expect(ann.frames - framesBefore.get(ann)!).toBeGreaterThanOrEqual(6);
    expect(await incarnation(name)).not.toBe(before);
  });
});
