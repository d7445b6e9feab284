import type { Format, Reading } from './core/reader.ts';

/**
 * What a route may ask of a document, wherever the document lives. A Durable Object stub is one, so
 * everything here crosses a process border: plain values, and promises.
 */
export interface DocumentHandle {
  /** Upgrades the request to a WebSocket and joins; access was decided before (see access.ts). */
  fetch(upgrade: Request): Promise<Response>;
  /** The rendered document, unless `knownTags` has the tag of the current version. */
  read(format: Format, knownTags: readonly string[]): Promise<Reading>;
}

/** Finds a document by its name. Finding costs nothing and creates nothing. */
export type OpenDocument = (name: string) => DocumentHandle;
