import type { EdgepadProvider } from '../../../provider/provider.ts';
import type { ProviderStatus } from '../../../provider/status.ts';
import type { Announcer } from '../people/announcer.ts';

/** Shown "Saved" only once it has been true for so long: otherwise the words flicker with each key. */
const savedAfter = 400;

/** How much a state wants to be noticed. */
export type Tone = 'calm' | 'wait' | 'bad';

export interface StatusWords {
  /** For the person who writes, in the bar. */
  readonly text: string;
  readonly tone: Tone;
  /** Whether trying again by hand makes sense. */
  readonly canRetry: boolean;
}

/** What the bar says of each state. Promises nothing that the state does not say. */
export function statusWords(status: ProviderStatus): StatusWords {
  const words = (text: string, tone: Tone = 'calm', canRetry = false) => ({ text, tone, canRetry });
  switch (status.state) {
    case 'connecting':
      return words(
        status.progress === null
          ? 'Connecting…'
          : `Loading… ${Math.floor(status.progress * 100)} %`,
      );
    case 'saving':
      return words('Saving…');
    case 'saved':
      return words('Saved');
    case 'offline':
      return words(offlineText(status), 'wait', true);
    case 'read-only':
      return words(
        status.reason === 'role' ? 'Read only' : 'Read only: reload the page for a newer editor',
      );
    case 'refused':
      return words(`Refused: ${status.reason || `code ${status.code}`}`, 'bad');
  }
}

export interface StatusElements {
  readonly text: HTMLElement;
  /** "Try now". */
  readonly retry: HTMLButtonElement;
}

/** Keeps the bar true, and tells a screen reader what lasts: not each key's "Saving…". */
export function showStatus(
  provider: EdgepadProvider,
  { text: shown, retry }: StatusElements,
  announcer: Announcer,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (status: ProviderStatus) => {
    const { text, tone, canRetry } = statusWords(status);
    shown.dataset.state = status.state;
    shown.dataset.tone = tone;
    shown.textContent = text;
    shown.title = text;
    const hadFocus = document.activeElement === retry;
    retry.hidden = !(canRetry && canReconnect(provider));
    // Who has just pressed it must not fall back to the start of the page.
    if (hadFocus && retry.hidden) document.querySelector<HTMLElement>('.ProseMirror')?.focus();
  };
  const update = () => {
    const { status } = provider;
    clearTimeout(timer);
    if (status.state === 'saved' && shown.dataset.state === 'saving') {
      timer = setTimeout(() => show(status), savedAfter);
    } else {
      show(status);
    }
    if (status.state === 'saving') return;
    announcer.say('status', statusWords(status).text);
  };
  retry.addEventListener('click', () => {
    if (canReconnect(provider)) provider.reconnect();
  });
  provider.addEventListener('status', update);
  update();
}

/** Whether the provider can be asked to try now, instead of when its waiting is over. */
function canReconnect(
  provider: EdgepadProvider,
): provider is EdgepadProvider & { reconnect(): void } {
  return 'reconnect' in provider && typeof provider.reconnect === 'function';
}

function offlineText({ unsent, stored }: ProviderStatus & { state: 'offline' }): string {
  if (unsent === 0) return 'Offline: you can go on writing';
  return stored
    ? 'Offline: your changes are kept on this device'
    : 'Offline: keep this tab open until it is back';
}
