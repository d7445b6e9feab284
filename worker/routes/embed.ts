import type { Context, Hono } from 'hono';
import type { Access } from '../access/access.ts';
import type { CachingVariables } from '../http/cache-control.ts';
import type { PageContent } from '../core/render/formats.ts';
import type { EdgeCache } from '../cache/edge-cache.ts';
import type { EmbedOriginCache } from '../cache/embed-origins.ts';
import { embedHeaders } from '../http/headers.ts';
import { isKey } from '../access/keys.ts';
import { documentAt, oembedAnswer } from './oembed.ts';
import { serviceUrl, shareWith } from '../access/origins.ts';
import { embedPage, embedViewPage } from './page-templates.ts';
import { badRequest, notFound, Problem } from '../http/problem.ts';
import { credentialFrom } from '../access/credential.ts';
import { lookAtPage } from './read.ts';
import { requireName } from '../http/require-name.ts';
import type { AccessSettings } from '../access/settings.ts';

export interface EmbedSettings extends AccessSettings {
  readonly cache: EdgeCache;
  readonly frames: EmbedOriginCache;
  /** A page of web/pages with its placeholders. */
  template(name: string): Promise<string>;
  asset(path: string): Promise<Response>;
}

type EmbeddingContext = Context<CachingVariables>;

/**
 * What other sites need to show documents: the pages for their frames, the script that makes the
 * frames, and the answer to "how do I show this address?".
 */
export function addEmbedRoutes(
  app: Hono<CachingVariables>,
  access: Access,
  settings: EmbedSettings,
): void {
  app.get('/embed/:name', async (c) => {
    const name = requireName(c.req.param('name'));
    access.requireSetUp(c.req.raw);
    c.set('caching', 'revalidate');
    const isForReading = c.req.query('mode') === 'view';
    const [origins, look] = await Promise.all([
      originsFor(c, name),
      isForReading ? lookForFrame(c, name) : null,
    ]);
    const page = { name, theme: themeOf(c), origins };
    const [html, status] = look
      ? [embedViewPage(await settings.template('embed-view'), page, look.found), look.status]
      : [embedPage(await settings.template('embed'), page), 200 as const];
    return c.body(html, status, embedHeaders(origins));
  });

  /** Who may show this document in a frame: the sites of the service, and those of its own list. */
  async function originsFor(c: EmbeddingContext, name: string): Promise<ReadonlySet<string>> {
    const own = await settings.frames.of(
      serviceUrl(c, settings),
      name,
      () => access.mayAskUnproved(c.req.raw),
    );
    return new Set([...settings.origins, ...own]);
  }

  /**
   * The document, where the address alone proves that it may be read. Without a credential, with a wrong
   * one and with a token, which may be for other sites, the page asks for it: it knows whose frame it
   * is in, can be given another credential, and says in words what is wrong. Programs are told at once.
   */
  async function lookForFrame(c: EmbeddingContext, name: string) {
    const credential = credentialFrom(c.req.raw);
    const isBrowser = c.req.header('accept')?.includes('text/html') ?? false;
    const needsPage = credential === null ? !access.isOpenTo(c.req.raw) : !isKey(credential);
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
    const credential = shared.credential ?? credentialFrom(c.req.raw);
    const look = await lookAtPage(c, access, settings, shared.name, credential);
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
