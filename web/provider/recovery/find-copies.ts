import * as Y from 'yjs';
import { contextLength, type OrphanedText } from './orphaned-text.ts';

/** Shorter context, in UTF-16 units, matches by chance. */
const minContext = 2;
/** Characters sought, times characters searched: about a second at worst. */
const maxSearchSteps = 1_000_000_000;

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

/** The texts to search, as strings: with one character for each embed, so that indices are theirs. */
type SearchedTexts = ReadonlyMap<Y.Text, string>;

/** Reads the texts once, for any number of searches. */
export function readTexts(texts: Iterable<Y.Text>): SearchedTexts {
  return new Map(Array.from(texts, (type) => [type, plainTextOf(type)]));
}

/**
 * Whether so many searches in these texts would take too long. Text is offered then instead. The longer
 * a text, the more steps its search may take for each character.
 */
export function isTooMuchToSearch(
  orphans: readonly OrphanedText[],
  texts: SearchedTexts,
): boolean {
  let sought = 0;
  for (const { text } of orphans) sought += text.length + contextLength;
  let searched = 0;
  for (const text of texts.values()) searched += text.length;
  return sought * searched > maxSearchSteps;
}

/** Whether the text is already in its context, because an earlier session has re-inserted it. */
export function isRestored({ text, before, after }: OrphanedText, texts: SearchedTexts): boolean {
  const sought = before + text + after;
  return [...texts.values()].some((searched) => searched.includes(sought));
}

/**
 * The positions where the text belongs in copies of its line. A client that joins, moves or pastes a
 * line, or turns it into code, writes a copy of the line without the text that it had not seen. Searches
 * only the given texts: a whole document has lines that look alike. Returns at most two positions.
 */
export function findCopies(
  { before, after }: Pick<OrphanedText, 'before' | 'after'>,
  texts: SearchedTexts,
): TextPosition[] {
  const context = before + after;
  if (context.length < minContext) return [];
  const positions: TextPosition[] = [];
  for (const [type, text] of texts) {
    for (let at = text.indexOf(context); at >= 0; at = text.indexOf(context, at + 1)) {
      positions.push({ type, index: at + before.length });
      if (positions.length > 1) return positions;
    }
  }
  return positions;
}

/** Empty for a type that has been deleted since. */
function plainTextOf(type: Y.Text): string {
  const parts: { insert: unknown }[] = type.toDelta();
  return parts.map(({ insert }) => typeof insert === 'string' ? insert : '\ufffc').join('');
}
