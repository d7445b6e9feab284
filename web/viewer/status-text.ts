import type { PollState } from './poller.ts';

/** Describes the state to the reader. `timeOf` formats a time, in milliseconds since the epoch. */
export function statusText(state: PollState, timeOf: (time: number) => string): string {
  switch (state.type) {
    case 'live':
      return 'Live';
    case 'paused':
      return 'Paused';
    case 'empty':
      return 'Waiting';
    case 'behind':
      return `Not connected. Showing the version from ${timeOf(state.seenAt)}`;
    case 'gone':
      return `No longer available. Showing the version from ${timeOf(state.seenAt)}`;
  }
}
