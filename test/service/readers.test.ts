import { allRoutes } from '../support/service/routes.ts';
import { brotliCompressSync } from 'node:zlib';
import * as Y from 'yjs';
import { describe, expect, inject, it } from 'vitest';
import { freshName, ourProvider, until } from '../support/y-client.ts';

const service = inject('service');

/** Creates a document and a client that writes to it. */
function author(name = freshName()) {
  const provider = ourProvider(service, name);
  const { doc } = provider;
  const lines = doc.getXmlFragment('lines');
  return {
    name,
    doc,
    write: async (text: string) => {
      const line = new Y.XmlElement('paragraph');
      line.insert(0, [new Y.XmlText(text)]);
      lines.push([line]);
      await until(() => provider.status.state === 'saved');
    },
    leave: () => provider.destroy(),
  };
}

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(service + path, { method, headers, redirect: 'manual' });

const newest = { 'cache-control': 'no-cache' };

describe('reading over HTTP', () => {
  it('[R22] sends a media type and a strong ETag for each format, and 304 when it matches', async () => {
    const ann = author();
    await ann.write('one');
    for (
      const [extension, type, text] of [
        ['html', 'text/html; charset=utf-8', '>one</p>'],
        ['md', 'text/markdown; charset=utf-8', 'one\n'],
        ['txt', 'text/plain; charset=utf-8', 'one'],
        ['json', 'application/json', '"one"'],
      ]
    ) {
      const path = `/docs/${ann.name}.${extension}`;
      const response = await get(path);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('content-disposition')).toBeNull();
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toContain(`default-src 'none'`);
      expect(await response.text()).toContain(text);
      const tag = response.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"\d+\.[0-9a-f]+"$/);

      const head = await get(path, {}, 'HEAD');
      expect(head.headers.get('etag')).toBe(tag);
      expect(await head.text()).toBe('');

      const same = await get(path, { 'if-none-match': `"0.x", W/${tag}` });
      expect(same.status).toBe(304);
      expect(same.headers.get('etag')).toBe(tag);
      expect(await same.text()).toBe('');

      const download = await get(`${path}?download`);
      expect(download.headers.get('content-disposition'))
        .toBe(`attachment; filename="${ann.name}.${extension}"`);
    }
    ann.leave();
  });

  it('[R22] no-cache returns the latest text', async () => {
    const ann = author();
    for (const word of ['one', 'two', 'three', 'four']) {
      await ann.write(word);
      expect(await (await get(`/docs/${ann.name}.txt`, newest)).text()).toContain(word);
    }
    ann.leave();
  });

  it('[R22] returns the whole Yjs state, to editors only', async () => {
    const ann = author();
    await ann.write('one');
    const response = await get(`/docs/${ann.name}.yjs`);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const copy = new Y.Doc();
    Y.applyUpdate(copy, new Uint8Array(await response.arrayBuffer()));
    expect(copy.getXmlFragment('lines').toString())
      .toBe(ann.doc.getXmlFragment('lines').toString());
    const tag = response.headers.get('etag') ?? '';
    expect((await get(`/docs/${ann.name}.yjs`, { 'if-none-match': tag })).status).toBe(304);
    ann.leave();
  });

  it('[R22] answers every missing document alike and creates none', async () => {
    const name = freshName();
    const answers = await Promise.all([
      `/docs/${name}.md`,
      `/docs/${name}.yjs`,
      `/docs/${name}/changes`,
      `/docs/${name}/events`,
      '/docs/not%20a%20name.md',
      '/docs/a.b.md',
    ].map(async (path) => {
      const response = await get(path);
      return [response.status, response.headers.get('content-type'), await response.text()];
    }));
    expect(answers[0]?.slice(0, 2)).toEqual([404, 'application/problem+json']);
    expect(new Set(answers.map(String)).size).toBe(1);
  });

  it('[R22] explains a path without a format it knows, whether or not the document exists', async () => {
    const ann = author();
    await ann.write('one');
    for (const name of [ann.name, freshName()]) {
      const unknown = await get(`/docs/${name}.docx`);
      expect([unknown.status, await unknown.json()]).toMatchObject([404, {
        code: 'unknown-format',
        detail: expect.stringContaining('.md'),
      }]);
      const socket = await get(`/docs/${name}`);
      expect([socket.status, await socket.json()]).toMatchObject([
        426,
        { code: 'upgrade-required', detail: expect.stringContaining('.md') },
      ]);
    }
  });

  it('[R22] explains invalid requests', async () => {
    const ann = author();
    await ann.write('one');
    for (const query of ['since=x', 'since=1', 'since=-1.a', 'wait=x', 'wait=-1', 'wait=99999']) {
      const response = await get(`/docs/${ann.name}/changes?${query}`);
      expect(response.status, query).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ code: 'bad-request' });
    }
    // An unknown version, or one of an earlier document: the full document.
    for (const since of ['0.abc', '999.abc']) {
      const response = await get(`/docs/${ann.name}/changes?since=${since}`);
      expect(Object.keys(await response.json())).not.toContain('from');
    }
    ann.leave();
  });

  it('[R22] answers other methods with 405 and Allow', async () => {
    const ann = author();
    await ann.write('one');
    for (const path of ['.md', '.yjs', '/changes', '/events']) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST']) {
        const response = await get(`/docs/${ann.name}${path}`, {}, method);
        expect(response.status, `${method} ${path}`).toBe(405);
        expect(response.headers.get('allow')).toMatch(/^GET, HEAD/);
        expect(response.headers.get('content-type')).toBe('application/problem+json');
      }
    }
    expect(await (await get(`/docs/${ann.name}.txt`)).text()).toBe('one');
    ann.leave();
  });
});

describe('following a document', () => {
  it('[R23] changes lead from the known version to the current one, or 304', async () => {
    const ann = author();
    await ann.write('one');
    const first = await (await get(`/docs/${ann.name}/changes`)).json();
    expect(first.blocks).toHaveLength(1);
    await ann.write('two');
    const path = `/docs/${ann.name}/changes?since=${first.version}`;
    let response = await get(path);
    await until(async () => response.status === 200 || !(response = await get(path)));
    const second = await response.json();
    expect(second).toMatchObject({ from: first.version, order: [[0, 1], expect.any(String)] });
    expect(second.blocks[0].html).toContain('two');
    const same = await get(`/docs/${ann.name}/changes?since=${second.version}`);
    expect(same.status).toBe(304);
    expect(Number(same.headers.get('edgepad-wait'))).toBeGreaterThanOrEqual(1_000);
    ann.leave();
  });

  it('[R23] a long poll returns on a change or at its timeout', async () => {
    const ann = author();
    await ann.write('one');
    const { version } = await (await get(`/docs/${ann.name}/changes`)).json();
    expect((await get(`/docs/${ann.name}/changes?since=${version}&wait=1`)).status).toBe(304);
    const answer = get(`/docs/${ann.name}/changes?since=${version}&wait=25`);
    await ann.write('two');
    expect((await (await answer).json()).blocks[0].html).toContain('two');
    const file = await get(`/docs/${ann.name}.txt`);
    const next = get(`/docs/${ann.name}.txt?wait=25`, {
      'if-none-match': file.headers.get('etag') ?? '',
    });
    await ann.write('three');
    expect(await (await next).text()).toContain('three');
    ann.leave();
  });

  it('[R23] server-sent events deliver changes and resume', async () => {
    const ann = author();
    await ann.write('one');
    const first = await openEvents(ann.name);
    expect((await first.next()).data).toMatchObject({ blocks: [{}] });
    await ann.write('two');
    const second = await first.next();
    expect(second.data).toMatchObject({ blocks: [{ html: expect.stringContaining('two') }] });
    expect(second.id).toBe(second.data.version);
    first.close();
    await ann.write('three');
    const again = await openEvents(ann.name, { 'last-event-id': second.id });
    const third = await again.next();
    expect(third.data).toMatchObject({
      from: second.id,
      blocks: [{ html: expect.stringContaining('three') }],
    });
    again.close();
    ann.leave();
  });

  it('[R23] deleted text reaches no reader', async () => {
    const ann = author();
    await ann.write('one');
    const { version } = await (await get(`/docs/${ann.name}/changes`)).json();
    await ann.write('a secret');
    ann.doc.getXmlFragment('lines').delete(1, 1);
    await ann.write('two');
    let body = '';
    await until(async () => {
      body = await (await get(`/docs/${ann.name}/changes?since=${version}`)).text();
      return body.includes('two');
    });
    for (const path of ['/changes', '.html', '.md', '.txt', '.json']) {
      body += await (await get(`/docs/${ann.name}${path}`, newest)).text();
    }
    body += await (await get(`/v/${ann.name}`, newest)).text();
    expect(body).not.toContain('secret');
    ann.leave();
  });

  it('[R20] the page of an empty document says so and keeps polling', async () => {
    const name = freshName();
    const page = await get(`/v/${name}`, { accept: 'text/html' });
    expect(page.status).toBe(404);
    expect(await page.text()).toContain(`data-source="/docs/${name}/changes"`);
    const ann = author(name);
    await ann.write('one');
    expect(await (await get(`/v/${name}`)).text()).toContain('>one</p>');
    ann.leave();
  });
});

describe('read-only page', () => {
  it('[R20] loads at most 6 KB of scripts', async () => {
    const page = await (await get(`/v/${freshName()}`)).text();
    const paths = [...page.matchAll(/<(?:script|link)[^>]*="(\/[^"]+\.js)"/g)].map(([, path]) =>
      path
    );
    expect(paths.length).toBeGreaterThan(0);
    const scripts = await Promise.all(
      paths.map(async (path) => await (await get(path ?? '')).text()),
    );
    const sizes = scripts.map((script) => brotliCompressSync(script).length);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(6 * 1024);
  });
});

/** Reads server-sent events one at a time. */
async function openEvents(name: string, headers: Record<string, string> = {}) {
  const stopping = new AbortController();
  const response = await fetch(`${service}/docs/${name}/events`, {
    headers,
    signal: stopping.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async next() {
      for (;;) {
        const match = /id: (.*)\ndata: (.*)\n\n/.exec(text);
        if (match) {
          text = text.slice(match.index + match[0].length);
          return { id: match[1] ?? '', data: JSON.parse(match[2] ?? '') };
        }
        const { value, done } = await reader.read();
        if (done) throw new Error(`The stream ended: ${text}`);
        text += value;
      }
    },
    close: () => stopping.abort(),
  };
}

/** Every route and its Cache-Control. */
const caching: Readonly<Record<string, string>> = {
  '/': 'private, no-cache',
  '/d/:name': 'private, no-cache',
  '/v/:name': 'private, no-cache',
  '/embed/:name': 'private, no-cache',
  '/docs/:name': 'private, no-store',
  '/docs/:file': 'private, no-cache',
  '/docs/:name/changes': 'private, no-cache',
  '/docs/:name/events': 'private, no-store',
  '/favicon.ico': 'public, max-age=3600',
  '/sw.js': 'private, no-cache',
  '/embed.js': 'public, max-age=3600',
  '/:file{[a-z-]+\\.(?:svg|png|ico|txt|webmanifest)}': 'public, max-age=3600',
};

describe('Cache-Control', () => {
  for (const { method, path } of allRoutes()) {
    it(`[R24] ${method} ${path} sends it with every answer`, async () => {
      const ann = author();
      await ann.write('one');
      const address = path.replace(/\/:file\{.*/, '/favicon.svg')
        .replace(':file', `${ann.name}.md`)
        .replace(/:name(\{.*?\})?/, ann.name);
      const cacheControl = async (path: string, headers = {}) => {
        const stopping = new AbortController();
        const response = await fetch(service + path, { method, headers, signal: stopping.signal });
        stopping.abort();
        return response.headers.get('cache-control');
      };
      const kept = method === 'GET' ? caching[path] : undefined;
      expect(await cacheControl(address)).toBe(kept ?? 'private, no-store');
      // A foreign document, a missing one, no access, a secret in the request: no caching.
      const without = address.replace(ann.name, 'not~there').replace('favicon', 'nothing');
      if (without !== address && !/^\/(d|embed)\//.test(path)) {
        expect(await cacheControl(without)).toBe('private, no-store');
        expect(await cacheControl(without, { accept: 'text/html' })).toBe('private, no-store');
      }
      if (path.startsWith('/docs') || path.startsWith('/v/')) {
        expect(await cacheControl(address, { authorization: 'Bearer x' })).toBe(
          'private, no-store',
        );
      }
      // Static files are public.
      if (!path.startsWith('/:file') && !/\.(?:js|ico)$/.test(path)) {
        expect(await cacheControl(address, { 'x-forwarded-for': '1.2.3.4' }))
          .toBe('private, no-store');
      }
      ann.leave();
    });
  }

  it('[R24] answers without a route send it as well', async () => {
    for (
      const [method, path] of [['GET', '/no/where'], ['POST', '/'], ['OPTIONS', '/d/x'], [
        'GET',
        '/~readings/open/x/head',
      ]]
    ) {
      const response = await get(path ?? '', {}, method);
      expect(response.headers.get('cache-control'), path).toBe('private, no-store');
    }
  });

  it('[R24] checks access before it reads the cache', async () => {
    const ann = author();
    await ann.write('one');
    for (const path of ['.md', '/changes', '/events', '.yjs']) {
      const response = await get(`/docs/${ann.name}${path}`, { 'x-forwarded-for': '1.2.3.4' });
      expect(response.status).toBe(401);
      expect(response.headers.get('etag')).toBeNull();
    }
    ann.leave();
  });
});
