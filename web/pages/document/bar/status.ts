import { describeStatus } from '../../../live-editor/describe-status.ts';
import type { EdgepadProvider } from '../../../provider/provider.ts';
import type { ProviderStatus } from '../../../provider/status.ts';
import type { Announcer } from './announcer.ts';

/** How long "Saving…" stays before "Saved", in milliseconds: the status must not flicker with every key. */
const savedDelay = 400;

interface StatusElements {
  readonly text: HTMLElement;
  /** Reconnects now instead of after the delay. */
  readonly retry: HTMLButtonElement;
}

/** Shows the status and announces it to screen readers, except "Saving…" at every key. */
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
    retry.hidden = !canRetry;
    // Hiding the focused button would move the focus to the start of the page.
    if (hadFocus && retry.hidden) document.querySelector<HTMLElement>('.ProseMirror')?.focus();
  };
  const update = () => {
    const { status } = provider;
    clearTimeout(timer);
    if (status.state === 'saved' && shown.dataset.state === 'saving') {
      timer = setTimeout(() => show(status), savedDelay);
    } else {
      show(status);
    }
    const { text, tone } = describeStatus(status);
    if (tone !== 'calm' || status.state !== 'saving') announcer.announce('status', text);
  };
  retry.addEventListener('click', () => provider.reconnect());
  provider.addEventListener('status', update);
  update();
}
