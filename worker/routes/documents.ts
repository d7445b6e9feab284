import type { Context, Hono } from 'hono';
import { accessLimits } from '../../protocol/access-limits.ts';
import { isDocumentName } from '../../protocol/document-name.ts';
import { isRole, type Role } from '../../protocol/roles.ts';
import { tokenLimits } from '../../protocol/token-limits.ts';
import type { Access } from '../access/access.ts';
import { fieldsOf } from '../http/body.ts';
import { invalidateRenderings } from '../cache/cached-renderings.ts';
import type { CachingVariables } from '../http/cache-control.ts';
import type { KeyEntry, NewKey } from '../core/access/access-list.ts';
import type { OpenDocument } from '../document.ts';
import type { EdgeCache } from '../cache/edge-cache.ts';
import type { EmbedOriginCache } from '../cache/embed-origins.ts';
import { hashOf, newKey, newName } from '../access/keys.ts';
import { serviceUrl } from '../access/origins.ts';
import { badRequest, nameTaken } from '../http/problem.ts';
import type { AccessSettings } from '../access/settings.ts';
import { requireName } from '../http/require-name.ts';

type ManagingContext = Context<CachingVariables>;

/** What a document is made with. */
const firstKeys: readonly { readonly role: Role; readonly label: string }[] = [
  { role: 'own', label: 'Owner' },
  { role: 'edit', label: 'Editors' },
  { role: 'view', label: 'Readers' },
];

/** The routes that make and delete documents, and decide who may do what in them. */
export function addDocumentRoutes(
  app: Hono<CachingVariables>,
  openDocument: OpenDocument,
  access: Access,
  settings: AccessSettings & { readonly cache: EdgeCache; readonly frames: EmbedOriginCache },
): void {
  const documentOf = (c: ManagingContext) =>
    access.documentForPage(c.req.raw, requireName(c.req.param('name') ?? ''));

  const fields = (c: ManagingContext) => fieldsOf(c.req.raw, accessLimits.bodyBytes);

  /** What was answered to those who have lost their access, in this place. */
  const forget = (c: ManagingContext, hashes: readonly string[]) => {
    const place = `${serviceUrl(c, settings)}/~readings`;
    invalidateRenderings(settings.cache, place, c.req.param('name') ?? '', hashes);
  };

  app.post('/docs', async (c) => {
    const wanted = nameIn(await fields(c));
    const name = await access.requireCreator(c.req.raw, wanted) ?? newName();
    const keys = await Promise.all(firstKeys.map(async (key) => {
      const secret = newKey();
      return { ...key, expires: null, secret, hash: await hashOf(secret) };
    }));
    const made = await openDocument(name).create(keys.map(({ secret: _, ...key }) => key));
    if (!made) throw nameTaken();
    const [own = '', edit = '', view = ''] = keys.map(({ secret }) => secret);
    const base = serviceUrl(c, settings);
    return c.json(
      {
        name,
        version: 0,
        keys: { own, edit, view },
        links: {
          own: linkFor(base, name, 'own', own),
          edit: linkFor(base, name, 'edit', edit),
          view: linkFor(base, name, 'view', view),
          embed: `${base}/embed/${name}?mode=view&key=${view}`,
        },
      },
      201,
      { location: `/docs/${name}` },
    );
  });

  // Not with a dot in it: a format is there to be read.
  app.delete('/docs/:name{[^./]+}', async (c) => {
    const document = await documentOf(c);
    forget(c, await document.delete());
    settings.frames.keep(serviceUrl(c, settings), c.req.param('name'), []);
    return c.body(null, 204);
  });

  app.get('/docs/:name/keys', async (c) => {
    const document = await documentOf(c);
    return c.json({ keys: (await document.keys()).map(shown) });
  });

  app.post('/docs/:name/keys', async (c) => {
    const document = await documentOf(c);
    const given = await fields(c);
    const role = given.get('role');
    if (!isRole(role)) {
      throw badRequest('"role" is "view", "edit" or "own"');
    }
    const key = newKey();
    const entry = await document.addKey({
      role,
      label: '',
      expires: null,
      ...changesIn(given),
      hash: await hashOf(key),
    });
    return c.json(withSecret(c, entry, key), 201);
  });

  app.patch('/docs/:name/keys/:id', async (c) => {
    const document = await documentOf(c);
    const change = changesIn(await fields(c));
    const changed = await document.changeKey(c.req.param('id'), change);
    forget(c, changed.forget);
    return c.json(shown(changed.key));
  });

  // The same key with another secret: whoever has the old link needs the new one.
  app.post('/docs/:name/keys/:id/rotate', async (c) => {
    const document = await documentOf(c);
    const key = newKey();
    const changed = await document.changeKey(c.req.param('id'), { hash: await hashOf(key) });
    forget(c, changed.forget);
    return c.json(withSecret(c, changed.key, key), 201);
  });

  app.delete('/docs/:name/keys/:id', async (c) => {
    const document = await documentOf(c);
    forget(c, await document.withdrawKey(c.req.param('id')));
    return c.body(null, 204);
  });

  // Tokens are signed elsewhere; here is said which are taken no more.
  app.post('/docs/:name/revocations', async (c) => {
    const document = await documentOf(c);
    const given = await fields(c);
    const issuedBefore = timeIn(given, 'issuedBefore');
    // It cannot be taken back, and would shut out those who are let in tomorrow.
    if (issuedBefore && issuedBefore > Date.now() + tokenLimits.leeway) {
      throw badRequest('"issuedBefore" is a time that has passed');
    }
    const [jti, sub] = [textIn(given, 'jti', 128), textIn(given, 'sub', 128)];
    if (!issuedBefore && jti === undefined && sub === undefined) {
      throw badRequest('Say which tokens: by "issuedBefore", "jti" or "sub"');
    }
    await document.revoke({
      ...issuedBefore ? { issuedBefore } : {},
      ...jti === undefined ? {} : { jti },
      ...sub === undefined ? {} : { sub },
    });
    return c.body(null, 204);
  });

  const withSecret = (c: ManagingContext, entry: KeyEntry, key: string) => ({
    ...shown(entry),
    key,
    link: linkFor(serviceUrl(c, settings), c.req.param('name') ?? '', entry.role, key),
  });
}

/**
 * A link that opens by itself. An editor's page needs its key only in the browser, so it stands in the
 * fragment, which reaches no log; a reader's page is made by the service, which must see it.
 */
function linkFor(base: string, name: string, role: Role, key: string): string {
  return role === 'view' ? `${base}/v/${name}?key=${key}` : `${base}/d/${name}#k=${key}`;
}

function shown({ created, expires, lastUsed, ...entry }: KeyEntry) {
  return {
    ...entry,
    created: isoOf(created),
    expires: isoOf(expires),
    lastUsed: isoOf(lastUsed),
  };
}

function isoOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

function changesIn(
  given: ReadonlyMap<string, unknown>,
): Partial<Pick<NewKey, 'label' | 'expires'>> {
  const label = textIn(given, 'label', accessLimits.labelLength);
  const expires = timeIn(given, 'expires');
  if (typeof expires === 'number' && expires <= Date.now()) {
    throw badRequest('"expires" is a time to come');
  }
  return { ...label === undefined ? {} : { label }, ...expires === undefined ? {} : { expires } };
}

function textIn(
  given: ReadonlyMap<string, unknown>,
  field: string,
  most: number,
): string | undefined {
  const text = given.get(field);
  if (text === undefined) return undefined;
  // deno-lint-ignore no-control-regex -- these are what must not be in it
  if (typeof text === 'string' && [...text].length <= most && !/[\u0000-\u001f\u007f]/.test(text)) {
    return text;
  }
  throw badRequest(`"${field}" is a text of at most ${most} characters, on one line`);
}

/** A time in milliseconds; null where it is `null`, undefined where it is not there. */
function timeIn(given: ReadonlyMap<string, unknown>, field: string): number | null | undefined {
  const text = given.get(field);
  if (text === undefined || text === null) return text;
  const time = typeof text === 'string' && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw badRequest(`"${field}" is a time as in 2027-01-31T12:00:00Z`);
}

function nameIn(given: ReadonlyMap<string, unknown>): string | null {
  const name = given.get('name');
  if (name === undefined || name === null) return null;
  if (typeof name === 'string' && isDocumentName(name)) return name;
  throw badRequest('"name" is 1 to 128 letters, digits, "-", "_" or "~"');
}
