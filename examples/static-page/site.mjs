// Serves index.html, which contains everything a site needs.
import { readFile } from 'node:fs/promises';
import { listen } from '../listen.mjs';

export function start({ pad, port }) {
  return listen({
    async fetch() {
      const file = await readFile(new URL('index.html', import.meta.url), 'utf8');
      const html = file.replaceAll('http://127.0.0.1:8787', pad);
      return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } });
    },
  }, port);
}
