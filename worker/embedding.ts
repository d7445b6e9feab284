import type { Context, Hono } from 'hono';
import type { Access } from './access.ts';
import type { CachingVariables } from './caching.ts';
import type { PageContent } from './core/render/renderers.ts';
import type { EdgeCache } from './edge-cache.ts';
import { embedHeaders } from './headers.ts';
import { isKey } from './keys.ts';
import { documentAt, oembedAnswer } from './oembed.ts';
import { serviceUrl, shareWith } from './origins.ts';
import { embedPage, embedViewPage } from './pages.ts';
import { badRequest, notFound, Problem } from './problem.ts';
import { proofOf } from './proof.ts';
import { lookAtPage } from './reading.ts';
import { requireName } from './require-name.ts';
import type { AccessSettings } from './settings.ts';

export interface EmbeddingSettings extends AccessSettings {
  readonly cache: EdgeCache;
  asset(path: string): Promise<Response>;
}

type EmbeddingContext = Context<CachingVariables>;

/**
 * What other sites need to show documents: the pages for their frames, the script that makes the
 * frames, and the answer to "how do I show this address?".
 */
export function addEmbeddingRoutes(
  app: Hono<CachingVariables>,
  access: Access,
  settings: EmbeddingSettings,
  template: (name: string) => Promise<string>,
): void {
  const headers = embedHeaders(settings.origins);

  app.get('/embed/:name', async (c) => {
    const name = requireName(c.req.param('name'));
    access.requireSetUp(c.req.raw);
    c.set('caching', 'revalidate');
    const page = { name, theme: themeOf(c), origins: settings.origins };
    if (c.req.query('mode') !== 'view') {
      return c.body(embedPage(await template('embed'), page), 200, headers);
    }
    const { status, found } = await lookForFrame(c, name);
    return c.body(embedViewPage(await template('embed-view'), page, found), status, headers);
  });

  /**
   * The document, where the address alone proves that it may be read. Without a proof, with a wrong
   * one and with a token, which may be for other sites, the page asks for it: it knows whose frame it
   * is in, can be given another proof, and says in words what is wrong. Programs are told at once.
   */
  async function lookForFrame(c: EmbeddingContext, name: string) {
    const proof = proofOf(c.req.raw);
    const isBrowser = c.req.header('accept')?.includes('text/html') ?? false;
    const needsPage = proof === null ? !access.isOpenTo(c.req.raw) : !isKey(proof);
    if (isBrowser && needsPage) return { status: 200, found: null } as const;
    try {
      const look = await lookAtPage(c, access, settings, name);
      if (look.status === 'read') return { status: 200, found: look } as const;
      return { status: 404, found: null } as const;
    } catch (error) {
      const isRefusal = error instanceof Problem && [401, 403, 404].includes(error.status);
      if (!isBrowser || !isRefusal) throw error;
      return { status: error.status as 401 | 403 | 404, found: null };
    }
  }

  app.get('/embed.js', async (c) => {
    const file = await settings.asset('/embed.js');
    if (!file.ok) throw notFound();
    c.set('caching', 'hour');
    const answer = new Response(file.body, file);
    // The same for everybody, and for pages that load nothing else without being told so.
    answer.headers.set('cross-origin-resource-policy', 'cross-origin');
    answer.headers.set('access-control-allow-origin', '*');
    answer.headers.set('x-content-type-options', 'nosniff');
    return answer;
  });

  app.use('/oembed', shareWith(settings));
  app.get('/oembed', async (c) => {
    const { url, format = 'json', maxwidth, maxheight } = c.req.query();
    if (url === undefined) throw badRequest('"url" is the address of a document\'s page');
    if (format !== 'json') {
      throw new Problem(501, 'json-only', 'Not implemented', 'The answer is written as JSON only');
    }
    const base = serviceUrl(c, settings);
    const shared = documentAt(url, [base, new URL(c.req.url).origin]);
    if (!shared) throw notFound();
    const proof = shared.proof ?? proofOf(c.req.raw);
    const look = await lookAtPage(c, access, settings, shared.name, proof);
    if (look.status !== 'read') throw notFound();
    const { title }: PageContent = JSON.parse(look.body);
    return c.json(oembedAnswer({
      ...shared,
      base,
      title,
      maxWidth: pixels(maxwidth, 'maxwidth'),
      maxHeight: pixels(maxheight, 'maxheight'),
    }));
  });
}

function themeOf(c: EmbeddingContext): 'auto' | 'light' | 'dark' {
  const theme = c.req.query('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

function pixels(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw badRequest(`"${name}" is a number of pixels`);
}
