import { expect, inject, it } from 'vitest';
import { startServer } from '../support/servers/test-server.ts';
import { torture } from '../support/servers/torture.ts';

const kills = 6;

it(`[P1] keeps all acknowledged text, once, after ${kills} kills with SIGKILL`, async () => {
  const server = await startServer(inject('host'));
  // The seed is random: text must survive a kill at any moment.
  const seed = Date.now();
  try {
    const report = await torture(server, { kills, people: 4, seed });
    expect(report.broken, `seed ${seed}`).toEqual([]);
    expect(report.kills).toBe(kills);
    expect(report.owed).toBeGreaterThan(kills);
  } finally {
    await server.stop();
  }
}, 240_000);
