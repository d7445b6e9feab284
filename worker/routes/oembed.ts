import { isDocumentName } from '../../protocol/document-name.ts';
import { escapeHtml } from '../core/render/escape.ts';
import { parseUrl } from '../http/parse-url.ts';

/** Width and height of a frame where nobody wants another, in CSS pixels. */
const usual = { width: 720, height: 480 } as const;

/** What the address of a page of ours leads to. */
export interface SharedDocument {
  readonly name: string;
  /** The key or token in the address; null for none. */
  readonly credential: string | null;
}

/** The document whose page this is, by its whole address or its path; null for any other. */
export function documentAt(address: string, ownOrigins: readonly string[]): SharedDocument | null {
  const url = parseUrl(address.startsWith('/') ? `${ownOrigins[0]}${address}` : address);
  if (!url || !ownOrigins.includes(url.origin)) return null;
  const [, name = ''] = /^\/(?:d|v|embed)\/([^/]*)$/.exec(url.pathname) ?? [];
  if (!isDocumentName(name)) return null;
  return { name, credential: url.searchParams.get('key') ?? url.searchParams.get('token') };
}

/** Where the page at this address tells how to show it; what the page's `<link>` names. */
export function oembedAddress(origin: string, page: string): string {
  return `${origin}/oembed?url=${encodeURIComponent(page)}`;
}

export interface EmbedAnswer extends SharedDocument {
  readonly base: string;
  readonly title: string;
  readonly maxWidth: number | null;
  readonly maxHeight: number | null;
}

/** The answer as oembed.com has it, version 1.0, of the type `rich`: a frame for reading. */
export function oembedAnswer({ base, name, credential, title, maxWidth, maxHeight }: EmbedAnswer) {
  const width = Math.min(usual.width, maxWidth ?? Infinity);
  const height = Math.min(usual.height, maxHeight ?? Infinity);
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
