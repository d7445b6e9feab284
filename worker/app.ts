import { Hono } from 'hono';
import { AbuseLimits } from './access/abuse-limits.ts';
import { Access } from './access/access.ts';
import { corsForListedOrigins } from './access/origins.ts';
import { EmbedOriginCache } from './cache/embed-origins.ts';
import type { OpenDocument } from './document.ts';
import { type App, type AppContext, setCacheControl } from './http/cache-control.ts';
import { discardUnreadBody } from './http/discard-body.ts';
import { pageHeaders, setSafetyHeaders } from './http/headers.ts';
import { methodNotAllowed, notFound, Problem, problemOf } from './http/problem.ts';
import { openResilient } from './resilient-documents.ts';
import { addChangeRoutes } from './routes/changes.ts';
import type { AppSettings, Dependencies } from './routes/dependencies.ts';
import { addDocumentRoutes } from './routes/documents.ts';
import { addEmbedOriginRoutes } from './routes/embed-origins.ts';
import { addEmbedRoutes } from './routes/embed.ts';
import { addFileRoutes } from './routes/files.ts';
import { addHealthRoute } from './routes/health.ts';
import { addKeyRoutes } from './routes/keys.ts';
import { addRevocationRoutes } from './routes/revocations.ts';
import { addOembedRoute } from './routes/oembed.ts';
import { messagePage } from './routes/page-templates.ts';
import { addPageRoutes } from './routes/pages.ts';
import { addReadRoute } from './routes/read.ts';
import { addSyncRoutes } from './routes/sync.ts';
import { addVersionRoutes } from './routes/versions.ts';

/**
 * Mounts every route of the service.
 *
 * `/docs/:name` is a document, for editing by WebSocket and for reading in several formats.
 * `/d/:name` is its editor page, `/v/:name` its viewer page, and `/embed/:name` its page for iframes.
 */
export function createApp(open: OpenDocument, settings: AppSettings): App {
  const app: App = new Hono();
  const openDocument = openResilient(open);
  const dependencies: Dependencies = {
    openDocument,
    settings,
    access: new Access({
      openDocument,
      settings,
      abuse: new AbuseLimits(settings.limiter),
      addressOf: (request) => settings.addressOf(request),
    }),
    embedOrigins: new EmbedOriginCache(openDocument, settings.cache),
    template: (name) => readTemplate(settings, name),
  };
  app.use(setCacheControl, setSafetyHeaders, discardUnreadBody);
  for (const path of ['/docs/*', '/oembed']) app.use(path, corsForListedOrigins(settings));

  addHealthRoute(app, dependencies);
  addPageRoutes(app, dependencies);
  // Before the read route, whose path also matches: it passes on what is not an upgrade.
  addSyncRoutes(app, dependencies);
  addDocumentRoutes(app, dependencies);
  addKeyRoutes(app, dependencies);
  addRevocationRoutes(app, dependencies);
  addEmbedOriginRoutes(app, dependencies);
  addFileRoutes(app, dependencies);
  addVersionRoutes(app, dependencies);
  addReadRoute(app, dependencies);
  addChangeRoutes(app, dependencies);
  addEmbedRoutes(app, dependencies);
  addOembedRoute(app, dependencies);

  app.onError((error, c) => sendProblem(c, dependencies, problemOf(error)));
  // Sends the problem itself: an error thrown here would bypass the middleware.
  app.notFound(async (c) => {
    const methods = methodsFor(app, c.req.path);
    const problem = methods.length === 0 ? unknownPath(c.req.path) : methodNotAllowed(methods);
    return await sendProblem(c, dependencies, problem);
  });
  return app;
}

/** Sends a page to browsers, which accept HTML, and problem+json to programs. */
async function sendProblem(
  c: AppContext,
  { template }: Dependencies,
  problem: Problem,
): Promise<Response> {
  if (!c.req.header('accept')?.includes('text/html')) return problem.toResponse();
  const { title, message: text, status, headers } = problem;
  const html = messagePage(await template('message'), { title, text });
  return new Response(html, { status, headers: { ...headers, ...pageHeaders } });
}

function unknownPath(path: string): Problem {
  if (!path.endsWith('/')) return notFound();
  const detail = 'No address of this service ends with a slash. Remove it.';
  return new Problem(404, 'not-found', 'Not found', detail);
}

/** The methods of the routes at this path. */
function methodsFor(app: App, path: string): string[] {
  const countRoutes = (method: string) => app.router.match(method, path)[0].length;
  // Middleware matches any method. No route has this one, so this counts the middleware alone.
  const middleware = countRoutes('NONE');
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
    .filter((method) => countRoutes(method) > middleware)
    .flatMap((method) => method === 'GET' ? ['GET', 'HEAD'] : [method]);
}

async function readTemplate(settings: AppSettings, name: string): Promise<string> {
  const file = await settings.asset(`/pages/${name}.html`);
  if (file.ok) return await file.text();
  const detail = `The page "${name}" is not built. Run "npm run build".`;
  throw new Problem(500, 'not-built', 'Page not built', detail);
}
