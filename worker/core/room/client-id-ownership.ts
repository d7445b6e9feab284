/**
 * Ownership of Yjs client ids: while its owner is connected, no other connection may send awareness or
 * new structs under a client id. Kept in the attachments, so it survives hibernation.
 *
 * An update does not show who wrote it: a peer may relay what it has received over WebRTC. The awareness
 * entry of a connection names the client id of its document, so a connection owns that id and no other.
 * A connection without an entry, such as a script, owns the id that it writes under, as long as that is
 * the only one.
 */
import type { UpdateContents } from '../update/log-state.ts';
import { entryOf, type Session, type Sessions } from './session.ts';

/** An update has new structs of `client`, which `owner` owns. `to` is the clock after the last one. */
export interface Conflict {
  readonly owner: Session;
  readonly client: number;
  readonly to: number;
}

/** Which sessions have which client id, found in one walk over the sessions. */
class ClientIds {
  readonly #sessions = new Map<number, Session[]>();

  /** `idOf`: the client id of a session, or null. */
  constructor(sessions: Sessions, idOf: (session: Session) => number | null) {
    for (const session of sessions) {
      const client = idOf(session);
      if (client === null) continue;
      const others = this.#sessions.get(client);
      if (others) others.push(session);
      else this.#sessions.set(client, [session]);
    }
  }

  /** The first session with this client id, other than `session`; null when there is none. */
  otherOf(client: number, session: Session): Session | null {
    return this.#sessions.get(client)?.find((other) => other !== session) ?? null;
  }
}

/** The client ids that awareness entries have. */
export function presentClientIds(sessions: Sessions): ClientIds {
  return new ClientIds(sessions, (session) => entryOf(session)?.client ?? null);
}

/** The client ids that sessions own. A reader may be writing in a mesh, and can store nothing itself. */
function ownedClientIds(sessions: Sessions): ClientIds {
  return new ClientIds(
    sessions,
    (session) => session.attachment.permission.role === 'view' ? null : ownedClientId(session),
  );
}

function ownedClientId(session: Session): number | null {
  const entry = entryOf(session);
  if (entry) return entry.client;
  const { clients } = session.attachment;
  return clients.length === 1 ? clients[0]! : null; // just counted
}

/** Records that a session has written under a client id. */
export function recordAuthor(session: Session, client: number): void {
  const { clients } = session.attachment;
  // Two are enough to show that the session relays, and so owns neither.
  if (clients.includes(client) || clients.length >= 2) return;
  session.changeAttachment({ clients: [...clients, client] });
}

/**
 * Finds a client id that another session owns and under which an update has new structs; null when
 * there is no conflict.
 *
 * After a restore every client sends everything it has, including what others wrote, so each update
 * would conflict with another's. Therefore a rejected update still confirms what its author wrote under
 * its own ids, and confirmed structs are accepted from any session.
 */
export function findConflict(
  sessions: Sessions,
  author: Session,
  { structs }: UpdateContents,
  newClients: readonly number[],
): Conflict | null {
  const endOf = (client: number) => structs.get(client)?.to ?? 0;
  const own = ownedClientId(author);
  if (newClients.every((client) => client === own)) return null;
  const owners = ownedClientIds(sessions);
  let conflict: Conflict | null = null;
  for (const client of newClients) {
    if (client === own) continue;
    const owner = owners.otherOf(client, author);
    const to = endOf(client);
    if (owner && (owner.confirmedClocks?.get(client) ?? 0) < to) conflict = { owner, client, to };
  }
  if (!conflict) return null;
  for (const client of newClients) {
    if (client !== own) continue;
    author.confirmedClocks ??= new Map();
    author.confirmedClocks.set(client, endOf(client));
  }
  return conflict;
}
