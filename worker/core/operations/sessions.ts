import type { Handlers } from './handler.ts';

/** The operations of clients that reach the room by HTTP instead of a WebSocket. */
export const sessionHandlers: Handlers<'exchange' | 'end-session'> = {
  'exchange': ({ alarm, polled }, { session, frame }, permission, network) =>
    alarm.trackActivity(() => polled.exchange(session, { permission, network }, frame)),

  'end-session'({ alarm, polled }, { session }, permission) {
    alarm.trackActivity(() => polled.end(session, permission));
    return null;
  },
};
