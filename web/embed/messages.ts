/**
 * What a page of ours in a frame and the site around it say to each other; docs/EMBEDDING.md has it
 * in words. Two messages between the windows, `Hello` and `Init`, and all else over the port that
 * the second brings.
 */

export type Mode = 'edit' | 'view';

/** How the frame looks; `auto` follows the reader's system. */
export type Theme = 'auto' | 'light' | 'dark';

export const helloType = 'edgepad:hello';
export const initType = 'edgepad:init';
export const handshakeVersion = 1;

/** From the frame, as soon as it listens. It tells nothing: anybody may hear it. */
export interface Hello {
  readonly type: typeof helloType;
  readonly v: number;
}

/** The site's answer, with a MessagePort. */
export interface Init {
  readonly type: typeof initType;
  readonly v: number;
  /** A key or a token. Goes before one in the frame's address. */
  readonly token?: string | null;
  readonly theme?: Theme;
  /** How a guest appears to the others; what a token says goes before it. */
  readonly user?: FrameUser | null;
  /** Of the text and of times, as in `de-AT`. The words of the page itself are English. */
  readonly locale?: string;
}

export interface FrameUser {
  readonly name?: string;
  /** `#rrggbb` */
  readonly color?: string;
}

/** What the frame tells. */
export type FromFrame =
  /** The document is on the screen. Comes again when the frame changes from editing to reading. */
  | { readonly type: 'ready'; readonly mode: Mode; readonly title: string }
  /** What it would need to show everything, in CSS pixels. */
  | { readonly type: 'resize'; readonly height: number }
  /** The text or the title is another now, whoever changed it. */
  | { readonly type: 'change'; readonly title: string }
  /** What the provider says of the document; `live`, `paused`, `behind` and `gone` where one reads. */
  | { readonly type: 'status'; readonly state: string; readonly text: string }
  /** All that was typed here is durable. */
  | { readonly type: 'saved' }
  /** `code` is stable; `message` is for the person. */
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  /** A fresh token is wanted: answered by `setToken`, also where it is the same. */
  | { readonly type: 'token' }
  | { readonly type: 'destroyed' };

/** What the site says. */
export type ToFrame =
  | { readonly type: 'setToken'; readonly token: string | null }
  | { readonly type: 'setTheme'; readonly theme: Theme }
  | { readonly type: 'focus' }
  /** The frame is about to go: what is under way is sent. */
  | { readonly type: 'destroy' };
