import type { Connection } from './connection.ts';
import type { Denial, TokenPrincipal } from './access/principal.ts';

/**
 * What the room needs of the place it lives in: its clients, the time and chance. The platform's
 * list of sockets is the only one that survives hibernation, so the room asks for it each time and
 * keeps none of its own.
 */
export interface RoomHost {
  /** The open connections; none that is closing. */
  connections(): Iterable<Connection>;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Runs `work` once, later. The room asks for milliseconds at a time and only while somebody is
   * active: on Cloudflare a pending timer keeps the object awake.
   */
  after(milliseconds: number, work: () => void): void;
  /**
   * Asks for {@link Room.sweep} once everybody had time to give a sign of life, {@link limits.presenceTimeout}
   * from now. However often it is asked for, one is enough; on Cloudflare the object sleeps meanwhile.
   */
  sweepLater(): void;
  /** Asks for {@link Room.sweep} when a permission ends, in milliseconds since the epoch; null for never. */
  sweepAt(time: number | null): void;
  /** Tells the operator of something that should not be. Users are told elsewhere, or not at all. */
  report(event: string, details: Readonly<Record<string, unknown>>): void;
  /**
   * Looks whether a token is good for this document, at this moment; `audience` is the service it
   * must be for. Never rejects.
   */
  verifyToken(token: string, audience: string): Promise<TokenPrincipal | Denial>;
  /** A name nobody can guess or meet twice, of 16 or more characters `[0-9a-f]`. */
  randomId(): string;
}

/** What a whole document needs of the place it lives in. */
export interface DocumentHost extends Omit<RoomHost, 'connections' | 'sweepLater' | 'sweepAt'> {
  /** The open sockets; none that is closing. */
  sockets(): Iterable<Connection>;
  /**
   * Asks for `HostedDocument.alarm` at this time, in milliseconds since the epoch, also when the
   * document has slept or the process was ended in between. Takes the place of an earlier alarm.
   */
  setAlarm(time: number): void;
  /** Removes all that is stored, alarm included, and then runs `after`; no event comes in between. */
  erase(after: () => void): Promise<void>;
}
