import type { CreationMode } from '../../protocol/roles.ts';
import { pageHeaders, withLength } from '../http/headers.ts';
import type { App, AppContext } from '../http/cache-control.ts';
import { notFound } from '../http/problem.ts';
import { requireName } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';
import { oembedUrl } from './oembed.ts';
import { documentPage, emptyViewerPage, homePage, viewerPage } from './page-templates.ts';
import { renderPage } from './rendering.ts';

/** The pages of the service and the static files at fixed paths. */
export function addPageRoutes(app: App, dependencies: Dependencies): void {
  const { access, settings, template } = dependencies;

  app.get('/', async (c) => {
    access.requireConfigured(c.req.raw);
    c.set('caching', 'revalidate');
    return c.body(homePage(await template('home'), creationFor(c)), 200, pageHeaders);
  });

  // The editor page holds no content: its script connects with the key in the URL's fragment.
  app.get('/d/:name', async (c) => {
    const name = requireName(c.req.param('name'));
    access.requireConfigured(c.req.raw);
    c.set('caching', 'revalidate');
    // Without the query, which may hold a credential: the service worker caches this page for all
    // documents.
    const { origin, pathname } = new URL(c.req.url);
    const oembed = oembedUrl(origin, origin + pathname);
    const page = { name, creation: creationFor(c), oembed };
    return c.body(documentPage(await template('document'), page), 200, pageHeaders);
  });

  app.get('/v/:name', async (c) => {
    const name = requireName(c.req.param('name'));
    const result = await renderPage(c, dependencies, name);
    const html = await template('viewer');
    const { origin, pathname } = new URL(c.req.url);
    const page = { name, address: origin + pathname, oembed: oembedUrl(origin, c.req.url) };
    // Without an ETag: the page changes with the document and with each deployment.
    if (result.status !== 'read') return c.body(emptyViewerPage(html, page), 404, pageHeaders);
    const [bytes, headers] = withLength(viewerPage(html, { ...page, ...result }), pageHeaders);
    return c.body(bytes, 200, headers);
  });

  // The service worker, whose scope is the path it is served from.
  app.get('/sw.js', (c) => sendAsset(c, 'revalidate'));

  // Browsers ask for it where a page names no icon, such as for a document as a file.
  app.get('/favicon.ico', (c) => c.redirect('/favicon.svg', 301));

  app.get('/:file{[a-z-]+\\.(?:svg|png|ico|txt|webmanifest)}', (c) => sendAsset(c, 'hour'));

  async function sendAsset(c: AppContext, caching: 'revalidate' | 'hour'): Promise<Response> {
    const file = await settings.asset(c.req.path);
    if (!file.ok) throw notFound();
    c.set('caching', caching);
    return new Response(file.body, file);
  }

  function creationFor(c: AppContext): CreationMode {
    if (access.isOpenTo(c.req.raw)) return 'open';
    return settings.creation === 'anyone' ? 'anyone' : 'none';
  }
}
