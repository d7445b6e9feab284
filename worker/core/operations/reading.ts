import type { Handlers } from './handler.ts';

export const readingHandlers: Handlers<'read' | 'changes' | 'state'> = {
  'read': ({ reader }, { format, knownTags }) => reader.read(format, knownTags),
  'changes': ({ reader }, { since }) => reader.changes(since),
  'state': ({ reader }, { knownTags }) => reader.state(knownTags),
};
