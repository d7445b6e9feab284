import * as Y from 'yjs';
import type { OrphanedText } from './orphaned-text.ts';

/** Shorter context, in UTF-16 units, matches by chance. */
const minContext = 2;

export interface TextPosition {
  readonly type: Y.Text;
  readonly index: number;
}

/** The texts that a transaction has created or inserted into. */
export function writtenTexts({ beforeState, afterState, doc }: Y.Transaction): Set<Y.Text> {
  const texts = new Set<Y.Text>();
  for (const [client, clock] of afterState) {
    const from = beforeState.get(client) ?? 0;
    const structs = doc.store.clients.get(client);
    if (clock <= from || !structs) continue;
    for (let i = Y.findIndexSS(structs, from); i < structs.length; i++) {
      const struct = structs[i];
      if (!(struct instanceof Y.Item) || struct.deleted) continue;
      if (struct.parent instanceof Y.Text) texts.add(struct.parent);
    }
  }
  return texts;
}

/** Whether the text is already in its context, because an earlier session has re-inserted it. */
export function isRestored(
  { text, before, after }: OrphanedText,
  texts: Iterable<Y.Text>,
): boolean {
  return [...texts].some((type) => plainTextOf(type).includes(before + text + after));
}

/**
 * The positions where the text belongs in copies of its line. A client that joins, moves or pastes a
 * line, or turns it into code, writes a copy of the line without the text that it had not seen. Searches
 * only the given texts: a whole document has lines that look alike.
 */
export function findCopies(
  { before, after }: OrphanedText,
  texts: Iterable<Y.Text>,
): TextPosition[] {
  const context = before + after;
  if (context.length < minContext) return [];
  const positions: TextPosition[] = [];
  for (const type of texts) {
    // Empty for a type that has been deleted since.
    const text = plainTextOf(type);
    for (let at = text.indexOf(context); at >= 0; at = text.indexOf(context, at + 1)) {
      positions.push({ type, index: at + before.length });
    }
  }
  return positions;
}

/** The text, with one character for each embed, so that its indices are those of the type. */
function plainTextOf(type: Y.Text): string {
  const parts: { insert: unknown }[] = type.toDelta();
  return parts.map(({ insert }) => typeof insert === 'string' ? insert : '\ufffc').join('');
}
