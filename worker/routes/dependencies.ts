import type { AddressRateLimiter } from '../access/abuse-limits.ts';
import type { Access } from '../access/access.ts';
import type { AccessSettings } from '../access/settings.ts';
import type { EdgeCache } from '../cache/edge-cache.ts';
import type { EmbedOriginCache } from '../cache/embed-origins.ts';
import type { OpenDocument } from '../document.ts';
import type { UpgradeRefusal } from '../http/upgrade.ts';
import type { ContentSource, writeContent } from '../write-content.ts';

/** The state of the process. Reading goes on in `read-only`. */
export type Health = 'ok' | 'read-only' | 'overloaded';

/** What the routes need from the runtime, besides documents. */
export interface AppSettings extends AccessSettings {
  /** A built file of web/; `path` starts with a slash. */
  asset(path: string): Promise<Response>;
  /** Whether the process can store documents, and has room for requests. */
  health(): Health;
  /** The cache in front of documents. */
  readonly cache: EdgeCache;
  readonly limiter: AddressRateLimiter;
  /** The client's address; null where it is unknown. */
  addressOf(request: Request): string | null;
  /** {@link writeContent} for a document of this name, where the host runs such work. */
  writeContent(name: string, source: ContentSource): ReturnType<typeof writeContent>;
  /** Accepts a WebSocket and closes it. */
  refuseUpgrade(upgrade: Request, refusal: UpgradeRefusal): Response;
}

/** The dependencies of each file of routes. */
export interface Dependencies {
  readonly openDocument: OpenDocument;
  readonly access: Access;
  readonly settings: AppSettings;
  readonly embedOrigins: EmbedOriginCache;
  /** A page of web/pages, with its placeholders. */
  template(name: string): Promise<string>;
}
