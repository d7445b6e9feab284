import type * as Y from 'yjs';
import { Awareness, removeAwarenessStates } from 'y-protocols/awareness';

/**
 * An Awareness without y-protocols' timer. That timer renews every state each 15 seconds and drops
 * those it has not heard of for 30: it would wake a sleeping document for nothing, four times a
 * minute for each open tab. Here a state ends when the service says that its client has gone.
 */
export function createAwareness(doc: Y.Doc): Awareness {
  const awareness = new Awareness(doc);
  // The class has no option for it; the field is public, if undocumented.
  clearInterval(awareness._checkInterval);
  return awareness;
}

/** Takes everybody else off the screen, so that they are new when they are heard of again. */
export function forgetOthers(awareness: Awareness, origin: unknown): void {
  const others = [...awareness.getStates().keys()].filter((id) => id !== awareness.clientID);
  removeAwarenessStates(awareness, others, origin);
  forgetGone(awareness);
}

/**
 * Drops the clocks of those who have gone. Else who comes back with the clock they left with would be
 * ignored: same clock, nothing new.
 */
export function forgetGone(awareness: Awareness): void {
  for (const id of [...awareness.meta.keys()]) {
    if (id !== awareness.clientID && !awareness.getStates().has(id)) awareness.meta.delete(id);
  }
}

/** Raises our own clock, so that others who forgot us take our state for news. */
export function renewOwnState(awareness: Awareness): void {
  const state = awareness.getLocalState();
  if (state !== null) awareness.setLocalState(state);
}
