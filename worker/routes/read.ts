import type { AuthorizedDocument } from '../access/authorized-document.ts';
import { anyTag, type Format } from '../core/render/reader.ts';
import type { App, AppContext } from '../http/cache-control.ts';
import { exportHeaders, withLength } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
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

const mediaTypes = {
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json',
} as const satisfies Partial<Record<Format, string>>;

/** `GET /docs/NAME.FORMAT`: a document in a format, or its Yjs state as `.yjs`. */
export function addReadRoute(app: App, { access, settings }: Dependencies): void {
  app.get('/docs/:file', async (c) => {
    const { name, extension } = parseFile(c.req.param('file'));
    const document = await access.document(c.req.raw, name);
    const tags = knownTags(c);
    if (extension === 'yjs') return await readState(c, { name, document }, tags);
    const renderings = renderingsFor(c, settings, { name, document });
    const result = await waitForChange(
      () => renderings.read(extension, tags, { fresh: wantsFresh(c) }),
      waitOf(c),
    );
    return respond(c, result, ({ body, tag }) => {
      setDownloadName(c, `${name}.${extension}`);
      const type = mediaTypes[extension];
      const [bytes, headers] = withLength(body, { 'content-type': type, etag: `"${tag}"` });
      return c.body(bytes, 200, { ...exportHeaders, ...headers });
    });
  });
}

async function readState(
  c: AppContext,
  { name, document }: { readonly name: string; readonly document: AuthorizedDocument },
  knownTags: readonly string[],
): Promise<Response> {
  const state = await document.call({ type: 'state', knownTags });
  const result = { ...state, wait: 0, isHit: false };
  return respond<ReadResult & { readonly update: Uint8Array }>(c, result, ({ update, tag }) => {
    setDownloadName(c, `${name}.yjs`);
    const own = { 'content-type': binaryType, etag: `"${tag}"` };
    const [bytes, headers] = withLength(update, own);
    return c.body(bytes, 200, { ...exportHeaders, ...headers });
  });
}

/** Throws a Problem for a path that names no format. It is the same for documents that do not exist. */
function parseFile(file: string) {
  const [, name = '', extension] = /^([^.]*)(?:\.([^.]*))?$/.exec(file) ?? [];
  requireName(name);
  if (extension === undefined) throw upgradeRequired(name);
  if (extension !== 'yjs' && !(extension in mediaTypes)) throw unknownFormat();
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

function unknownFormat(): Problem {
  const detail = `A document can be read with the ending ${formats}.`;
  return new Problem(404, 'unknown-format', 'Unknown format', detail);
}

/** Makes the browser save the response, with `?download`. Names need no escaping. */
function setDownloadName(c: AppContext, fileName: string): void {
  if (c.req.query('download') === undefined) return;
  c.header('content-disposition', `attachment; filename="${fileName}"`);
}

/** The tags of `If-None-Match`, compared weakly (RFC 9110 section 13.1.2). */
function knownTags(c: AppContext): string[] {
  const header = c.req.header('if-none-match') ?? '';
  if (header.trim() === '*') return [anyTag];
  return [...header.matchAll(/(?:W\/)?"([^"]*)"/g)].map(([, tag = '']) => tag);
}
