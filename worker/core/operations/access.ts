import { type Denial, denial } from '../access/principal.ts';
import type { DocumentParts, Handlers } from './handler.ts';

const unknownKey = denial('not-found', 'There is no such link, or it was removed before');

const historyForReaders = denial('forbidden', 'Only a link to view can have "history"');

type AccessOperation =
  | 'list-keys'
  | 'add-key'
  | 'change-key'
  | 'revoke-key'
  | 'revoke-tokens'
  | 'list-revocations'
  | 'lift-revocation'
  | 'list-embed-origins'
  | 'set-embed-origins'
  | 'frame-ancestors';

/** Keys, revocations and embed origins. A change takes effect at once, on open connections too. */
export const accessHandlers: Handlers<AccessOperation> = {
  'list-keys': ({ access }) => access.keys.list(),

  'add-key': (parts, { key }) => change(parts, () => parts.access.keys.add(key)),

  'change-key': (parts, { id, change: given }) =>
    change(parts, () => {
      const { keys } = parts.access;
      const hash = keys.hashOf(id);
      if (given.history && hash !== null && keys.roleOf(id) !== 'view') return historyForReaders;
      const key = keys.change(id, given);
      if (hash === null || key === null) return unknownKey;
      if (given.expires !== undefined) setExpiry(parts, id, given.expires);
      return { key, revokedHashes: [hash] };
    }),

  'revoke-key': (parts, { id }) =>
    change(parts, () => {
      const { keys } = parts.access;
      const hash = keys.hashOf(id);
      if (hash === null) return unknownKey;
      keys.delete(id);
      return { revokedHashes: [hash] };
    }),

  'revoke-tokens': (parts, { revocation }) =>
    change(parts, () => {
      parts.access.revocations.add(revocation);
      return null;
    }),

  'list-revocations': ({ access }) => access.revocations.list(),

  'lift-revocation': ({ access }, { token }) => access.revocations.lift(token),

  'list-embed-origins': ({ embedOrigins }) => embedOrigins.list(),

  'set-embed-origins': (parts, { origins }) =>
    change(parts, () => {
      parts.embedOrigins.replace(origins);
      return parts.embedOrigins.list();
    }),

  'frame-ancestors': ({ embedOrigins }) => embedOrigins.list(),
};

/** Changes a document that exists, then closes the connections that have lost their access. */
function change<T>({ log, alarm, room }: DocumentParts, work: () => T): T | Denial {
  if (!log.exists) {
    return denial('not-found', 'Nothing has been written here yet. Write something first');
  }
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return denial('limit-reached', error.message);
    throw error;
  } finally {
    alarm.trackActivity(() => room.sweep());
  }
}

/** Applies a key's new expiry to its open connections. */
function setExpiry(
  { connections, alarm }: DocumentParts,
  key: string,
  expiresAt: number | null,
): void {
  for (const connection of connections()) {
    const { attachment } = connection;
    if (attachment.permission.key !== key) continue;
    connection.attachment = { ...attachment, permission: { ...attachment.permission, expiresAt } };
  }
  alarm.sweepAt(expiresAt);
}
