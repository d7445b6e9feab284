import { expect, inject, it } from 'vitest';

it('serves the licence notices of the bundled packages at /licenses.txt', async () => {
  const answer = await fetch(`${inject('service')}/licenses.txt`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  const text = await answer.text();
  // One package of each licence; lucide is compiled into the toolbar's icons.
  for (const notice of [/^yjs \S+ \(MIT\)$/m, /^lucide \S+ \(ISC\)$/m, /^entities \S+ \(BSD/m]) {
    expect(text).toMatch(notice);
  }
  expect(text).toContain('Permission is hereby granted, free of charge');
});
