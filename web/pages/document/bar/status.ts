import type { EdgepadProvider } from '../../../provider/provider.ts';
import { describeStatus } from '../../../live-editor/describe-status.ts';
import type { ProviderStatus } from '../../../provider/status.ts';
import type { Announcer } from '../people/announcer.ts';

/** Shown "Saved" only once it has been true for so long: otherwise the words flicker with each key. */
const savedAfter = 400;

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
    const { text, tone, canRetry } = describeStatus(status);
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
    announcer.say('status', describeStatus(status).text);
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
