import { accessLimits } from '../../protocol/access-limits.ts';
import { generateDocumentName, isDocumentName } from '../../protocol/document-name.ts';
import type { Role } from '../../protocol/roles.ts';
import { generateKey, hashKey } from '../access/keys.ts';
import { serviceUrl } from '../access/origins.ts';
import { invalidateRenderings } from '../cache/cached-renderings.ts';
import type { Denial } from '../core/access/principal.ts';
import { callDocument, type DocumentHandle } from '../document.ts';
import type { App } from '../http/cache-control.ts';
import { badRequest, denied, nameTaken } from '../http/problem.ts';
import { readFields } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';
import { contentFields, contentIn, lengthOf } from './first-content.ts';
import { linkFor } from './keys.ts';
import type { ContentSource } from '../write-content.ts';

/** The keys of a new document. */
const firstKeys: readonly { readonly role: Role; readonly label: string }[] = [
  { role: 'own', label: 'Owner' },
  { role: 'edit', label: 'Editors' },
  { role: 'view', label: 'Readers' },
];

/** Creation, problems and deletion of documents. */
export function addDocumentRoutes(
  app: App,
  { access, openDocument, settings, embedOrigins }: Dependencies,
): void {
  app.post('/docs', async (c) => {
    const fields = await readFields(c.req.raw, {
      names: ['name', ...contentFields],
      maxBytes: accessLimits.contentBytes,
    });
    const name = await access.requireCreator(c.req.raw, nameIn(fields)) ??
      generateDocumentName(crypto.getRandomValues(new Uint8Array(12)));
    const network = access.networkOf(c.req.raw);
    const document = openDocument(name);
    const source = contentIn(fields);
    const { update, changes } = source === null
      ? { update: null, changes: [] }
      : await admitContent(source, { document, network, name, settings });
    const secrets = { own: generateKey(), edit: generateKey(), view: generateKey() };
    const keys = await Promise.all(firstKeys.map(async ({ role, label }) => {
      return { role, label, expires: null, hash: await hashKey(secrets[role]) };
    }));
    requireCreated(await callDocument(document, null, { type: 'create', keys, update }, network));
    const base = serviceUrl(c, settings);
    const links = {
      own: linkFor(base, name, { role: 'own' }, secrets.own),
      edit: linkFor(base, name, { role: 'edit' }, secrets.edit),
      view: linkFor(base, name, { role: 'view' }, secrets.view),
      embed: `${base}/embed/${name}?mode=view&key=${secrets.view}`,
    };
    const location = `/docs/${name}`;
    const version = update === null ? 0 : 1;
    return c.json({ name, version, keys: secrets, links, changes }, 201, { location });
  });

  app.get('/docs/:name/problems', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    return c.json({ problems: await document.call({ type: 'list-problems' }) });
  });

  // The pattern excludes `name.format`, which is for reading only.
  app.delete('/docs/:name{[^./]+}', async (c) => {
    const name = c.req.param('name');
    const document = await access.documentForAllowedOrigin(c.req.raw, name);
    const { revokedHashes } = await document.call({ type: 'delete' });
    const base = serviceUrl(c, settings);
    invalidateRenderings(settings.cache, { base, name }, revokedHashes);
    embedOrigins.set(base, name, []);
    return c.body(null, 204);
  });
}

interface NewDocument extends Pick<Dependencies, 'settings'> {
  readonly document: DocumentHandle;
  readonly name: string;
  /** Pays for the work. */
  readonly network: string | null;
}

/** Writes the content of a document, once it is known that the document can be created. */
async function admitContent(
  source: ContentSource,
  { document, name, network, settings }: NewDocument,
) {
  const characters = lengthOf(source);
  requireCreated(
    await callDocument(document, null, { type: 'admit-content', characters }, network),
  );
  try {
    return await settings.writeContent(name, source);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badRequest(
      `"${source.markdown === null ? 'text' : 'markdown'}" is too long. Send less of it.`,
    );
  }
}

/** Throws a Problem for a denial, and for a document that exists. */
function requireCreated(answer: boolean | Denial): void {
  if (typeof answer !== 'boolean') throw denied(answer);
  if (!answer) throw nameTaken();
}

function nameIn(fields: ReadonlyMap<string, unknown>): string | null {
  const name = fields.get('name');
  if (name === undefined || name === null) return null;
  if (typeof name === 'string' && isDocumentName(name)) return name;
  throw badRequest('"name" must be 1 to 128 letters, digits, "-", "_" or "~".');
}
