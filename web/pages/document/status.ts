import type { EdgepadProvider } from '../../provider/provider.ts';
import type { ProviderStatus } from '../../provider/status.ts';

/** Shown "Saved" only once it has been true for so long: otherwise the words flicker with each key. */
const savedAfter = 400;
/** Spoken only once it has been true for so long. */
const spokenAfter = 1000;

/** What the bar says about the document's state, in words for the person who writes. */
export function statusText(status: ProviderStatus): string {
  switch (status.state) {
    case 'connecting':
      return status.progress === null
        ? 'Connecting…'
        : `Loading… ${Math.floor(status.progress * 100)} %`;
    case 'saving':
      return 'Saving…';
    case 'saved':
      return 'Saved';
    case 'offline':
      if (status.unsent === 0) return 'Offline: you can go on writing';
      return status.kept
        ? 'Offline: your changes are kept on this device'
        : 'Offline: keep this tab open until it is back';
    case 'read-only':
      return status.reason === 'role' ? 'Read only' : 'Read only: reload for a newer editor';
    case 'refused':
      return `Refused: ${status.reason || `code ${status.code}`}`;
  }
}

/** Keeps the bar's text true, and tells it to screen readers where that helps: not with each key. */
export function showStatus(provider: EdgepadProvider, shown: HTMLElement, spoken: HTMLElement) {
  let showTimer: ReturnType<typeof setTimeout> | undefined;
  let speakTimer: ReturnType<typeof setTimeout> | undefined;

  const update = () => {
    const { status } = provider;
    clearTimeout(showTimer);
    if (status.state === 'saved' && shown.dataset.state === 'saving') {
      showTimer = setTimeout(() => show(status), savedAfter);
    } else {
      show(status);
    }
    if (status.state === 'saving') return;
    clearTimeout(speakTimer);
    speakTimer = setTimeout(() => {
      const text = statusText(provider.status);
      if (provider.status.state !== 'saving' && spoken.textContent !== text) {
        spoken.textContent = text;
      }
    }, spokenAfter);
  };
  const show = (status: ProviderStatus) => {
    shown.dataset.state = status.state;
    shown.textContent = statusText(status);
    shown.title = shown.textContent;
  };
  provider.addEventListener('status', update);
  update();
}
