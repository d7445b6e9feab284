import { type Context, Hono } from 'hono';
import { isDocumentName } from '../protocol/document-name.ts';
import { edgepadProtocol } from '../protocol/messages.ts';
import { type AccessSettings, admit, isOwnOrigin, roleOf } from './access.ts';
import type { Role } from '../protocol/messages.ts';
import { anyTag, type Format, type Reading } from './core/reader.ts';
import type { OpenDocument } from './document.ts';
import { exportPolicy, pageHeaders } from './headers.ts';
import { documentPage, messagePage, viewerPage } from './pages.ts';
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

/** What the service needs of the place it runs in, beside its documents. */
export interface Settings extends AccessSettings {
  /** A built file of web/; its path begins with a slash. */
  asset(path: string): Promise<Response>;
}

const mediaTypes: Record<Format, string> = {
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json',
  blocks: 'application/json',
};

/** Of all routes there are. */
const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Every HTTP route of the service.
 *
 * `/docs/:name` is the document: a WebSocket upgrade edits it, a format reads it. `/d/:name` is its
 * editor, `/v/:name` its read-only page.
 */
export function createApp(openDocument: OpenDocument, settings: Settings): Hono {
  const app = new Hono();

  app.get('/', async (c) => {
    requireRole(c.req.raw, settings);
    return page(await template(settings, 'home'));
  });

  app.get('/d/:name', async (c) => {
    const name = requireName(c.req.param('name'));
    requireRole(c.req.raw, settings);
    return page(documentPage(await template(settings, 'document'), name));
  });

  app.get('/v/:name', async (c) => {
    const name = requireName(c.req.param('name'));
    requireRole(c.req.raw, settings);
    // The page has no tag of its own: it changes with the document and with each deployment.
    return await answer(await openDocument(name).read('blocks', []), async (read) => {
      return page(viewerPage(await template(settings, 'viewer'), { name, ...read }));
    });
  });

  app.get('/docs/:file', async (c) => {
    if (c.req.header('upgrade')?.toLowerCase() === 'websocket') {
      const name = requireName(c.req.param('file'));
      return await openDocument(name).fetch(admitted(c.req.raw, settings));
    }
    const [, file = '', extension = ''] = /^([^.]*)\.(html|md|txt|json)$/
      .exec(c.req.param('file')) ?? [];
    const name = requireName(file);
    const format = extension as Format;
    requireRole(c.req.raw, settings);
    const reading = await openDocument(name).read(format, knownTags(c));
    return await answer(reading, (read) => rendering(format, read));
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
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
  });

  // What the viewer page polls.
  app.get('/docs/:name/content', async (c) => {
    const name = requireName(c.req.param('name'));
    requireRole(c.req.raw, settings);
    const reading = await openDocument(name).read('blocks', knownTags(c));
    return await answer(reading, (read) => rendering('blocks', read));
  });

  // Files whose names mean something outside, like the icon.
  app.get('/:file{[a-z-]+\\.(?:svg|png|ico|txt|webmanifest)}', async (c) => {
    const file = await settings.asset(c.req.path);
    if (!file.ok) throw notFound();
    const headers = new Headers(file.headers);
    headers.set('cache-control', 'public, max-age=3600');
    return new Response(file.body, { headers });
  });

  app.notFound((c) => {
    throw knownMethods.has(c.req.method) ? notFound() : methodNotAllowed();
  });

  app.onError(async (error, c) => {
    const problem = problemOf(error);
    // A page shown in a browser asks for HTML; programs do not.
    if (!c.req.header('accept')?.includes('text/html')) return problem.toResponse();
    const { title, message: text, status } = problem;
    return page(messagePage(await template(settings, 'message'), { title, text }), status);
  });

  return app;
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

/**
 * The tags of `If-None-Match`, without their quotes; weak ones count, and `*` is any, as RFC 9110
 * 13.1.2 has it.
 */
function knownTags(c: Context): string[] {
  const header = c.req.header('if-none-match') ?? '';
  if (header.trim() === '*') return [anyTag];
  return [...header.matchAll(/(?:W\/)?"([^"]*)"/g)].map(([, tag = '']) => tag);
}

async function answer(
  reading: Reading,
  whenRead: (read: Reading & { status: 'read' }) => Response | Promise<Response>,
): Promise<Response> {
  switch (reading.status) {
    case 'missing':
      throw notFound();
    case 'unchanged': {
      const headers = { etag: `"${reading.tag}"`, 'cache-control': 'private, no-cache' };
      return new Response(null, { status: 304, headers });
    }
    case 'read':
      return await whenRead(reading);
  }
}

function rendering(format: Format, { body, tag }: Reading & { status: 'read' }): Response {
  return new Response(body, {
    headers: {
      'content-type': mediaTypes[format],
      'content-security-policy': exportPolicy,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      etag: `"${tag}"`,
    },
  });
}

function page(html: string, status = 200): Response {
  return new Response(html, { status, headers: pageHeaders });
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
