import { credentialIn } from '../access/document-address.ts';
import { tokenOrigin } from '../access/token-claims.ts';
import type { Init, ParentMessage, Theme } from './messages.ts';
import { ParentWindow } from './parent-window.ts';

interface Embed {
  /** The document's name. */
  readonly name: string;
  readonly parentWindow: ParentWindow;
  /** The parent's settings; empty without an answer. */
  readonly init: Partial<Init>;
  /** The first credential; null for none. */
  readonly credential: string | null;
}

/** Connects an embed to its parent window, and applies the parent's theme. */
export async function connectToParent(onMessage: (message: ParentMessage) => void): Promise<Embed> {
  const allowed = (document.body.dataset.origins ?? '').split(' ').filter(Boolean);
  const parentWindow = new ParentWindow({
    origins: new Set([location.origin, ...allowed]),
    expectsInit: /[#&]host\b/.test(location.hash),
    onMessage(message) {
      if (message.type === 'setTheme') applyTheme(message.theme);
      onMessage(message);
    },
  });
  const init: Partial<Init> = await parentWindow.init ?? {};
  if (init.theme) applyTheme(init.theme);
  return {
    name: decodeURIComponent(location.pathname.split('/')[2] ?? ''),
    parentWindow,
    init,
    credential: init.token ?? credentialIn(location.hash) ?? credentialIn(location.search),
  };
}

/** Whether a credential is a token for another site than the one that embeds this page. */
export function isForAnotherSite(parentWindow: ParentWindow, credential: string | null): boolean {
  const origin = tokenOrigin(credential);
  return origin !== null && origin !== parentWindow.origin;
}

/** What an embed reports, and shows, for such a token. */
export const otherSiteError = {
  code: 'foreign-origin',
  heading: 'Cannot open this document here',
  message: 'Its access token is for another site. Open the document on that site.',
} as const;

/**
 * Reloads the embed in the other mode. The credential in the fragment stays; the parent is asked for
 * its settings again.
 */
export function changeMode(mode: 'edit' | 'view'): void {
  const address = new URL(location.href);
  // A reader who may edit again later returns to the editor.
  if (mode === 'view') address.searchParams.set('was', 'edit');
  else address.searchParams.delete('was');
  address.searchParams.set('mode', mode);
  location.replace(address);
}

function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}
