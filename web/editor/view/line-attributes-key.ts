import { PluginKey } from 'prosemirror-state';
import type { DecorationSet } from 'prosemirror-view';

/** The attributes of lines that depend on other lines or on Yjs. Set by a transaction's meta. */
export const lineAttributesKey = new PluginKey<DecorationSet>('line-attributes');
