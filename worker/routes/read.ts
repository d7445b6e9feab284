import type { AuthorizedDocument } from '../access/authorized-document.ts';
import { requireAvailable } from '../cache/renderings.ts';
import { anyTag, type ReaderFormat } from '../core/render/reader.ts';
import type { App, AppContext } from '../http/cache-control.ts';
import { exportHeaders, withLength } from '../http/headers.ts';
import { badRequest, Problem } from '../http/problem.ts';
import { binaryType, requireName } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';
import {
  type ReadResult,
  renderingsFor,
  respond,
  waitForChange,
  waitOf,
  wantsFresh,
} from './rendering.ts';

export const mediaTypes = {
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json',
} as const satisfies Partial<Record<ReaderFormat, string>>;

/**
 * `GET /docs/NAME.FORMAT`: a document in a format, or its Yjs state as `.yjs`. With `?roots=all`, `.json`
 * is everything in the document, for clients that may edit.
 */
export function addReadRoute(app: App, { access, settings }: Dependencies): void {
  app.get('/docs/:file', async (c) => {
    const { name, extension } = parseFile(c.req.param('file'));
    const document = await access.document(c.req.raw, name);
    const tags = knownTags(c);
    if (extension === 'yjs') return await readState(c, { name, document }, tags);
    if (wantsRoots(c, extension)) return await readRoots(c, { name, document }, tags);
    const renderings = renderingsFor(c, settings, { name, document });
    const result = await waitForChange(
      () => renderings.read(extension, tags, { fresh: wantsFresh(c) }),
      waitOf(c),
    );
    return respond(c, result, ({ body, tag }) => {
      setDownloadName(c, `${name}.${extension}`);
      return file(c, body, { 'content-type': mediaTypes[extension], etag: `"${tag}"` });
    });
  });
}

interface Requested {
  readonly name: string;
  readonly document: AuthorizedDocument;
}

function wantsRoots(c: AppContext, extension: string): boolean {
  const roots = c.req.query('roots');
  if (roots === undefined) return false;
  if (extension === 'json' && roots === 'all') return true;
  throw badRequest('"roots" can only be "all", and only for ".json".');
}

/** Not cached: the cache serves what readers may see. */
async function readRoots(
  c: AppContext,
  { name, document }: Requested,
  knownTags: readonly string[],
): Promise<Response> {
  const roots = requireAvailable(await document.call({ type: 'read-roots', knownTags }));
  const result = { ...roots, wait: 0, isHit: false };
  return respond<ReadResult & { readonly body: string }>(c, result, ({ body, tag }) => {
    setDownloadName(c, `${name}.json`);
    return file(c, body, { 'content-type': mediaTypes.json, etag: `"${tag}"` });
  });
}

function file(
  c: AppContext,
  body: string | Uint8Array,
  own: { readonly 'content-type': string; readonly etag: string },
): Response {
  const [bytes, headers] = withLength(body, own);
  return c.body(bytes, 200, { ...exportHeaders, ...headers });
}

async function readState(
  c: AppContext,
  { name, document }: Requested,
  knownTags: readonly string[],
): Promise<Response> {
  const state = await document.call({ type: 'state', knownTags });
  const result = { ...state, wait: 0, isHit: false };
  return respond<ReadResult & { readonly update: Uint8Array }>(c, result, ({ update, tag }) => {
    setDownloadName(c, `${name}.yjs`);
    return file(c, update, { 'content-type': binaryType, etag: `"${tag}"` });
  });
}

/** Throws a Problem for a path that names no format. It is the same for documents that do not exist. */
function parseFile(file: string) {
  const [, name = '', extension] = /^([^.]*)(?:\.([^.]*))?$/.exec(file) ?? [];
  requireName(name);
  if (extension === undefined) throw upgradeRequired(name);
  if (extension !== 'yjs' && !(extension in mediaTypes)) throw unknownFormat(extension);
  return { name, extension: extension as keyof typeof mediaTypes | 'yjs' };
}

const formats = '.html, .md, .txt, .json or .yjs';

function upgradeRequired(name: string): Problem {
  const detail =
    `This address is for a WebSocket that edits the document. To read it, add ${formats}; ` +
    `to edit it in a browser, open /d/${name}.`;
  return new Problem(426, 'upgrade-required', 'WebSocket required', detail, {
    upgrade: 'websocket',
  });
}

function unknownFormat(extension: string): Problem {
  const lower = extension.toLowerCase();
  const isKnown = lower === 'yjs' || lower in mediaTypes;
  const detail = isKnown
    ? `The ending is in lower case: .${lower}.`
    : `A document can be read with the ending ${formats}.`;
  return new Problem(404, 'unknown-format', 'Unknown format', detail);
}

/** Makes the browser save the response, with `?download`. Names need no escaping. */
export function setDownloadName(c: AppContext, fileName: string): void {
  if (c.req.query('download') === undefined) return;
  c.header('content-disposition', `attachment; filename="${fileName}"`);
}

/** The tags of `If-None-Match`, compared weakly (RFC 9110 section 13.1.2). */
function knownTags(c: AppContext): string[] {
  const header = c.req.header('if-none-match') ?? '';
  if (header.trim() === '*') return [anyTag];
  return [...header.matchAll(/(?:W\/)?"([^"]*)"/g)].map(([, tag = '']) => tag);
}
