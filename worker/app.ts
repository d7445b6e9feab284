import { type Context, Hono } from 'hono';
import { isDocumentName } from '../protocol/document-name.ts';
import { edgepadProtocol, type Role } from '../protocol/messages.ts';
import { type AccessSettings, admit, isOwnOrigin, roleOf } from './access.ts';
import { type CachingVariables, setCacheControl } from './caching.ts';
import type { OpenDocument } from './document.ts';
import type { EdgeCache } from './edge-cache.ts';
import { pageHeaders } from './headers.ts';
import { documentPage, messagePage } from './pages.ts';
import { sessionOf, sync } from './sync.ts';
import {
  closed,
  forbidden,
  foreignOrigin,
  methodNotAllowed,
  notFound,
  Problem,
  problemOf,
} from './problem.ts';
import { addReadingRoutes } from './reading.ts';

/** What the service needs of the place it runs in, beside its documents. */
export interface Settings extends AccessSettings {
  /** A built file of web/; its path begins with a slash. */
  asset(path: string): Promise<Response>;
  /** Stands in front of the documents for those who read them. */
  readonly cache: EdgeCache;
}

/**
 * Every HTTP route of the service.
 *
 * `/docs/:name` is the document: a WebSocket upgrade edits it, a format reads it. `/d/:name` is its
 * editor, `/v/:name` its read-only page.
 */
export function createApp(
  openDocument: OpenDocument,
  settings: Settings,
): Hono<CachingVariables> {
  const app = new Hono<CachingVariables>();
  app.use(setCacheControl);

  app.get('/', async (c) => {
    requireRole(c.req.raw, settings);
    c.set('caching', 'revalidate');
    return page(await template(settings, 'home'));
  });

  app.get('/d/:name', async (c) => {
    const name = requireName(c.req.param('name'));
    requireRole(c.req.raw, settings);
    c.set('caching', 'revalidate');
    return page(documentPage(await template(settings, 'document'), name));
  });

  app.get('/docs/:name', async (c, next) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') return await next();
    const name = requireName(c.req.param('name'));
    return await openDocument(name).fetch(admitted(c.req.raw, settings));
  });

  // The same as a WebSocket, for those whose network lets none through.
  app.post('/docs/:name/sync', async (c) => {
    const name = requireName(c.req.param('name'));
    const role = requireEditor(c.req.raw, settings);
    return await sync(c.req.raw, (session, frame) => {
      return openDocument(name).exchange(session, role, frame);
    });
  });

  app.delete('/docs/:name/sync', async (c) => {
    const name = requireName(c.req.param('name'));
    requireEditor(c.req.raw, settings);
    await openDocument(name).endSession(sessionOf(c.req.raw));
    return c.body(null, 204);
  });

  addReadingRoutes(app, openDocument, {
    open: settings.open,
    cache: settings.cache,
    template: (name) => template(settings, name),
  });

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

function requireName(name: string): string {
  if (!isDocumentName(name)) throw notFound();
  return name;
}

function requireRole(request: Request, settings: Settings): Role {
  const role = roleOf(request, settings);
  if (role === null) throw closed();
  return role;
}

/** Decides before the document is touched: a request without access wakes nothing. */
function requireEditor(request: Request, settings: Settings): Role {
  if (!isOwnOrigin(request)) throw foreignOrigin();
  const role = requireRole(request, settings);
  if (role === 'view') throw forbidden(role);
  return role;
}

function admitted(upgrade: Request, settings: Settings): Request {
  const role = requireEditor(upgrade, settings);
  const offered = upgrade.headers.get('sec-websocket-protocol')?.split(',') ?? [];
  const speaksEdgepad = offered.some((entry) => entry.trim() === edgepadProtocol);
  return admit(upgrade, role, speaksEdgepad ? edgepadProtocol : null);
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
