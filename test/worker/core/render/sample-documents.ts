import * as Y from 'yjs';
import type { Random } from '../../../support/random.ts';

/** Describes an element and its content: elements, or text as a delta. */
export interface Draft {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly content?: readonly (Draft | string | Delta)[];
}

export type Delta = readonly { readonly insert: string; readonly attributes?: object }[];

/** A line of our schema: `line('text')`, `line('text', { kind: 'bullet', indent: 1 })`. */
export function line(content: string | Draft['content'], attributes = {}): Draft {
  return {
    name: 'paragraph',
    attributes,
    content: typeof content === 'string' ? (content === '' ? [] : [content]) : content ?? [],
  };
}

export function element(
  name: string,
  content: Draft['content'] = [],
  attributes: Record<string, unknown> = {},
): Draft {
  return { name, attributes, content };
}

export function bold(text: string): Delta {
  return [{ insert: text, attributes: { bold: {} } }];
}

export function link(text: string, href: unknown): Delta {
  return [{ insert: text, attributes: { link: { href } } }];
}

/**
 * A document as on a server: loaded from an update, so that its roots have no types. The client id is
 * fixed, so that the keys are known.
 */
export function documentOf(drafts: readonly (Draft | string | Delta)[], root = 'lines'): Y.Doc {
  return received((doc) => {
    const fragment = doc.getXmlFragment(root);
    fragment.insert(0, drafts.map(build));
  });
}

/** A document loaded from the update that `write` makes. */
export function received(write: (doc: Y.Doc) => void): Y.Doc {
  const author = new Y.Doc();
  author.clientID = 1;
  author.transact(() => write(author));
  return copyOf(author);
}

export function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

export function build(draft: Draft | string | Delta): Y.XmlElement | Y.XmlText {
  if (typeof draft === 'string') return new Y.XmlText(draft);
  if (!('name' in draft)) {
    const text = new Y.XmlText();
    text.applyDelta([...draft]);
    return text;
  }
  const built = new Y.XmlElement<Record<string, string>>(draft.name);
  for (const [name, value] of Object.entries(draft.attributes ?? {})) {
    // A client without our editor may write values that are not strings.
    built.setAttribute(name, value as string);
  }
  built.insert(0, (draft.content ?? []).map(build));
  return built as Y.XmlElement;
}

const words = [
  'word',
  'two words',
  ' spaced ',
  '# no heading',
  '1. no item',
  '- no item',
  '> no quote',
  'a*b*c',
  '_under_ snake_case',
  '`tick` ``',
  '<b>bold</b>',
  '<img src=x onerror=alert(1)>',
  '</p><script>alert(1)</script>',
  '[a](javascript:alert(1))',
  '![i](x)',
  '&lt;&amp;&#60;',
  '"quoted" \'single\'',
  '\\ back\\slash\\',
  '~~~ | table | ---',
  '===',
  '---',
  'שלום',
  '日本語、',
  '👩‍👩‍👧 é',
  'a\nb',
  'nul\0 bell\u0007',
  '…!',
  '(paren)',
  '!',
  '',
];

const marks = [
  { bold: {} },
  { italic: {} },
  { strike: {} },
  { underline: {} },
  { code: {} },
  { link: { href: 'https://example.org/a_(b)?c=d&copy=1' } },
  { link: { href: 'javascript:alert(1)' } },
  { 'bold--aGFzaGhh': {} },
  { onclick: 'alert(1)' },
  { __proto__x: { href: 'x' } },
];

/** Text with random marks. */
export function randomText(random: Random): Delta {
  const runs = Array.from({ length: 1 + random.below(5) }, () => {
    const attributes = {};
    while (random.chance(0.5)) Object.assign(attributes, random.pick(marks));
    return { insert: random.pick(words), attributes };
  });
  return runs.filter(({ insert }) => insert !== '');
}

function randomInline(random: Random): Draft['content'] {
  return Array.from(
    { length: random.below(4) },
    () => random.chance(0.2) ? element('hardBreak') : randomText(random),
  );
}

const kinds = [null, 'h1', 'h2', 'h3', 'quote', 'bullet', 'ordered', 'task'];

/** Lines of our schema with any kind at any level. */
export function randomLines(random: Random): Draft[] {
  return Array.from({ length: 1 + random.below(12) }, (): Draft => {
    const indent = random.chance(0.5) ? { indent: random.below(10) } : {};
    if (random.chance(0.08)) return element('horizontalRule');
    if (random.chance(0.08)) {
      const language = random.pick(['ts', 'c++', null, '"><script>']);
      return element('codeBlock', [random.pick(words)], {
        ...indent,
        ...(language && { language }),
      });
    }
    if (random.chance(0.08)) {
      const src = random.pick(['https://example.org/a.png', '/b.png', 'javascript:alert(1)']);
      return element('image', [], { src, alt: random.pick(words), title: 'a "title"', ...indent });
    }
    const kind = random.pick(kinds);
    const checked = random.chance(0.5) ? { checked: true } : {};
    return line(randomInline(random), { ...(kind && { kind }), ...indent, ...checked });
  });
}

/** Nested elements with known and unknown names and hostile attributes. */
export function randomElements(random: Random, depth = 0): Draft[] {
  return Array.from({ length: 1 + random.below(4) }, (): Draft => {
    const name = random.pick([
      'paragraph',
      'heading',
      'blockquote',
      'codeBlock',
      'bulletList',
      'orderedList',
      'taskList',
      'listItem',
      'taskItem',
      'image',
      'horizontalRule',
      'hardBreak',
      'table',
      'tableRow',
      'tableCell',
      'script',
      'p onclick="alert(1)"',
      'style><script>',
      '__proto__',
      'constructor',
      '',
    ]);
    const attributes = Object.fromEntries(
      ['level', 'start', 'checked', 'kind', 'indent', 'language', 'src', 'onclick', '__proto__']
        .filter(() => random.chance(0.4))
        .map((name) => [
          name,
          random.pick<unknown>([
            1,
            2,
            -1,
            1e9,
            0.5,
            true,
            '1" onclick="alert(1)',
            'bullet',
            'https://example.org/"><script>alert(1)</script>',
            { href: 'x' },
            ['x'],
            null,
          ]),
        ]),
    );
    const content = random.chance(0.6) && depth < 5
      ? randomElements(random, depth + 1)
      : randomInline(random);
    return element(name, content, attributes);
  });
}
