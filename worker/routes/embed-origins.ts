import type { Context, Hono } from 'hono';
import { accessLimits } from '../../protocol/access-limits.ts';
import { isEmbedOrigin } from '../../protocol/embed-origin.ts';
import type { Access } from '../access/access.ts';
import { fieldsOf } from '../http/body.ts';
import type { CachingVariables } from '../http/cache-control.ts';
import type { EmbedOriginCache } from '../cache/embed-origins.ts';
import { serviceUrl } from '../access/origins.ts';
import { parseUrl } from '../http/parse-url.ts';
import { badRequest } from '../http/problem.ts';
import { requireName } from '../http/require-name.ts';
import type { AccessSettings } from '../access/settings.ts';

/** The routes by which owners say which sites may show a document in a frame, beside those of the service. */
export function addEmbedOriginRoutes(
  app: Hono<CachingVariables>,
  access: Access,
  settings: AccessSettings & { readonly frames: EmbedOriginCache },
): void {
  const documentOf = (c: Context<CachingVariables>) =>
    access.documentForPage(c.req.raw, requireName(c.req.param('name') ?? ''));

  app.get('/docs/:name/frames', async (c) => {
    const document = await documentOf(c);
    return c.json({ origins: await document.frames() });
  });

  app.put('/docs/:name/frames', async (c) => {
    const document = await documentOf(c);
    const given = await fieldsOf(c.req.raw, accessLimits.bodyBytes);
    const origins = await document.setFrames(originsIn(given));
    settings.frames.keep(serviceUrl(c, settings), c.req.param('name'), origins);
    return c.json({ origins });
  });
}

/** Each once. */
function originsIn(given: ReadonlyMap<string, unknown>): string[] {
  const origins: unknown = given.get('origins');
  if (!Array.isArray(origins) || origins.length > accessLimits.frameOrigins) {
    throw badRequest(`"origins" is a list of at most ${accessLimits.frameOrigins} sites`);
  }
  return [...new Set(origins.map(originIn))];
}

/** Not `null`, either: that would be everybody who hides where they are. */
function originIn(text: unknown): string {
  if (typeof text === 'string' && isEmbedOrigin(text) && parseUrl(text)?.origin === text) {
    return text;
  }
  const shown = typeof text === 'string' ? `"${text.slice(0, 100)}"` : 'What stands there';
  throw badRequest(`${shown} is no site: write it as in https://site.example:8443`);
}
