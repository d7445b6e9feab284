import type { PollState } from './poller.ts';

/** What the reader is told in words. `timeOf` writes a moment as the reader's clock would. */
export function statusText(state: PollState, timeOf: (moment: number) => string): string {
  switch (state.type) {
    case 'live':
      return 'Live';
    case 'paused':
      return 'Paused';
    case 'empty':
      return 'Waiting';
    case 'behind':
      return `Behind, showing what was there at ${timeOf(state.seenAt)}`;
    case 'gone':
      return `No longer available, showing what was there at ${timeOf(state.seenAt)}`;
  }
}
