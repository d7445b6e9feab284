import type { Node } from 'prosemirror-model';

export interface WordCount {
  readonly words: number;
  /** As a person sees them in the text: without line ends, spaces counted. */
  readonly characters: number;
}

// Chinese and Japanese put no space between words: each character counts, as in other editors.
const oneByOne = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}';
const letter = `[[\\p{L}\\p{N}\\p{M}]--[${oneByOne}]]`;
const word = new RegExp(`[${oneByOne}]|${letter}+(?:['’.,\\-]${letter}+)*`, 'gv');

/** Counted once for each line, which is another object as soon as it has another text. */
const counted = new WeakMap<Node, WordCount>();

/** How long the text is. After the first time only the lines that have changed are read again. */
export function wordCountOf(doc: Node): WordCount {
  let words = 0;
  let characters = 0;
  doc.forEach((line) => {
    const count = counted.get(line) ?? countLine(line);
    counted.set(line, count);
    words += count.words;
    characters += count.characters;
  });
  return { words, characters };
}

function countLine(line: Node): WordCount {
  const text = line.textBetween(0, line.content.size, ' ', ' ');
  return { words: text.match(word)?.length ?? 0, characters: [...text].length };
}
