import type { Command } from 'prosemirror-state';

/** The first of these commands that applies. */
export function chainCommands(...commands: readonly Command[]): Command {
  return (state, dispatch, view) => commands.some((command) => command(state, dispatch, view));
}
