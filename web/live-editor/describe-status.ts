import type { ProviderStatus } from '../provider/status.ts';

/** How urgent a status is. */
export type Tone = 'calm' | 'wait' | 'bad';

interface StatusDescription {
  readonly text: string;
  readonly tone: Tone;
  /** Whether to offer reconnecting now. */
  readonly canRetry: boolean;
}

/** The status as the person sees it. Never claims more than the status does. */
export function describeStatus(status: ProviderStatus): StatusDescription {
  const calm = (text: string): StatusDescription => ({ text, tone: 'calm', canRetry: false });
  switch (status.state) {
    case 'connecting':
      return calm(
        status.progress === null ? 'Connecting…' : `Loading… ${Math.floor(status.progress * 100)}%`,
      );
    case 'saving':
      return status.isStorageFailing
        ? { text: 'Not saved: the service cannot store changes', tone: 'bad', canRetry: false }
        : calm('Saving…');
    case 'saved':
      return calm('Saved');
    case 'offline':
      return { text: offlineText(status), tone: 'wait', canRetry: true };
    case 'read-only':
      return calm(
        status.reason === 'role' ? 'Read-only' : 'Read-only: reload the page to update the editor',
      );
    case 'refused': {
      const text = `Not connected: ${status.reason || `code ${status.code}`}`;
      return { text, tone: 'bad', canRetry: false };
    }
  }
}

function offlineText({ unsent, stored }: ProviderStatus & { state: 'offline' }): string {
  if (unsent === 0) return 'Offline: you can keep writing';
  return stored
    ? 'Offline: your changes are kept on this device'
    : 'Offline: keep this tab open until you are back online';
}
