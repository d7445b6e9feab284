import type * as Y from 'yjs';
import type { GetToken } from './credentials.ts';
import type { MergeRows } from './offline/offline-store.ts';
import type { ResumePoint } from './sync/sync-state.ts';
import type { WebSocketClass } from './transport/socket.ts';

/** What the provider needs of a copy on this device; `openOfflineCopy` creates one in browsers. */
export interface CopyOnDevice extends EventTarget {
  readonly state: { readonly kind: 'opening' | 'stored' | 'writing' | 'failed' };
  readonly loaded: Promise<ResumePoint & { readonly isDirty: boolean }>;
  storeResumePoint(point: ResumePoint & { readonly isDirty: boolean }): void;
  /** Replaces the stored updates. Not an edit: the document in memory was changed alike. */
  rewrite?(merge: MergeRows): void;
}

export interface ProviderOptions {
  /** The base URL of the documents, without a slash at the end: `wss://host/docs`. */
  readonly url: string;
  /** The name of the document. */
  readonly name: string;
  readonly doc: Y.Doc;
  /** Called before each connection, and again before a token expires. */
  readonly getToken?: GetToken;
  /** A copy of the document on this device. The provider loads it before it connects. */
  readonly offline?: CopyOnDevice;
  /** The number of the editor's schema. An editor that is older than the document may not write. */
  readonly schema?: number;
  /** Replacements in runtimes that lack them. */
  readonly WebSocket?: WebSocketClass;
  readonly fetch?: typeof fetch;
}
