import { InlineReader } from './inline.ts';
import type { PlainLine } from './tree.ts';
import { keyOf, piecesOf, type YjsType } from './yjs-pieces.ts';

/**
 * The lines of a text that has no structure. Formats are left out: the marks of a whole text,
 * repeated for each line, could be made to grow without limit, and an editor of plain text has none.
 *
 * A line is known by the line break before it, which stays while the line is typed in.
 */
export function plainLinesOf(text: YjsType): PlainLine[] {
  const lines: PlainLine[] = [];
  let key = 'first';
  let parts: string[] = [];
  const endLine = () => {
    const reader = new InlineReader();
    reader.text(parts.join(''));
    lines.push({ type: 'plainLine', key, content: reader.content });
    parts = [];
  };
  for (const piece of piecesOf(text)) {
    if (piece.type !== 'text') continue;
    let from = 0;
    for (let to = piece.text.indexOf('\n'); to >= 0; to = piece.text.indexOf('\n', from)) {
      parts.push(piece.text.slice(from, to).replace(/\r$/, ''));
      endLine();
      key = keyOf(piece.id, to);
      from = to + 1;
    }
    parts.push(piece.text.slice(from));
  }
  endLine();
  return lines;
}
