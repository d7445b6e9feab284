import type { KeyEntry, NewKey, Revocation } from './core/access/access-list.ts';
import type { Credential, Denial } from './core/access/principal.ts';
import type { Imported } from './core/document.ts';
import type { Exchange } from './core/room/polled-connections.ts';
import type { Format, Reading, State } from './core/render/reader.ts';

/**
 * What a route may ask of a document, wherever the document lives. A Durable Object stub is one, so
 * everything here crosses a process border: plain values, and promises.
 *
 * Each call shows what its request has shown, and may be denied; but for `framedBy`.
 */
export interface DocumentHandle {
  /** Upgrades the request to a WebSocket and joins. It carries its credential: accessed-document.ts. */
  fetch(upgrade: Request): Promise<Response>;
  /**
   * Hands in what an HTTP client sends in its session, and returns what waits for it. `session` is a
   * name the client has made up.
   */
  exchange(
    credential: Credential,
    session: string,
    frame: Uint8Array,
  ): Promise<Exchange | Denial>;
  /** Ends such a session; nothing happens where there is none. */
  endSession(credential: Credential, session: string): Promise<Denial | null>;
  /** The rendered document, unless `knownTags` has the tag of the current version. */
  read(
    credential: Credential,
    format: Format,
    knownTags: readonly string[],
  ): Promise<Reading | Denial>;
  /** What leads from an edition to the newest; the whole document for null. See `Reader.changes`. */
  changes(credential: Credential, since: string | null): Promise<Reading | Denial>;
  /** All of its CRDT, for those who may edit it. */
  state(credential: Credential, knownTags: readonly string[]): Promise<State | Denial>;
  /** Makes the document, empty, with these keys; false where there is one of this name. */
  create(keys: readonly NewKey[]): Promise<boolean>;
  /** Removes all of it. Open connections end with 4410; who comes back with a copy is told the same. */
  delete(credential: Credential): Promise<Forget | Denial>;
  keys(credential: Credential): Promise<readonly KeyEntry[] | Denial>;
  addKey(credential: Credential, key: NewKey): Promise<KeyEntry | Denial>;
  /** Changes what is given. A new hash withdraws the old secret, and gives the key a new id. */
  changeKey(
    credential: Credential,
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ): Promise<(Forget & { readonly key: KeyEntry }) | Denial>;
  /** Ends the connections that came by it, at once. */
  withdrawKey(credential: Credential, id: string): Promise<Forget | Denial>;
  revoke(credential: Credential, revocation: Revocation): Promise<Denial | null>;
  /** The sites that may show it in a frame, beside those of the service: exact origins. */
  frames(credential: Credential): Promise<readonly string[] | Denial>;
  /** Takes these in the place of all there were, and answers them. None comes twice. */
  setFrames(
    credential: Credential,
    origins: readonly string[],
  ): Promise<readonly string[] | Denial>;
  /** The same as `frames` for anybody who asks; none, and nothing is written, where nothing is. */
  framedBy(): Promise<readonly string[]>;
  /** All of it as a document file. A stream, since nothing else of this length crosses the border. */
  export(credential: Credential): Promise<ReadableStream<Uint8Array> | Denial>;
  /** Fills the document from such a file, keys included. Who may was decided before. */
  import(file: ReadableStream<Uint8Array>): Promise<Imported>;
}

/** Hashes of keys, what was answered to which should lie in no cache any more. */
export interface Forget {
  readonly forget: readonly string[];
}

/** Finds a document by its name. Finding costs nothing and creates nothing. */
export type OpenDocument = (name: string) => DocumentHandle;
