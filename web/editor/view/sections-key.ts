import { PluginKey } from 'prosemirror-state';
import type { DecorationSet } from 'prosemirror-view';

/** The ids of the headings, as decorations. Set by a transaction's meta of this key. */
export const sectionsKey = new PluginKey<DecorationSet>('sections');
