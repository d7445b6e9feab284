import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { namesSeenBy, TestClient } from './client.ts';

/** The platform drops an idle object after ten seconds. In milliseconds. */
const hibernationTime = 12_500;

/** Identifies the object in memory: another after each hibernation. */
function incarnation(name: string): Promise<string> {
  return runInDurableObject(env.DOCUMENTS.getByName(name), (object) => {
    const marked = object as typeof object & { mark?: string };
    return marked.mark ??= crypto.randomUUID();
  });
}

/** A document with three idle clients that have text and presence. */
async function settledDocument(name: string) {
  const ann = await TestClient.connect(name);
  const bob = await TestClient.connect(name);
  const cid = await TestClient.connect(name, { speaksEdgepad: false });
  const people = { ann, bob, cid };
  for (const [name, client] of Object.entries(people)) client.present({ name });
  ann.text.insert(0, 'before');
  for (const client of Object.values(people)) {
    await client.until(() => client.text.toString() === 'before' && client.others.size >= 2);
  }
  await ann.until(() => ann.unanswered === 0);
  return { name, before: await incarnation(name), ...people };
}

// All documents hibernate during one wait.
describe('P4 and P5 hibernation', async () => {
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
    for (let waited = 0; waited < hibernationTime; waited += 2000) {
      documents.pinging.ann.sendRaw('ping');
      await scheduler.wait(2000);
    }
  })();
  await scheduler.wait(hibernationTime);

  it('[P4] keeps the sockets, and broadcasts the next update to all', async () => {
    const { name, before, ann, bob, cid } = documents.typing;
    bob.text.insert(6, ' and after');
    await ann.until(() => ann.text.toString() === 'before and after');
    await cid.until(() => cid.text.toString() === 'before and after');
    await bob.until(() => bob.unanswered === 0);
    expect(await incarnation(name)).not.toBe(before);
    // One frame each, the update's: waking sent nothing.
    for (const client of [ann, bob, cid]) expect(client.frames - framesBefore.get(client)!).toBe(1);
  });

  it('[P5] sends presence from before to a client that connects after the wake', async () => {
    const { name, before, ann } = documents.joining;
    const dan = await TestClient.connect(name);
    await dan.until(() => dan.others.size === 3);
    expect(namesSeenBy(dan)).toEqual(['ann', 'bob', 'cid']);
    await dan.until(() => dan.text.toString() === 'before');
    expect(await incarnation(name)).not.toBe(before);
    expect(ann.frames).toBe(framesBefore.get(ann));
  });

  it("[P5] a close wakes the document and withdraws the client's presence", async () => {
    const { name, before, ann, bob, cid } = documents.closing;
    bob.close(1000);
    await ann.until(() => namesSeenBy(ann).join() === 'cid');
    await cid.until(() => !namesSeenBy(cid).includes('bob'));
    expect((await bob.closed).code).toBe(1000);
    expect(await incarnation(name)).not.toBe(before);
  });

  it('[P4] answers pings without waking', async () => {
    const { name, before, ann } = documents.pinging;
    await pings;
    expect(ann.frames - framesBefore.get(ann)!).toBeGreaterThanOrEqual(6);
    expect(await incarnation(name)).not.toBe(before);
  });
});
