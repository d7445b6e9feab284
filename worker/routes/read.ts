import type { Context, Hono } from 'hono';
import { waitHeader } from '../../protocol/headers.ts';
import type { Access } from '../access/access.ts';
import type { AuthorizedDocument } from '../access/authorized-document.ts';
import {
  CachedRenderings,
  type CacheScope,
  cacheScopeOfKey,
  publicScope,
} from '../cache/cached-renderings.ts';
import type { CachingVariables } from '../http/cache-control.ts';
import { anyTag, type Format } from '../core/render/reader.ts';
import type { EdgeCache } from '../cache/edge-cache.ts';
import { eventStream, waitForChange } from './events.ts';
import { exportHeaders, pageHeaders } from '../http/headers.ts';
import { oembedAddress } from './oembed.ts';
import { emptyViewerPage, viewerPage } from './page-templates.ts';
import { serviceUrl } from '../access/origins.ts';
import { badRequest, notFound } from '../http/problem.ts';
import { credentialFrom } from '../access/credential.ts';
import { type CachedResult, DirectRenderings, type Renderings } from '../cache/renderings.ts';
import { requireName } from '../http/require-name.ts';

/** What the reading routes need of the place they run in. */
export interface ReadSettings {
  /** In front of the documents. */
  readonly cache: EdgeCache;
  /** See `AccessSettings`. */
  readonly publicUrl: string | null;
  /** A page of web/pages with its placeholders. */
  template(name: string): Promise<string>;
}

const mediaTypes: Record<Exclude<Format, 'page'>, string> = {
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json',
};

/** Longest `?wait=`, in seconds: what stands between us and a client gives up after a minute. */
const longestWait = 50;

type ReadingContext = Context<CachingVariables>;

/**
 * The routes that only read: the document in a format, what has changed in it, and its page. Access
 * is decided before anything is looked up, so that an answer tells nothing to who may not have it;
 * then the cache is asked, and only then the document. None of them creates a document.
 */
export function addReadRoutes(
  app: Hono<CachingVariables>,
  access: Access,
  settings: ReadSettings,
): void {
  app.get('/v/:name', async (c) => {
    const name = requireName(c.req.param('name') ?? '');
    const look = await lookAtPage(c, access, settings, name);
    const template = await settings.template('viewer');
    const { origin, pathname } = new URL(c.req.url);
    const page = { name, address: origin + pathname, oembed: oembedAddress(origin, c.req.url) };
    // The page has no tag of its own: it changes with the document and with each deployment.
    return look.status === 'read'
      ? c.body(viewerPage(template, { ...page, ...look }), 200, pageHeaders)
      // Not an error to the one who looks: it appears here as soon as somebody writes.
      : c.body(emptyViewerPage(template, page), 404, pageHeaders);
  });

  const readingsOf = (c: ReadingContext, name: string, document: AuthorizedDocument) =>
    readingsFor(c, settings, name, document);

  app.get('/docs/:file', async (c) => {
    const { name, extension } = requireFile(c.req.param('file'));
    const document = await access.document(c.req.raw, name);
    if (extension === 'yjs') return await state(c, name, document);
    const [readings, known] = [readingsOf(c, name, document), knownTags(c)];
    const look = await waitForChange(
      () => readings.read(extension, known, wantsNewest(c)),
      waitOf(c),
    );
    return answer(c, look, (read) => {
      download(c, name, extension);
      return c.body(read.body, 200, {
        ...exportHeaders,
        'content-type': mediaTypes[extension],
        etag: `"${read.tag}"`,
      });
    });
  });

  // What the viewer page polls.
  app.get('/docs/:name/changes', async (c) => {
    const name = requireName(c.req.param('name'));
    const document = await access.document(c.req.raw, name);
    const since = sinceOf(c.req.query('since'));
    const readings = readingsOf(c, name, document);
    const look = await waitForChange(() => readings.changes(since), waitOf(c));
    return answer(c, look, (read) =>
      c.body(read.body, 200, {
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
        // Weak: the way there may be told in other words, it always leads to the same.
        etag: `W/"${read.tag}"`,
      }));
  });

  app.get('/docs/:name/events', async (c) => {
    const name = requireName(c.req.param('name'));
    const document = await access.document(c.req.raw, name);
    const since = sinceOf(c.req.header('last-event-id') || c.req.query('since'));
    const readings = readingsOf(c, name, document);
    const look = await readings.changes(since);
    if (look.status === 'missing') throw notFound();
    c.set('caching', 'never');
    const headers = { 'content-type': 'text/event-stream', 'x-content-type-options': 'nosniff' };
    // Nobody would ever read the stream of an answer that has no body.
    if (c.req.raw.method === 'HEAD') return c.body(null, 200, headers);
    return c.body(eventStream(look, since, (tag) => readings.changes(tag)), 200, headers);
  });
}

/** A document as it goes into a page, for the one who asks. Throws a Problem where they may not read it. */
export async function lookAtPage(
  c: ReadingContext,
  access: Access,
  settings: Pick<ReadSettings, 'cache' | 'publicUrl'>,
  name: string,
  credential = credentialFrom(c.req.raw),
): Promise<CachedResult> {
  const document = await access.document(c.req.raw, name, credential);
  return await readingsFor(c, settings, name, document).read('page', [], wantsNewest(c));
}

function readingsFor(
  c: ReadingContext,
  { cache, publicUrl }: Pick<ReadSettings, 'cache' | 'publicUrl'>,
  name: string,
  document: AuthorizedDocument,
): Renderings {
  const audience = audienceOf(document);
  if (audience === null) return new DirectRenderings(document);
  c.set('caching', 'revalidate');
  const place = `${serviceUrl(c, { publicUrl })}/~readings`;
  return new CachedRenderings(cache, document, audience, { place, name });
}

/**
 * Whom the answer to this request may be shared with; null for nobody. Those who came by one key get
 * the same, and the name of their audience is the key's hash, which only they can make.
 */
function audienceOf({ principal }: AuthorizedDocument): CacheScope | null {
  switch (principal.kind) {
    case 'open':
      return publicScope;
    case 'key':
      return cacheScopeOfKey(principal.hash);
    case 'token':
      return null;
  }
}

/** All that was ever written, also what was deleted since: for those who could have seen it anyway. */
async function state(
  c: ReadingContext,
  name: string,
  document: AuthorizedDocument,
): Promise<Response> {
  const state = await document.state(knownTags(c));
  return answer(c, { ...state, wait: 0, isHit: false }, ({ update, tag }) => {
    download(c, name, 'yjs');
    return c.body(update as Uint8Array<ArrayBuffer>, 200, {
      ...exportHeaders,
      'content-type': 'application/octet-stream',
      etag: `"${tag}"`,
    });
  });
}

type Answerable = Exclude<CachedResult, { status: 'read' }> | {
  readonly status: 'read';
  readonly tag: string;
  readonly wait: number;
  readonly isHit: boolean;
};

function answer<T extends Answerable>(
  c: ReadingContext,
  look: T,
  whenRead: (read: T & { status: 'read' }) => Response,
): Response {
  if (look.status === 'missing') throw notFound();
  if (look.wait > 0) c.header(waitHeader, String(look.wait));
  // RFC 9211: whether the document was asked.
  c.header('cache-status', look.isHit ? 'edgepad; hit' : 'edgepad; fwd=miss');
  if (look.status === 'read') return whenRead(look as T & { status: 'read' });
  return c.body(null, 304, { etag: `"${look.tag}"` });
}

function download(c: ReadingContext, name: string, extension: string): void {
  if (c.req.query('download') === undefined) return;
  // A name has no character that would have to be escaped.
  c.header('content-disposition', `attachment; filename="${name}.${extension}"`);
}

function requireFile(
  file: string,
): { readonly name: string; readonly extension: Exclude<Format, 'page'> | 'yjs' } {
  const match = /^([^.]*)\.(html|md|txt|json|yjs)$/.exec(file);
  const [, name = '', extension] = match ?? [];
  return { name: requireName(name), extension: extension as Exclude<Format, 'page'> | 'yjs' };
}

/**
 * The tags of `If-None-Match`, without their quotes; weak ones count, and `*` is any, as RFC 9110
 * 13.1.2 has it.
 */
function knownTags(c: ReadingContext): string[] {
  const header = c.req.header('if-none-match') ?? '';
  if (header.trim() === '*') return [anyTag];
  return [...header.matchAll(/(?:W\/)?"([^"]*)"/g)].map(([, tag = '']) => tag);
}

/** Whether the reader has pressed "reload", or is a program that says so. */
function wantsNewest(c: ReadingContext): boolean {
  return /\b(no-cache|max-age=0)\b/.test(c.req.header('cache-control') ?? '');
}

/** A version as it stands in a tag; null for none. */
function sinceOf(since: string | undefined): string | null {
  if (!since) return null;
  if (/^\d{1,15}\.[\w-]{1,64}$/.test(since)) return since;
  throw badRequest('"since" is a version as an earlier answer named it, such as 41.9f3c');
}

/** How long to hold the question open, in milliseconds. */
function waitOf(c: ReadingContext): number {
  const wait = c.req.query('wait');
  if (wait === undefined) return 0;
  if (/^\d{1,4}$/.test(wait)) return Math.min(Number(wait), longestWait) * 1_000;
  throw badRequest(`"wait" is a number of seconds, at most ${longestWait}`);
}
