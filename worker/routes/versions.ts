import { accessLimits } from '../../protocol/access-limits.ts';
import { historyLimits } from '../../protocol/limits.ts';
import type { AuthorizedDocument } from '../access/authorized-document.ts';
import type { Version } from '../core/history/version.ts';
import type { App, AppContext } from '../http/cache-control.ts';
import { isOneLine } from '../http/fields.ts';
import { exportHeaders, withLength } from '../http/headers.ts';
import { badRequest, notFound, Problem, renderingUnavailable } from '../http/problem.ts';
import { binaryType, readFields } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';
import { mediaTypes, setDownloadName } from './read.ts';

/** The versions of a document, for its editors. No answer is cached. */
export function addVersionRoutes(app: App, { access }: Dependencies): void {
  const documentOf = (c: AppContext) =>
    access.documentForAllowedOrigin(c.req.raw, c.req.param('name') ?? '');

  app.get('/docs/:name/versions', async (c) => {
    const document = await documentOf(c);
    const { versions, ...list } = await document.call({ type: 'list-versions' });
    return c.json({ ...list, versions: versions.map(toJson) });
  });

  app.post('/docs/:name/versions', async (c) => {
    const document = await documentOf(c);
    const name = nameIn(await fieldsOf(c));
    if (name === null) throw badRequest(nameRule);
    const version = await document.call({ type: 'name-version', name });
    const location = `/docs/${c.req.param('name')}/versions/${version.version}`;
    return c.json(toJson(version), 201, { location });
  });

  app.get('/docs/:name/versions/:file', async (c) => {
    const document = await documentOf(c);
    const [, number = '', extension = ''] = /^([^.]*)\.([^.]*)$/.exec(c.req.param('file')) ?? [];
    const version = numberIn(number);
    return extension === 'yjs'
      ? await readState(c, document, version)
      : await readVersion(c, document, version, extension);
  });

  app.patch('/docs/:name/versions/:version', async (c) => {
    const document = await documentOf(c);
    const version = numberIn(c.req.param('version'));
    const name = nameIn(await fieldsOf(c));
    return c.json(toJson(await document.call({ type: 'rename-version', version, name })));
  });

  app.delete('/docs/:name/versions/:version', async (c) => {
    const document = await documentOf(c);
    await document.call({ type: 'delete-version', version: numberIn(c.req.param('version')) });
    return c.body(null, 204);
  });
}

async function readVersion(
  c: AppContext,
  document: AuthorizedDocument,
  version: number,
  extension: string,
): Promise<Response> {
  if (!Object.hasOwn(mediaTypes, extension)) throw unknownFormat();
  const format = extension as keyof typeof mediaTypes;
  const result = await document.call({ type: 'read-version', version, format });
  if (result.status === 'unavailable') throw renderingUnavailable(result.retryAfter);
  if (result.status !== 'read') throw notFound();
  return respondWith(c, result.body, { extension, type: mediaTypes[format], tag: result.tag });
}

async function readState(
  c: AppContext,
  document: AuthorizedDocument,
  version: number,
): Promise<Response> {
  const result = await document.call({ type: 'version-state', version });
  if (result.status !== 'read') throw notFound();
  return respondWith(c, result.update, { extension: 'yjs', type: binaryType, tag: result.tag });
}

function respondWith(
  c: AppContext,
  content: string | Uint8Array,
  { extension, type, tag }: {
    readonly extension: string;
    readonly type: string;
    readonly tag: string;
  },
): Response {
  setDownloadName(c, `${c.req.param('name')}-${Number.parseInt(tag)}.${extension}`);
  const [bytes, headers] = withLength(content, { 'content-type': type, etag: `"${tag}"` });
  return c.body(bytes, 200, { ...exportHeaders, ...headers });
}

function toJson({ at, ...version }: Version) {
  return { ...version, at: new Date(at).toISOString() };
}

function fieldsOf(c: AppContext): Promise<ReadonlyMap<string, unknown>> {
  return readFields(c.req.raw, { names: ['name'], maxBytes: accessLimits.bodyBytes });
}

const nameRule = `"name" must be one line of 1 to ${historyLimits.nameLength} characters.`;

/** The name that a request gives; null for none. */
function nameIn(fields: ReadonlyMap<string, unknown>): string | null {
  const name = fields.get('name');
  if (name === null) return null;
  const isLine = typeof name === 'string' && isOneLine(name);
  if (isLine && name.trim() !== '' && [...name].length <= historyLimits.nameLength) {
    return name.trim();
  }
  throw badRequest(nameRule);
}

/** The number of a version. Throws a Problem that is the same as for a version that is not there. */
function numberIn(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw notFound();
}

function unknownFormat(): Problem {
  const detail = 'A version can be read with the ending .html, .md, .txt, .json or .yjs.';
  return new Problem(404, 'unknown-format', 'Unknown format', detail);
}
