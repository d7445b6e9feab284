import { accessLimits, tokenLimits } from '../../protocol/access-limits.ts';
import { isRole, type Role } from '../../protocol/roles.ts';
import { generateKey, hashKey } from '../access/keys.ts';
import { serviceUrl } from '../access/origins.ts';
import { invalidateRenderings } from '../cache/cached-renderings.ts';
import type { KeyChange, KeyEntry } from '../core/access/keys.ts';
import type { App, AppContext } from '../http/cache-control.ts';
import { badRequest } from '../http/problem.ts';
import { readFields } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';

/** Keys of a document, and revocation of tokens. */
export function addKeyRoutes(app: App, { access, settings }: Dependencies): void {
  const fieldsOf = (c: AppContext, names: readonly string[]) =>
    readFields(c.req.raw, { names, maxBytes: accessLimits.bodyBytes });

  app.get('/docs/:name/keys', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    const keys = await document.call({ type: 'list-keys' });
    return c.json({ keys: keys.map(toJson) });
  });

  app.post('/docs/:name/keys', async (c) => {
    const name = c.req.param('name');
    const document = await access.documentForAllowedOrigin(c.req.raw, name);
    const fields = await fieldsOf(c, ['role', 'label', 'expires']);
    const role = fields.get('role');
    if (!isRole(role)) throw badRequest('"role" must be "view", "edit" or "own".');
    const secret = generateKey();
    const hash = await hashKey(secret);
    const key = { role, label: '', expires: null, ...changeIn(fields), hash };
    const entry = await document.call({ type: 'add-key', key });
    return c.json(withSecret(c, name, entry, secret), 201);
  });

  app.patch('/docs/:name/keys/:id', async (c) => {
    const { name, id } = c.req.param();
    const document = await access.documentForAllowedOrigin(c.req.raw, name);
    const change = changeIn(await fieldsOf(c, ['label', 'expires']));
    const { key, revokedHashes } = await document.call({ type: 'change-key', id, change });
    invalidate(c, name, revokedHashes);
    return c.json(toJson(key));
  });

  app.post('/docs/:name/keys/:id/rotate', async (c) => {
    const { name, id } = c.req.param();
    const document = await access.documentForAllowedOrigin(c.req.raw, name);
    const secret = generateKey();
    const change = { hash: await hashKey(secret) };
    const { key, revokedHashes } = await document.call({ type: 'change-key', id, change });
    invalidate(c, name, revokedHashes);
    return c.json(withSecret(c, name, key, secret), 201);
  });

  app.delete('/docs/:name/keys/:id', async (c) => {
    const { name, id } = c.req.param();
    const document = await access.documentForAllowedOrigin(c.req.raw, name);
    const { revokedHashes } = await document.call({ type: 'revoke-key', id });
    invalidate(c, name, revokedHashes);
    return c.body(null, 204);
  });

  app.post('/docs/:name/revocations', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    const revocation = revocationIn(await fieldsOf(c, ['issuedBefore', 'jti', 'sub']));
    await document.call({ type: 'revoke-tokens', revocation });
    return c.body(null, 204);
  });

  function invalidate(c: AppContext, name: string, hashes: readonly string[]): void {
    invalidateRenderings(settings.cache, { base: serviceUrl(c, settings), name }, hashes);
  }

  function withSecret(c: AppContext, name: string, entry: KeyEntry, secret: string) {
    const link = linkFor(serviceUrl(c, settings), name, entry.role, secret);
    return { ...toJson(entry), key: secret, link };
  }
}

/**
 * The link of a key. The editor page needs the key only in the browser, so it is in the fragment, which
 * no server logs. The viewer page is rendered by the service, which needs the key.
 */
export function linkFor(base: string, name: string, role: Role, key: string): string {
  return role === 'view' ? `${base}/v/${name}?key=${key}` : `${base}/d/${name}#k=${key}`;
}

function toJson({ created, expires, lastUsed, ...entry }: KeyEntry) {
  return {
    ...entry,
    created: formatTime(created),
    expires: formatTime(expires),
    lastUsed: formatTime(lastUsed),
  };
}

function formatTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

function changeIn(fields: ReadonlyMap<string, unknown>): Omit<KeyChange, 'hash'> {
  const label = textIn(fields, 'label', accessLimits.labelLength);
  const expires = timeIn(fields, 'expires');
  if (typeof expires === 'number' && expires <= Date.now()) {
    throw badRequest('"expires" must be in the future.');
  }
  return { ...label === undefined ? {} : { label }, ...expires === undefined ? {} : { expires } };
}

function revocationIn(fields: ReadonlyMap<string, unknown>) {
  const issuedBefore = timeIn(fields, 'issuedBefore');
  // A revocation cannot be undone, and this one would cover tokens that are issued later.
  if (issuedBefore && issuedBefore > Date.now() + tokenLimits.leeway) {
    throw badRequest('"issuedBefore" must be in the past.');
  }
  const jti = textIn(fields, 'jti', tokenLimits.idLength);
  const sub = textIn(fields, 'sub', tokenLimits.subjectLength);
  if (!issuedBefore && jti === undefined && sub === undefined) {
    throw badRequest('Give "issuedBefore", "jti" or "sub".');
  }
  return {
    ...issuedBefore ? { issuedBefore } : {},
    ...jti === undefined ? {} : { jti },
    ...sub === undefined ? {} : { sub },
  };
}

function textIn(
  fields: ReadonlyMap<string, unknown>,
  name: string,
  maxLength: number,
): string | undefined {
  const text = fields.get(name);
  if (text === undefined) return undefined;
  // deno-lint-ignore no-control-regex -- rejects control characters
  const isLine = typeof text === 'string' && !/[\u0000-\u001f\u007f]/.test(text);
  if (isLine && [...text].length <= maxLength) return text;
  throw badRequest(`"${name}" must be one line of at most ${maxLength} characters.`);
}

/** A time in milliseconds; null if the field is null, undefined if it is absent. */
function timeIn(fields: ReadonlyMap<string, unknown>, name: string): number | null | undefined {
  const text = fields.get(name);
  if (text === undefined || text === null) return text;
  const time = typeof text === 'string' && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw badRequest(`"${name}" must be a time such as 2027-01-31T12:00:00Z.`);
}
