import { CloseCode } from '../../../../protocol/close-codes.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { readContents } from '../../../../worker/core/update/update-walk.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { type Content, forge, item, text, type Where } from './forge-updates.ts';

export const { malformed, forbiddenContent, tooBig } = CloseCode;
export const complete = 'complete';
export const gap = 'gap';

/** The state of a log with these updates. */
export function stateOf(...updates: readonly Uint8Array[]): LogState {
  const state = new LogState();
  for (const update of updates) state.add(readContents(update, state));
  return state;
}

/** The result of `validateUpdate`: 'complete', 'gap', or the code of the error. */
export function outcomeOf(update: Uint8Array | readonly number[], state = new LogState()) {
  try {
    return validateUpdate(Uint8Array.from(update), state).type;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

/** The outcome for an update of one item, of client 1, over an empty log. */
export function outcomeOfItem(where: Where, content: Content) {
  return outcomeOf(forge([[1, 0, [item(where, content)]]]));
}

export function many<T>(length: number, one: (i: number) => T): T[] {
  return Array.from({ length }, (_, i) => one(i));
}

/** A log in which client 7, the victim, has written ten characters. */
export const victim = stateOf(forge([[7, 0, [item({}, text('ten chars.'))]]]));
