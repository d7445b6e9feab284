import type { Handlers } from './handler.ts';

/** The operations of clients that reach the room by HTTP instead of a WebSocket. */
export const sessionHandlers: Handlers<'exchange' | 'end-session'> = {
  'exchange': ({ alarm, polled, room }, { session, frame }, permission) =>
    alarm.watch(() => polled.exchange(room, session, permission, frame)),

  'end-session'({ alarm, polled, room }, { session }, permission) {
    alarm.watch(() => polled.end(room, session, permission));
    return null;
  },
};
