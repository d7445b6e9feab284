import type { Attack } from './battlefield.ts';

/** Headers of proxies that are on no list of well-known ones, and of one that is. */
const proxyHeaders = [
  'x-forwarded-for',
  'x-cluster-client-ip',
  'fly-client-ip',
  'true-client-ip',
  'x-my-own-client-ip',
  'x-original-forwarded-for',
];

/** Attacks whose harm is in an answer. */
export const answerAttacks: Readonly<Record<string, Attack>> = {
  'open mode behind a proxy': async ({ url, documents }) => {
    for (const header of proxyHeaders) {
      for (const name of documents.slice(0, 1)) {
        const headers = { [header]: '203.0.113.7' };
        const { status } = await answer(`${url}/docs/${name}.txt`, { headers });
        // 503: the service sheds load.
        if (![401, 503].includes(status)) throw new Error(`${header}: a stranger got ${status}`);
      }
    }
  },
  'answers of another type': async ({ url, documents }) => {
    const [name] = documents;
    const page = encodeURIComponent(`${url}/v/${name}`);
    for (
      const path of [`/oembed?url=${page}`, `/docs/${name}/keys`, '/sw.js', `/docs/${name}.md`]
    ) {
      const { headers, status } = await answer(url + path, {});
      if (headers.get('x-content-type-options') === 'nosniff' || status === 503) continue;
      throw new Error(`${path}: an answer without nosniff (${status})`);
    }
  },
};

/** The answer, whose body is read. A request that fails counts as 503. */
async function answer(url: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, init);
    await response.arrayBuffer();
    return response;
  } catch {
    return new Response(null, { status: 503 });
  }
}
