import type { Handlers } from './handler.ts';

/** The operations of clients that reach the room by HTTP instead of a WebSocket. */
export const sessionHandlers: Handlers<'exchange' | 'end-session'> = {
  'exchange': ({ alarm, polled }, { session, frame }, permission) =>
    alarm.trackActivity(() => polled.exchange(session, permission, frame)),

  'end-session'({ alarm, polled }, { session }, permission) {
    alarm.trackActivity(() => polled.end(session, permission));
    return null;
  },
};
