import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { limits } from '../../protocol/limits.ts';
import { namesSeenBy, TestClient } from './client.ts';

// The platform drops an idle object after ten seconds. Tests and Worker share the module.
const presenceTimeout = 13_000;
Object.assign(limits, { presenceTimeout });

function stateOf(name: string) {
  return runInDurableObject(env.DOCUMENTS.getByName(name), async (object, { storage }) => {
    const marked = object as typeof object & { mark?: string };
    return { incarnation: marked.mark ??= crypto.randomUUID(), alarm: await storage.getAlarm() };
  });
}

it('[P4 P5] a sleeping document wakes by its alarm, withdraws a vanished client, and sleeps longer', async () => {
  const name = 'vanished';
  const [ann, bob] = [await TestClient.connect(name), await TestClient.connect(name)];
  ann.present({ name: 'ann' });
  bob.present({ name: 'bob' });
  ann.text.insert(0, 'x');
  await bob.until(() => bob.text.length === 1 && namesSeenBy(bob).includes('ann'));
  await ann.until(() => ann.unanswered === 0 && namesSeenBy(ann).includes('bob'));
  const before = await stateOf(name);
  bob.vanish();
  const { frames } = ann;
  // Hibernation lasts until the alarm: the platform answers pings.
  let pings = 0;
  while (namesSeenBy(ann).includes('bob')) {
    ann.sendRaw('ping');
    pings += 1;
    await scheduler.wait(1000);
  }
  expect(pings).toBeGreaterThanOrEqual(12);
  const after = await stateOf(name);
  expect(after.incarnation).not.toBe(before.incarnation);
  // Besides the pongs: the withdrawal.
  expect(ann.frames - frames - pings).toBeLessThanOrEqual(1);
  expect(after.alarm! - Date.now()).toBeGreaterThan(1.5 * presenceTimeout);
  const cid = await TestClient.connect(name);
  await cid.until(() => cid.text.length === 1);
  expect(namesSeenBy(cid)).toEqual(['ann']);
});

it('[P5] a connection that the service has closed is gone after hibernation', async () => {
  const name = 'closed-by-service';
  const [ann, bob] = [await TestClient.connect(name), await TestClient.connect(name)];
  ann.present({ name: 'ann' });
  bob.present({ name: 'bob' });
  ann.text.insert(0, 'x');
  await ann.until(() => ann.unanswered === 0 && namesSeenBy(ann).includes('bob'));
  bob.vanish();
  bob.sendRaw(new Uint8Array([99]));
  await ann.until(() => !namesSeenBy(ann).includes('bob'));
  await scheduler.wait(11_500);
  const cid = await TestClient.connect(name);
  await cid.until(() => cid.text.length === 1);
  expect(namesSeenBy(cid)).toEqual(['ann']);
});
