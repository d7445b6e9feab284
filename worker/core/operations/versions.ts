import { denial } from '../access/principal.ts';
import type { DocumentParts, Handlers } from './handler.ts';

type VersionOperation =
  | 'list-versions'
  | 'read-version'
  | 'version-state'
  | 'name-version'
  | 'rename-version'
  | 'delete-version';

const missing = denial('not-found', 'There is no such document');

/** The versions of a document. None of them changes the document. */
export const versionHandlers: Handlers<VersionOperation> = {
  'list-versions': (parts) => whereExists(parts, () => parts.history.list()),
  'read-version': ({ history }, { version, format }) => history.read(version, format),
  'version-state': ({ history }, { version }) => history.state(version),
  'name-version': (parts, { name }) => whereExists(parts, () => parts.history.name(name)),
  'rename-version': (parts, { version, name }) =>
    whereExists(parts, () => parts.history.rename(version, name)),
  'delete-version': (parts, { version }) => whereExists(parts, () => parts.history.remove(version)),
};

function whereExists<T>({ log }: DocumentParts, work: () => T): T | typeof missing {
  return log.exists ? work() : missing;
}
