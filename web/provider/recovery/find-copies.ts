import * as Y from 'yjs';
import type { OrphanedText } from './orphaned-text.ts';

/** Less context than this is found by chance. */
const leastContext = 2;

export interface Place {
  readonly type: Y.Text;
  readonly index: number;
}

/** The texts that a transaction has made or written into. */
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

/** Whether the text stands where it belongs already: an earlier session has put it back. */
export function isRestored(
  { text, before, after }: OrphanedText,
  texts: Iterable<Y.Text>,
): boolean {
  return [...texts].some((type) => textOf(type).includes(before + text + after));
}

/**
 * Where a copy of the fallen text's surroundings stands: joined lines, lines cut and pasted or moved,
 * and changed to code, are copied by whoever does it, with a hole where they did not know of the
 * text. Looks only into the texts given. In a whole document there are always lines that look alike.
 */
export function findCopies({ before, after }: OrphanedText, texts: Iterable<Y.Text>): Place[] {
  const around = before + after;
  if (around.length < leastContext) return [];
  const places: Place[] = [];
  for (const type of texts) {
    // A type that was deleted since has no text.
    const text = textOf(type);
    for (let at = text.indexOf(around); at >= 0; at = text.indexOf(around, at + 1)) {
      places.push({ type, index: at + before.length });
    }
  }
  return places;
}

/** The text with something in place of each embed, so that positions are those of the type. */
function textOf(type: Y.Text): string {
  const parts: { insert: unknown }[] = type.toDelta();
  return parts.map(({ insert }) => typeof insert === 'string' ? insert : '\ufffc').join('');
}
