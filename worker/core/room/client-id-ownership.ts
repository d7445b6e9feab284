/**
 * Ownership of Yjs client ids. A client id belongs to the connection that first used it, as long as that
 * is open: no other may send awareness or new structs under it. Kept in the attachments, so it survives
 * hibernation.
 */
import type { UpdateContents } from '../update/log-state.ts';
import type { Session, Sessions } from './session.ts';

/** Max client ids a connection can own. It may use more without owning them. */
const maxOwnedIds = 8;

function ownsClientId({ attachment }: Session, client: number): boolean {
  return attachment.clients.includes(client);
}

/** Makes a session the owner of a client id that no other session owns. */
export function claimClientId(session: Session, client: number): void {
  const { clients } = session.attachment;
  if (clients.includes(client) || clients.length >= maxOwnedIds) return;
  session.changeAttachment({ clients: [...clients, client] });
}

/** The other open session that owns a client id; null when none does. */
export function otherOwner(sessions: Sessions, session: Session, client: number): Session | null {
  for (const other of sessions) {
    if (other !== session && ownsClientId(other, client)) return other;
  }
  return null;
}

/**
 * The other session that owns a client id under which an update has new structs; null when there is no
 * conflict.
 *
 * After a restore every client sends everything it has, including what others wrote, so each update
 * would conflict with another's. Therefore a rejected update still confirms what its author wrote under
 * its own ids, and confirmed structs are accepted from any session.
 */
export function conflictingOwner(
  sessions: Sessions,
  author: Session,
  { structs }: UpdateContents,
  newClients: readonly number[],
): Session | null {
  const endOf = (client: number) => structs.get(client)?.to ?? 0;
  let conflict: Session | null = null;
  for (const client of newClients) {
    if (ownsClientId(author, client)) continue;
    const owner = otherOwner(sessions, author, client);
    if (owner && (owner.confirmedClocks?.get(client) ?? 0) < endOf(client)) conflict = owner;
  }
  if (!conflict) return null;
  for (const client of newClients) {
    if (!ownsClientId(author, client)) continue;
    author.confirmedClocks ??= new Map();
    author.confirmedClocks.set(client, endOf(client));
  }
  return conflict;
}
