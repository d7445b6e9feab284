import { accessLimits } from '../../protocol/access-limits.ts';
import { isEmbedOrigin } from '../../protocol/text/embed-origin.ts';
import { serviceUrl } from '../access/origins.ts';
import type { App } from '../http/cache-control.ts';
import { badRequest } from '../http/problem.ts';
import { readFields } from '../http/request.ts';
import { isHttpOrigin } from '../http/url.ts';
import type { Dependencies } from './dependencies.ts';

/** The origins that may embed a document, in addition to those the service allows. */
export function addEmbedOriginRoutes(
  app: App,
  { access, settings, embedOrigins }: Dependencies,
): void {
  app.get('/docs/:name/frames', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    return c.json({ origins: await document.call({ type: 'list-embed-origins' }) });
  });

  app.put('/docs/:name/frames', async (c) => {
    const name = c.req.param('name');
    const document = await access.documentForAllowedOrigin(c.req.raw, name);
    const fields = await readFields(c.req.raw, {
      names: ['origins'],
      maxBytes: accessLimits.bodyBytes,
    });
    const origins = await document.call({ type: 'set-embed-origins', origins: originsIn(fields) });
    embedOrigins.set(serviceUrl(c, settings), name, origins);
    return c.json({ origins });
  });
}

/** The origins of the request, without duplicates. */
function originsIn(fields: ReadonlyMap<string, unknown>): string[] {
  const origins: unknown = fields.get('origins');
  if (!Array.isArray(origins) || origins.length > accessLimits.frameOrigins) {
    throw badRequest(`"origins" must be a list of at most ${accessLimits.frameOrigins} origins.`);
  }
  return [...new Set(origins.map(requireEmbedOrigin))];
}

/** Rejects `null` too, which is the origin of every sandboxed page. */
function requireEmbedOrigin(text: unknown): string {
  if (typeof text === 'string' && isEmbedOrigin(text) && isHttpOrigin(text)) return text;
  const shown = typeof text === 'string' ? `"${text.slice(0, 100)}"` : 'One of the entries';
  throw badRequest(`${shown} is not an origin. Write it as https://site.example:8443.`);
}
