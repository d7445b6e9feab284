import type { Node } from 'prosemirror-model';

export interface WordCount {
  readonly words: number;
  /** Code points, with spaces and without line ends. */
  readonly characters: number;
}

// Chinese and Japanese have no spaces between words. As in other editors, each character counts.
const wordCharacter = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}';
const letter = `[[\\p{L}\\p{N}\\p{M}]--[${wordCharacter}]]`;
const word = new RegExp(`[${wordCharacter}]|${letter}+(?:['’.,\\-]${letter}+)*`, 'gv');

/** Counts by line: a changed line is a new object. */
const counts = new WeakMap<Node, WordCount>();

/** Counts words and characters. Later calls read only the lines that have changed. */
export function wordCountOf(doc: Node): WordCount {
  let words = 0;
  let characters = 0;
  doc.forEach((line) => {
    const count = counts.get(line) ?? countLine(line);
    counts.set(line, count);
    words += count.words;
    characters += count.characters;
  });
  return { words, characters };
}

function countLine(line: Node): WordCount {
  const text = line.textBetween(0, line.content.size, ' ', ' ');
  return { words: text.match(word)?.length ?? 0, characters: [...text].length };
}
