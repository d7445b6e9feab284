import { isDocumentName } from '../../protocol/document-name.ts';
import { credentialFrom, credentialInUrl } from '../access/credential.ts';
import { serviceUrl } from '../access/origins.ts';
import { escapeHtml } from '../core/render/html.ts';
import type { PageContent } from '../core/render/formats.ts';
import type { App } from '../http/cache-control.ts';
import { badRequest, notFound, Problem } from '../http/problem.ts';
import { parseUrl } from '../http/url.ts';
import type { Dependencies } from './dependencies.ts';
import { renderPage } from './rendering.ts';

/** The size of an iframe unless the request asks for a smaller one, in CSS pixels. */
const defaultSize = { width: 720, height: 480 } as const;

/** `GET /oembed`: how to embed the document at a URL (oembed.com). */
export function addOembedRoute(app: App, dependencies: Dependencies): void {
  app.get('/oembed', async (c) => {
    const { url, format = 'json', maxwidth, maxheight } = c.req.query();
    if (url === undefined) throw badRequest('"url" must be the address of a document.');
    if (format !== 'json') {
      throw new Problem(501, 'json-only', 'Not implemented', 'The only format is JSON.');
    }
    const base = serviceUrl(c, dependencies.settings);
    const link = parseDocumentUrl(url, [base, new URL(c.req.url).origin]);
    if (!link) throw notFound();
    const credential = link.credential ?? credentialFrom(c.req.raw);
    const result = await renderPage(c, dependencies, link.name, credential);
    if (result.status !== 'read') throw notFound();
    const { title }: PageContent = JSON.parse(result.body);
    return c.json(oembedResponse({
      ...link,
      base,
      title,
      maxWidth: parsePixels(maxwidth, 'maxwidth'),
      maxHeight: parsePixels(maxheight, 'maxheight'),
    }));
  });
}

/** What the URL of a document's page contains. */
interface DocumentLink {
  readonly name: string;
  /** The key or token; null for none. */
  readonly credential: string | null;
}

/** Parses the URL or path of a document's page; null for any other. */
export function parseDocumentUrl(
  address: string,
  ownOrigins: readonly string[],
): DocumentLink | null {
  const url = parseUrl(address.startsWith('/') ? `${ownOrigins[0]}${address}` : address);
  if (!url || !ownOrigins.includes(url.origin)) return null;
  const [, name = ''] = /^\/(?:d|v|embed)\/([^/]*)$/.exec(url.pathname) ?? [];
  if (!isDocumentName(name)) return null;
  return { name, credential: credentialInUrl(url) };
}

/** The oEmbed URL for a page, which the page's `<link>` names. */
export function oembedUrl(origin: string, page: string): string {
  return `${origin}/oembed?url=${encodeURIComponent(page)}`;
}

interface OembedOptions extends DocumentLink {
  readonly base: string;
  readonly title: string;
  readonly maxWidth: number | null;
  readonly maxHeight: number | null;
}

/** The oEmbed 1.0 response of type `rich`: an iframe with the read-only page. */
export function oembedResponse(
  { base, name, credential, title, maxWidth, maxHeight }: OembedOptions,
) {
  const width = Math.min(defaultSize.width, maxWidth ?? Infinity);
  const height = Math.min(defaultSize.height, maxHeight ?? Infinity);
  const key = credential === null ? '' : `&key=${encodeURIComponent(credential)}`;
  const source = `${base}/embed/${encodeURIComponent(name)}?mode=view${key}`;
  return {
    version: '1.0',
    type: 'rich',
    provider_name: 'Edgepad',
    provider_url: `${base}/`,
    title,
    html: `<iframe src="${escapeHtml(source)}" title="${escapeHtml(title)}" ` +
      `width="${width}" height="${height}" loading="lazy" style="border:0" ` +
      'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox">' +
      '</iframe>',
    width,
    height,
    cache_age: 300,
  };
}

function parsePixels(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw badRequest(`"${name}" must be a number of pixels.`);
}
