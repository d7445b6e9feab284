import type { Command } from 'prosemirror-state';

/** Runs commands in order until one applies. */
export function chainCommands(...commands: readonly Command[]): Command {
  return (state, dispatch, view) => commands.some((command) => command(state, dispatch, view));
}
