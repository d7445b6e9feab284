import { credentialFrom } from '../access/credential.ts';
import { isKey } from '../access/keys.ts';
import { serviceUrl } from '../access/origins.ts';
import type { App, AppContext } from '../http/cache-control.ts';
import { embedHeaders, withLength } from '../http/headers.ts';
import { notFound, Problem } from '../http/problem.ts';
import { requireName } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';
import { embedPage, embedViewPage } from './page-templates.ts';
import { renderPage } from './rendering.ts';

/** The page for iframes of other sites, and the script that creates such iframes. */
export function addEmbedRoutes(app: App, dependencies: Dependencies): void {
  const { access, settings, embedOrigins, template } = dependencies;

  app.get('/embed/:name', async (c) => {
    const name = requireName(c.req.param('name'));
    access.requireConfigured(c.req.raw);
    c.set('caching', 'revalidate');
    const isView = c.req.query('mode') === 'view';
    const [origins, view] = await Promise.all([
      allowedOrigins(c, name),
      isView ? renderView(c, name) : null,
    ]);
    const page = { name, theme: themeOf(c), origins };
    const [html, status] = view
      ? [embedViewPage(await template('embed-view'), page, view.result), view.status]
      : [embedPage(await template('embed'), page), 200 as const];
    const [bytes, headers] = withLength(html, embedHeaders(origins));
    return c.body(bytes, status, headers);
  });

  app.get('/embed.js', async (c) => {
    const file = await settings.asset('/embed.js');
    if (!file.ok) throw notFound();
    c.set('caching', 'hour');
    const response = new Response(file.body, file);
    // For pages with COEP, which load only what allows it.
    response.headers.set('cross-origin-resource-policy', 'cross-origin');
    response.headers.set('access-control-allow-origin', '*');
    return response;
  });

  /** The origins that may embed this document: the service's and the document's own. */
  async function allowedOrigins(c: AppContext, name: string): Promise<ReadonlySet<string>> {
    const own = await embedOrigins.get(
      serviceUrl(c, settings),
      name,
      () => access.mayCallWithoutCredential(c.req.raw),
    );
    return new Set([...settings.origins, ...own]);
  }

  /**
   * Renders the document if the URL alone gives access. Otherwise a browser gets the page without
   * content: its script requests the content, since it knows the embedding site, which a token may
   * be bound to, and can get another credential from it. Programs get the error.
   */
  async function renderView(c: AppContext, name: string) {
    const credential = credentialFrom(c.req.raw);
    const isBrowser = c.req.header('accept')?.includes('text/html') ?? false;
    const needsScript = credential === null ? !access.isOpenTo(c.req.raw) : !isKey(credential);
    if (isBrowser && needsScript) return { status: 200, result: null } as const;
    try {
      const result = await renderPage(c, dependencies, name);
      if (result.status === 'read') return { status: 200, result } as const;
      return { status: 404, result: null } as const;
    } catch (error) {
      const isDenied = error instanceof Problem && [401, 403, 404].includes(error.status);
      if (!isBrowser || !isDenied) throw error;
      return { status: error.status as 401 | 403 | 404, result: null };
    }
  }
}

function themeOf(c: AppContext): 'auto' | 'light' | 'dark' {
  const theme = c.req.query('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}
