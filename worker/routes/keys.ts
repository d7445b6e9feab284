import { accessLimits } from '../../protocol/access-limits.ts';
import { isRole } from '../../protocol/roles.ts';
import { generateKey, hashKey } from '../access/keys.ts';
import { serviceUrl } from '../access/origins.ts';
import { invalidateRenderings } from '../cache/cached-renderings.ts';
import type { KeyChange, KeyEntry } from '../core/access/keys.ts';
import type { App, AppContext } from '../http/cache-control.ts';
import { formatTime, textIn, timeIn } from '../http/fields.ts';
import { badRequest } from '../http/problem.ts';
import { readFields } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';

/** Keys of a document. */
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
    const fields = await fieldsOf(c, ['role', 'label', 'expires', 'history']);
    const role = fields.get('role');
    if (!isRole(role)) throw badRequest('"role" must be "view", "edit" or "own".');
    if (fields.get('history') === true && role !== 'view') {
      throw badRequest('"history" is only for the role "view".');
    }
    const secret = generateKey();
    const hash = await hashKey(secret);
    const key = { role, label: '', expires: null, ...changeIn(fields), hash };
    const entry = await document.call({ type: 'add-key', key });
    return c.json(withSecret(c, name, entry, secret), 201);
  });

  app.patch('/docs/:name/keys/:id', async (c) => {
    const { name, id } = c.req.param();
    const document = await access.documentForAllowedOrigin(c.req.raw, name);
    const change = changeIn(await fieldsOf(c, ['label', 'expires', 'history']));
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

  function invalidate(c: AppContext, name: string, hashes: readonly string[]): void {
    invalidateRenderings(settings.cache, { base: serviceUrl(c, settings), name }, hashes);
  }

  function withSecret(c: AppContext, name: string, entry: KeyEntry, secret: string) {
    const link = linkFor(serviceUrl(c, settings), name, entry, secret);
    return { ...toJson(entry), key: secret, link };
  }
}

/**
 * The link of a key. The editor page needs the key only in the browser, so it is in the fragment, which
 * no server logs. The viewer page is rendered by the service, which needs the key.
 */
export function linkFor(
  base: string,
  name: string,
  { role, history = false }: Pick<KeyEntry, 'role'> & Partial<Pick<KeyEntry, 'history'>>,
  key: string,
): string {
  // With history, readers follow the document in the editor page.
  return role === 'view' && !history
    ? `${base}/v/${name}?key=${key}`
    : `${base}/d/${name}#k=${key}`;
}

function toJson({ created, expires, lastUsed, ...entry }: KeyEntry) {
  return {
    ...entry,
    created: formatTime(created),
    expires: formatTime(expires),
    lastUsed: formatTime(lastUsed),
  };
}

function changeIn(fields: ReadonlyMap<string, unknown>): Omit<KeyChange, 'hash'> {
  const label = textIn(fields, 'label', accessLimits.labelLength);
  const expires = timeIn(fields, 'expires');
  if (typeof expires === 'number' && expires <= Date.now()) {
    throw badRequest('"expires" must be in the future.');
  }
  const history = fields.get('history');
  if (history !== undefined && typeof history !== 'boolean') {
    throw badRequest('"history" must be true or false.');
  }
  return {
    ...label === undefined ? {} : { label },
    ...expires === undefined ? {} : { expires },
    ...history === undefined ? {} : { history },
  };
}
