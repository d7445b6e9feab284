import * as Y from 'yjs';

/** How much of what stood beside the text is remembered, in UTF-16 units, on each side. */
const contextLength = 12;

/** Text that fell with the line it was in, and what the others still know of that line. */
export interface OrphanedText {
  readonly text: string;
  /** What stood before and after it, of those characters that the deleter had seen. */
  readonly before: string;
  readonly after: string;
  /** The type it was in, deleted now. */
  readonly from: Y.Text;
}

/**
 * Finds what this client wrote that this transaction takes away although nobody meant it: the line
 * around it was deleted by somebody who had not seen it. An update names each character its author
 * deleted; what falls without being named, its author did not know. Whoever had seen it meant it.
 *
 * Call it before observers run: later, Yjs has thrown the text away. `incoming` are the updates
 * that the transaction applies; they are decoded only when text of `isOwn` has fallen at all.
 */
export function findOrphanedText(
  transaction: Y.Transaction,
  incoming: readonly Uint8Array[],
  isOwn: (client: number) => boolean,
): OrphanedText[] {
  // What arrives only now is history that is told again: whoever lived it has seen to it.
  const isOurs = ({ client, clock }: Y.ID) =>
    isOwn(client) && clock < (transaction.beforeState.get(client) ?? 0);
  const lines = new Set<Y.Text>();
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return;
    if (isOurs(struct.id) && struct.parent instanceof Y.Text) lines.add(struct.parent);
  });
  if (lines.size === 0) return [];
  const named = incoming.map((update) => Y.decodeUpdate(update).ds);
  const isNamed = (id: Y.ID) => named.some((deleteSet) => Y.isDeleted(deleteSet, id));
  return [...lines].flatMap((line) => readLine(line, transaction, isNamed, isOurs));
}

function readLine(
  line: Y.Text,
  transaction: Y.Transaction,
  isNamed: (id: Y.ID) => boolean,
  isOurs: (id: Y.ID) => boolean,
): OrphanedText[] {
  let seen = '';
  const fallen: { text: string; at: number }[] = [];
  // Yjs has no public way to read a deleted type in order. y-prosemirror reads it like this, too.
  for (let item = line._start; item !== null; item = item.right) {
    if (!(item.content instanceof Y.ContentString)) continue;
    const { client, clock } = item.id;
    for (const [offset, character] of item.content.str.split('').entries()) {
      const id = Y.createID(client, clock + offset);
      // Gone before, and kept only in documents without garbage collection.
      if (!Y.isDeleted(transaction.deleteSet, id)) continue;
      const last = fallen.at(-1);
      if (isNamed(id)) seen += character;
      else if (!isOurs(id)) continue;
      else if (last?.at === seen.length) last.text += character;
      else fallen.push({ text: character, at: seen.length });
    }
  }
  return fallen.map(({ text, at }) => ({
    text,
    before: seen.slice(Math.max(0, at - contextLength), at),
    after: seen.slice(at, at + contextLength),
    from: line,
  }));
}
