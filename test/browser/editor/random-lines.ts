import { lineKinds } from '../../../protocol/schema.ts';
import type { Random } from '../../support/random.ts';

const words = [
  'salt',
  'rope',
  'tide',
  'a',
  'über',
  'x < y',
  '&amp;',
  '漢字',
  '- no list',
  '1. no',
  '😀',
];
const marks = ['bold', 'italic', 'strike', 'underline', 'code', 'link'] as const;

/** A random document with all kinds of blocks, as JSON. */
export function randomLines(random: Random): object {
  const count = 1 + random.below(8);
  return { type: 'doc', content: Array.from({ length: count }, () => randomBlock(random)) };
}

function randomBlock(random: Random): object {
  const indent = random.below(3) === 0 ? 1 + random.below(4) : null;
  switch (random.below(12)) {
    case 0:
      return {
        type: 'codeBlock',
        attrs: { language: random.below(2) === 0 ? 'js' : null, indent },
        content: [{ type: 'text', text: 'let a;\n  b()' }],
      };
    case 1:
      return { type: 'horizontalRule' };
    case 2:
      return { type: 'image', attrs: { src: 'https://example.com/a.png', alt: 'a', indent } };
  }
  const kind = lineKinds[random.below(lineKinds.length)];
  const isList = kind === 'bullet' || kind === 'ordered' || kind === 'task';
  return {
    type: 'paragraph',
    attrs: {
      kind: kind === 'text' ? null : kind,
      indent: isList ? indent : null,
      checked: kind === 'task' && random.below(2) === 0 ? true : null,
    },
    content: Array.from({ length: random.below(4) }, (_, at) => [
      // Not at the end of a line, where browsers do not render it.
      ...(at > 0 && random.below(8) === 0 ? [{ type: 'hardBreak' }] : []),
      randomInline(random),
    ]).flat(),
  };
}

function randomInline(random: Random): object {
  const type = marks[random.below(marks.length)];
  const attrs = type === 'link' ? { href: 'https://example.com/' } : {};
  return {
    type: 'text',
    text: `${words[random.below(words.length)]}${random.below(2)}`,
    ...(random.below(2) === 0 && { marks: [{ type, attrs }] }),
  };
}
