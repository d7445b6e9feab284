import * as Y from 'yjs';

/** How much context is kept on each side of the text, in UTF-16 units. */
export const contextLength = 12;

/** Text that a remote client has deleted together with its line, without having seen the text. */
export interface OrphanedText {
  readonly text: string;
  /** The characters beside it that the remote client had seen. */
  readonly before: string;
  readonly after: string;
  /** The type it was in, deleted now. */
  readonly from: Y.Text;
}

/**
 * Finds text of this client that a transaction deletes and the remote client had not seen. An update
 * names every character that its author has deleted. Text that disappears with its parent and is not
 * named was unknown to that author.
 *
 * Must be called before observers run: afterwards Yjs has discarded the text. `incoming` are the
 * updates of the transaction; they are decoded only if it deletes text of `isOwn` clients.
 */
export function findOrphanedText(
  transaction: Y.Transaction,
  incoming: readonly Uint8Array[],
  isOwn: (client: number) => boolean,
): OrphanedText[] {
  // Text that arrives only now is history: the session that wrote it has recovered it or offered it.
  const isKnown = ({ client, clock }: Y.ID) =>
    isOwn(client) && clock < (transaction.beforeState.get(client) ?? 0);
  const lines = new Set<Y.Text>();
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return;
    if (isKnown(struct.id) && struct.parent instanceof Y.Text) lines.add(struct.parent);
  });
  if (lines.size === 0) return [];
  const deleteSets = incoming.map((update) => Y.decodeUpdate(update).ds);
  const isNamed = (id: Y.ID) => deleteSets.some((deleteSet) => Y.isDeleted(deleteSet, id));
  return [...lines].flatMap((line) => orphansIn(line, { transaction, isNamed, isKnown }));
}

interface LineReader {
  readonly transaction: Y.Transaction;
  isNamed(id: Y.ID): boolean;
  isKnown(id: Y.ID): boolean;
}

function orphansIn(line: Y.Text, { transaction, isNamed, isKnown }: LineReader): OrphanedText[] {
  /** What the remote client had seen of the line. */
  let seen = '';
  const orphans: { text: string; index: number }[] = [];
  // Yjs has no public API for reading a deleted type in order.
  for (let item = line._start; item !== null; item = item.right) {
    if (!(item.content instanceof Y.ContentString)) continue;
    const { client, clock } = item.id;
    for (const [offset, character] of item.content.str.split('').entries()) {
      const id = Y.createID(client, clock + offset);
      // Deleted before; documents without garbage collection keep such text.
      if (!Y.isDeleted(transaction.deleteSet, id)) continue;
      const last = orphans.at(-1);
      if (isNamed(id)) seen += character;
      else if (!isKnown(id)) continue;
      else if (last?.index === seen.length) last.text += character;
      else orphans.push({ text: character, index: seen.length });
    }
  }
  return orphans.map(({ text, index }) => ({
    text,
    before: seen.slice(Math.max(0, index - contextLength), index),
    after: seen.slice(index, index + contextLength),
    from: line,
  }));
}
