import { type Context, Hono } from 'hono';
import { edgepadProtocol } from '../protocol/headers.ts';
import { AbuseLimits, type AddressRateLimiter } from './access/abuse-limits.ts';
import { Access } from './access/access.ts';
import { type CachingVariables, setCacheControl } from './http/cache-control.ts';
import { closeCodes, type DenialCode } from './core/access/principal.ts';
import type { OpenDocument } from './document.ts';
import { addFileRoutes } from './routes/files.ts';
import type { EdgeCache } from './cache/edge-cache.ts';
import { addEmbedRoutes } from './routes/embed.ts';
import { EmbedOriginCache } from './cache/embed-origins.ts';
import { pageHeaders } from './http/headers.ts';
import { addHealthRoute } from './routes/health.ts';
import { addDocumentRoutes } from './routes/documents.ts';
import { addEmbedOriginRoutes } from './routes/embed-origins.ts';
import { shareWith } from './access/origins.ts';
import { oembedAddress } from './routes/oembed.ts';
import { type Creation, documentPage, homePage, messagePage } from './routes/page-templates.ts';
import { methodNotAllowed, notFound, Problem, problemOf } from './http/problem.ts';
import { subprotocolsOf } from './access/credential.ts';
import { addReadRoutes } from './routes/read.ts';
import type { AccessSettings } from './access/settings.ts';
import { sessionOf, sync } from './routes/sync.ts';
import { requireName } from './http/require-name.ts';

/** What the service needs of the place it runs in, beside its documents. */
export interface Settings extends AccessSettings {
  /** A built file of web/; its path begins with a slash. */
  asset(path: string): Promise<Response>;
  /** Stands in front of the documents for those who read them. */
  readonly cache: EdgeCache;
  readonly limiter: AddressRateLimiter;
  /** The address of the one who connects; null where it is not known. */
  addressOf(request: Request): string | null;
  /** Opens a WebSocket only to close it: a browser cannot see why a handshake was refused. */
  refuseUpgrade(upgrade: Request, refusal: UpgradeRefusal): Response;
}

export interface UpgradeRefusal {
  /** How the socket is closed. */
  readonly code: number;
  /** Told in a header of the answer; absent where it was no question of access. */
  readonly denied?: DenialCode;
  readonly reason: string;
  /** What the client is told it speaks; null where it named nothing we know. */
  readonly subprotocol: string | null;
}

/**
 * Every HTTP route of the service.
 *
 * `/docs/:name` is the document: a WebSocket upgrade edits it, a format reads it. `/d/:name` is its
 * editor, `/v/:name` its read-only page, `/embed/:name` either of them in another site.
 */
export function createApp(
  openDocument: OpenDocument,
  settings: Settings,
): Hono<CachingVariables> {
  const app = new Hono<CachingVariables>();
  const abuse = new AbuseLimits(settings.limiter);
  const access = new Access({
    openDocument,
    settings,
    abuse,
    addressOf: (request) => settings.addressOf(request),
  });
  app.use(setCacheControl);
  app.use('/docs', shareWith(settings));
  app.use('/docs/*', shareWith(settings));
  addHealthRoute(app);

  app.get('/', async (c) => {
    access.requireSetUp(c.req.raw);
    c.set('caching', 'revalidate');
    return page(homePage(await template(settings, 'home'), creationFor(c.req.raw)));
  });

  // Its content comes later, to those who have a credential in the fragment of the address.
  app.get('/d/:name', async (c) => {
    const name = requireName(c.req.param('name') ?? '');
    access.requireSetUp(c.req.raw);
    c.set('caching', 'revalidate');
    const creation = creationFor(c.req.raw);
    // Without a query: a browser keeps this page for all documents, and a credential is in no page.
    const { origin, pathname } = new URL(c.req.url);
    const oembed = oembedAddress(origin, origin + pathname);
    const html = documentPage(await template(settings, 'document'), { name, creation, oembed });
    return c.body(html, 200, pageHeaders);
  });

  app.get('/docs/:name', async (c, next) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') return await next();
    const name = requireName(c.req.param('name'));
    const speaksEdgepad = subprotocolsOf(c.req.raw).includes(edgepadProtocol);
    const subprotocol = speaksEdgepad ? edgepadProtocol : null;
    try {
      const document = await access.documentForSocket(c.req.raw, name);
      return await document.upgrade(c.req.raw, subprotocol);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { code: denied, message: reason } = error;
      if (!isDenialCode(denied)) throw error;
      const refusal = { code: closeCodes[denied], denied, reason, subprotocol };
      return settings.refuseUpgrade(c.req.raw, refusal);
    }
  });

  // The same as a WebSocket, for those whose network lets none through.
  app.post('/docs/:name/sync', async (c) => {
    const document = await access.documentForPage(c.req.raw, requireName(c.req.param('name')));
    return await sync(c.req.raw, document);
  });

  app.delete('/docs/:name/sync', async (c) => {
    const document = await access.documentForPage(c.req.raw, requireName(c.req.param('name')));
    await document.endSession(sessionOf(c.req.raw));
    return c.body(null, 204);
  });

  const frames = new EmbedOriginCache(openDocument, settings.cache);
  addDocumentRoutes(app, openDocument, access, { ...settings, frames });
  addEmbedOriginRoutes(app, access, { ...settings, frames });
  addFileRoutes(app, openDocument, access);

  addReadRoutes(app, access, {
    cache: settings.cache,
    publicUrl: settings.publicUrl,
    template: (name) => template(settings, name),
  });

  addEmbedRoutes(app, access, {
    ...settings,
    frames,
    template: (name) => template(settings, name),
  });

  function creationFor(request: Request): Creation {
    if (access.isOpenTo(request)) return 'open';
    return settings.creation === 'anyone' ? 'anyone' : 'none';
  }

  // Keeps the pages for opening without a network. A browser asks for it at this address only.
  app.get('/sw.js', async (c) => {
    const file = await settings.asset('/sw.js');
    if (!file.ok) throw notFound();
    c.set('caching', 'revalidate');
    return new Response(file.body, file);
  });

  // Files whose names mean something outside, like the icon.
  app.get('/:file{[a-z-]+\\.(?:svg|png|ico|txt|webmanifest)}', async (c) => {
    const file = await settings.asset(c.req.path);
    if (!file.ok) throw notFound();
    c.set('caching', 'hour');
    return new Response(file.body, file);
  });

  const tell = async (c: Context<CachingVariables>, problem: Problem): Promise<Response> => {
    // A page shown in a browser asks for HTML; programs do not.
    if (!c.req.header('accept')?.includes('text/html')) return problem.toResponse();
    const { title, message: text, status, headers } = problem;
    return page(messagePage(await template(settings, 'message'), { title, text }), status, headers);
  };

  app.onError((error, c) => tell(c, problemOf(error)));

  // Answers by itself: what is thrown here would pass by the middleware.
  app.notFound(async (c) => {
    const methods = methodsFor(app, c.req.path);
    if (methods.length === 0) return await tell(c, notFound());
    return await tell(c, methodNotAllowed(methods));
  });

  return app;
}

/** The methods that some route takes at this address. */
function methodsFor(app: Hono<CachingVariables>, path: string): string[] {
  const routesFor = (method: string) => app.router.match(method, path)[0].length;
  // What stands at every address and for every method is no route.
  const others = routesFor('NONE');
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => routesFor(method) > others)
    .flatMap((method) => method === 'GET' ? ['GET', 'HEAD'] : [method]);
}

function isDenialCode(code: string): code is DenialCode {
  return code in closeCodes;
}

function page(
  html: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(html, { status, headers: { ...headers, ...pageHeaders } });
}

async function template(settings: Settings, name: string): Promise<string> {
  const file = await settings.asset(`/pages/${name}.html`);
  if (!file.ok) {
    throw new Problem(
      500,
      'not-built',
      'Page missing',
      `Run "npm run build": ${name} is not built`,
    );
  }
  return await file.text();
}
