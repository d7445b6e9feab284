import type { KeyEntry, NewKey, Revocation } from './core/access/access-list.ts';
import type { Denial, Principal } from './core/access/principal.ts';
import type { Imported } from './core/document.ts';
import type { Exchange } from './core/room/polled-connections.ts';
import type { Format, RenderResult, State } from './core/render/reader.ts';

/**
 * What a route may ask of a document, wherever the document lives. A Durable Object stub is one, so
 * everything here crosses a process border: plain values, and promises.
 *
 * Each call shows what its request has shown, and may be denied; but for `framedBy`.
 */
export interface DocumentHandle {
  /** Upgrades the request to a WebSocket and joins. It carries its principal: accessed-document.ts. */
  fetch(upgrade: Request): Promise<Response>;
  /**
   * Hands in what an HTTP client sends in its session, and returns what waits for it. `session` is a
   * name the client has made up.
   */
  exchange(
    principal: Principal,
    session: string,
    frame: Uint8Array,
  ): Promise<Exchange | Denial>;
  /** Ends such a session; nothing happens where there is none. */
  endSession(principal: Principal, session: string): Promise<Denial | null>;
  /** The rendered document, unless `knownTags` has the tag of the current version. */
  read(
    principal: Principal,
    format: Format,
    knownTags: readonly string[],
  ): Promise<RenderResult | Denial>;
  /** What leads from an edition to the newest; the whole document for null. See `Reader.changes`. */
  changes(principal: Principal, since: string | null): Promise<RenderResult | Denial>;
  /** All of its CRDT, for those who may edit it. */
  state(principal: Principal, knownTags: readonly string[]): Promise<State | Denial>;
  /** Makes the document, empty, with these keys; false where there is one of this name. */
  create(keys: readonly NewKey[]): Promise<boolean>;
  /** Removes all of it. Open connections end with 4410; who comes back with a copy is told the same. */
  delete(principal: Principal): Promise<Forget | Denial>;
  keys(principal: Principal): Promise<readonly KeyEntry[] | Denial>;
  addKey(principal: Principal, key: NewKey): Promise<KeyEntry | Denial>;
  /** Changes what is given. A new hash withdraws the old secret, and gives the key a new id. */
  changeKey(
    principal: Principal,
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ): Promise<(Forget & { readonly key: KeyEntry }) | Denial>;
  /** Ends the connections that came by it, at once. */
  withdrawKey(principal: Principal, id: string): Promise<Forget | Denial>;
  revoke(principal: Principal, revocation: Revocation): Promise<Denial | null>;
  /** The sites that may show it in a frame, beside those of the service: exact origins. */
  frames(principal: Principal): Promise<readonly string[] | Denial>;
  /** Takes these in the place of all there were, and answers them. None comes twice. */
  setFrames(
    principal: Principal,
    origins: readonly string[],
  ): Promise<readonly string[] | Denial>;
  /** The same as `frames` for anybody who asks; none, and nothing is written, where nothing is. */
  framedBy(): Promise<readonly string[]>;
  /** All of it as a document file. A stream, since nothing else of this length crosses the border. */
  export(principal: Principal): Promise<ReadableStream<Uint8Array> | Denial>;
  /** Fills the document from such a file, keys included. Who may was decided before. */
  import(file: ReadableStream<Uint8Array>): Promise<Imported>;
}

/** Hashes of keys, what was answered to which should lie in no cache any more. */
export interface Forget {
  readonly forget: readonly string[];
}

/** Finds a document by its name. Finding costs nothing and creates nothing. */
export type OpenDocument = (name: string) => DocumentHandle;
