import * as Y from 'yjs';

/** A decoded state vector: the next clock of each client id. */
export type Clocks = ReadonlyMap<number, number>;

interface UnsentOptions {
  /** What the service has acknowledged. */
  readonly saved: Clocks;
  /** The client ids that this browser has written with. Other browsers export their own text. */
  readonly clients: Iterable<number>;
}

/**
 * The complete lines that contain text which this browser wrote and the service has not acknowledged.
 * A line is a child of a fragment, or a line of a Y.Text. Deletions, attributes and marks have no
 * text and are ignored.
 */
export function unsentLines(
  root: Y.XmlFragment | Y.Text,
  { saved, clients }: UnsentOptions,
): string[] {
  const own = new Set(clients);
  const unsentFrom = ({ id }: Y.Item) =>
    own.has(id.client) ? (saved.get(id.client) ?? 0) - id.clock : Infinity;
  return readLines(root, unsentFrom).filter(({ isMarked }) => isMarked).map(({ text }) => text);
}

/** All lines of a root, as plain text. */
export function allLines(root: Y.XmlFragment | Y.Text): string[] {
  return readLines(root, () => Infinity).map(({ text }) => text);
}

/** The offset in an item beyond which its text marks the line; `Infinity` if none of it does. */
type MarkFrom = (item: Y.Item) => number;

interface Line {
  text: string;
  isMarked: boolean;
}

function readLines(root: Y.XmlFragment | Y.Text, markFrom: MarkFrom): Line[] {
  if (root instanceof Y.Text) return readBlock(root._start, markFrom);
  return [...itemsFrom(root._start)].flatMap(({ content }) => {
    if (!(content instanceof Y.ContentType)) return [];
    const lines = readBlock(content.type._start, markFrom);
    return lines.length > 0 ? lines : [{ text: '', isMarked: false }];
  });
}

/** The lines of a block and the elements nested in it. A line break starts another line. */
function readBlock(start: Y.Item | null, markFrom: MarkFrom): Line[] {
  const lines: Line[] = [];
  let line: Line | null = null;
  const add = (text: string, isMarked: boolean) => {
    if (!line) lines.push(line = { text: '', isMarked: false });
    line.text += text;
    line.isMarked ||= isMarked && text !== '';
  };
  const read = (start: Y.Item | null) => {
    for (const item of itemsFrom(start)) {
      if (item.content instanceof Y.ContentType) {
        const { type } = item.content;
        if (type instanceof Y.XmlElement && type.nodeName === 'hardBreak') line = null;
        else read(type._start);
      } else if (item.content instanceof Y.ContentString) {
        let end = 0;
        for (const [index, text] of item.content.str.split('\n').entries()) {
          if (index > 0) line = null;
          add(text, (end += text.length) > markFrom(item));
          // The line break.
          end += 1;
        }
      }
    }
  };
  read(start);
  return lines;
}

/** The items of a type that are not deleted, in order. Yjs has no public API that also gives their ids. */
function* itemsFrom(start: Y.Item | null): Generator<Y.Item> {
  for (let item = start; item !== null; item = item.right) if (!item.deleted) yield item;
}
