import type { Handlers } from './handler.ts';

export const readingHandlers: Handlers<'read' | 'read-roots' | 'changes' | 'state'> = {
  'read': ({ reader }, { format, knownTags }) => reader.read(format, knownTags),
  'read-roots': ({ reader }, { knownTags }) => reader.read('roots', knownTags),
  'changes': ({ reader }, { since }) => reader.changes(since),
  'state': ({ reader }, { knownTags }) => reader.state(knownTags),
};
