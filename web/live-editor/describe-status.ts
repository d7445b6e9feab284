import type { ProviderStatus } from '../provider/status.ts';

/** How much a state wants to be noticed. */
export type Tone = 'calm' | 'wait' | 'bad';

export interface StatusDescription {
  /** For the person who writes, in the bar. */
  readonly text: string;
  readonly tone: Tone;
  /** Whether trying again by hand makes sense. */
  readonly canRetry: boolean;
}

/** What the bar says of each state. Promises nothing that the state does not say. */
export function describeStatus(status: ProviderStatus): StatusDescription {
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

function offlineText({ unsent, stored }: ProviderStatus & { state: 'offline' }): string {
  if (unsent === 0) return 'Offline: you can go on writing';
  return stored
    ? 'Offline: your changes are kept on this device'
    : 'Offline: keep this tab open until it is back';
}
