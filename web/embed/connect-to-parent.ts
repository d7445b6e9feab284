import { credentialIn } from '../access/document-address.ts';
import { tokenOrigin } from '../access/token-claims.ts';
import type { Init, Theme, ToFrame } from './messages.ts';
import { ParentWindow } from './parent-window.ts';

/** What both pages for frames know of themselves, before and after the site has answered. */
export interface EmbeddedPage {
  /** The document's name. */
  readonly name: string;
  readonly site: ParentWindow;
  /** What the site has sent along, or nothing. */
  readonly init: Partial<Init>;
  /** The credential of access to begin with; null for none. */
  readonly credential: string | null;
}

/**
 * Begins a page in a frame: finds the site around it, takes over what that sends along, and keeps
 * the look as it says. `heard` gets the rest of what it says.
 */
export async function connectToParent(heard: (message: ToFrame) => void): Promise<EmbeddedPage> {
  const listed = (document.body.dataset.origins ?? '').split(' ').filter(Boolean);
  const site = new ParentWindow({
    origins: new Set([location.origin, ...listed]),
    isExpected: /[#&]host\b/.test(location.hash),
    heard(message) {
      if (message.type === 'setTheme') setTheme(message.theme);
      heard(message);
    },
  });
  const init: Partial<Init> = await site.init ?? {};
  if (init.theme) setTheme(init.theme);
  return {
    name: decodeURIComponent(location.pathname.split('/')[2] ?? ''),
    site,
    init,
    credential: init.token ?? credentialIn(location.hash) ?? credentialIn(location.search),
  };
}

/** Why a credential may not be used in this frame; null where it may. */
export function foreignCredential(site: ParentWindow, credential: string | null): string | null {
  const bound = tokenOrigin(credential);
  if (bound === null || bound === site.origin) return null;
  return 'This document was opened with a token that is for another site';
}

/** Goes to the same document in the other mode. The credential in the fragment stays; the site is asked anew. */
export function changeMode(mode: 'edit' | 'view'): void {
  const address = new URL(location.href);
  // Who may write again later comes back to where they were.
  if (mode === 'view') address.searchParams.set('was', 'edit');
  else address.searchParams.delete('was');
  address.searchParams.set('mode', mode);
  location.replace(address);
}

function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}
