import { expect, inject, it } from 'vitest';
import { startServer } from '../support/servers/test-server.ts';
import { torture } from '../support/servers/torture.ts';

const kills = 6;

it(`[P1] ${kills} times SIGKILL while people type: what anybody saw is there, once`, async () => {
  const server = await startServer(inject('host'));
  // Chance may differ each time: whatever the moment, nothing may be lost.
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
