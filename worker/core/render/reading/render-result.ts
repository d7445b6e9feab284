type NotRendered =
  /** The document does not exist. */
  | { readonly status: 'missing' }
  /** The reader already has this version. */
  | { readonly status: 'unchanged'; readonly tag: string };

/** The document could not be rendered. */
export interface Unavailable {
  readonly status: 'unavailable';
  /** Seconds until it is worth to try again. */
  readonly retryAfter: number;
}

export type RenderResult =
  | NotRendered
  | Unavailable
  | {
    readonly status: 'read';
    /** `version.epoch`: identifies this content forever. An ETag without quotes. */
    readonly tag: string;
    readonly body: string;
  };

/** The whole document, history included, as one Yjs update. */
export type StateResult =
  | NotRendered
  | { readonly status: 'read'; readonly tag: string; readonly update: Uint8Array };
