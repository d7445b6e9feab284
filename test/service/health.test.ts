import { expect, inject, it } from 'vitest';

const service = inject('service');

it('[P10] answers /healthz without a credential and without caching', async () => {
  for (const host of ['127.0.0.1', 'service.example']) {
    const answer = await fetch(`${service}/healthz`, { headers: { 'x-forwarded-host': host } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok' });
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
  }
});
