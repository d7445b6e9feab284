import type { Role } from '../protocol/messages.ts';
import type { Exchange } from './core/polled-connections.ts';
import type { Format, Reading, State } from './core/reader.ts';

/**
 * What a route may ask of a document, wherever the document lives. A Durable Object stub is one, so
 * everything here crosses a process border: plain values, and promises.
 */
export interface DocumentHandle {
  /** Upgrades the request to a WebSocket and joins; access was decided before (see access.ts). */
  fetch(upgrade: Request): Promise<Response>;
  /**
   * Hands in what an HTTP client sends in its session, and returns what waits for it; access was
   * decided before, for this request. `session` is a name the client has made up.
   */
  exchange(session: string, role: Role, frame: Uint8Array): Promise<Exchange>;
  /** Ends such a session; nothing happens where there is none. */
  endSession(session: string): Promise<void>;
  /** The rendered document, unless `knownTags` has the tag of the current version. */
  read(format: Format, knownTags: readonly string[]): Promise<Reading>;
  /** What leads from an edition to the newest; the whole document for null. See `Reader.changes`. */
  changes(since: string | null): Promise<Reading>;
  /** All of its CRDT, for those who may edit it. */
  state(knownTags: readonly string[]): Promise<State>;
}

/** Finds a document by its name. Finding costs nothing and creates nothing. */
export type OpenDocument = (name: string) => DocumentHandle;
