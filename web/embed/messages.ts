import type { PresenceUser } from '../live-editor/live-editor.ts';

/**
 * The messages between an embed and its parent window. The embed posts {@link helloType} to the parent
 * window, which answers with {@link Init} and a MessagePort. All others use that port.
 * docs/EMBEDDING.md describes them for sites that do not use `embed.js`.
 */

/** `auto` follows the visitor's system. */
export type Theme = 'auto' | 'light' | 'dark';

export const helloType = 'edgepad:hello';
export const initType = 'edgepad:init';
export const handshakeVersion = 1;

/** The parent's answer to {@link helloType}. Comes with a MessagePort. */
export interface Init {
  readonly type: typeof initType;
  readonly v: number;
  /** A key or a token. Overrides the one in the embed's URL. */
  readonly token?: string | null;
  readonly theme?: Theme;
  /** How a guest appears to the others. A token overrides it. */
  readonly user?: PresenceUser | null;
  /** The language of the text and the format of dates, such as `de-AT`. The interface is English. */
  readonly locale?: string;
}

/** From the embed to its parent. */
export type EmbedMessage =
  /** The document is visible. Sent again after a change between editing and reading. */
  | { readonly type: 'ready'; readonly mode: 'edit' | 'view'; readonly title: string }
  /** The height that shows everything, in CSS pixels. */
  | { readonly type: 'resize'; readonly height: number }
  /** Any client changed the text or the title. */
  | { readonly type: 'change'; readonly title: string }
  /** The provider's status; in a reader `live`, `paused`, `empty`, `behind` or `gone`. */
  | { readonly type: 'status'; readonly state: string; readonly text: string }
  /** All changes made in this embed are stored. */
  | { readonly type: 'saved' }
  /** `code` is stable; `message` is for the visitor. */
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  /** Requests a fresh token. The parent answers with `setToken`, even if the token is the same. */
  | { readonly type: 'token' }
  /** Follows `destroy`: all changes were sent. */
  | { readonly type: 'destroyed' };

/** From the parent to the embed. */
export type ParentMessage =
  | { readonly type: 'setToken'; readonly token: string | null }
  | { readonly type: 'setTheme'; readonly theme: Theme }
  | { readonly type: 'focus' }
  /** The parent is about to remove the embed. The embed sends its pending changes. */
  | { readonly type: 'destroy' };
