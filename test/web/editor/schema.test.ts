import { type DOMOutputSpec, Node } from 'prosemirror-model';
import { describe, expect, test } from 'vitest';
import { indentOf, kindOf, schema } from '../../../protocol/schema.ts';
import { addressFrom } from '../../../web/editor/commands/address-from.ts';

function toDOM(json: object): DOMOutputSpec | undefined {
  const node = Node.fromJSON(schema, json);
  return node.type.spec.toDOM?.(node);
}

describe('[E8] values in a document are untrusted', () => {
  test.each([undefined, null, 'h4', 'constructor', 7, {}, ['h1']])('kind %j is text', (kind) => {
    expect(kindOf({ kind })).toBe('text');
  });

  test.each([[undefined, 0], [null, 0], ['2', 0], [-1, 0], [1.5, 0], [3, 3], [99, 8], [NaN, 0]])(
    'indent %j is %d',
    (indent, level) => {
      expect(indentOf({ indent })).toBe(level);
    },
  );

  test('renders a line with invalid values', () => {
    expect(toDOM({ type: 'paragraph', attrs: { kind: 'toString', indent: {}, checked: 'no' } }))
      .toEqual(['p', { dir: 'auto' }, 0]);
  });
});

describe('[E9] every address in the page has passed safeHref or safeImageSource', () => {
  test.each(['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 7, null])(
    'a link to %j has no href',
    (href) => {
      const mark = schema.marks.link.create({ href });
      const drawn = mark.type.spec.toDOM?.(mark, true) as [string, object, 0];
      expect(drawn[1]).not.toHaveProperty('href');
    },
  );

  test('a web link has its href, and sends no referrer', () => {
    const mark = schema.marks.link.create({ href: 'https://example.com/' });
    expect(mark.type.spec.toDOM?.(mark, true)).toEqual([
      'a',
      { href: 'https://example.com/', rel: 'noopener noreferrer nofollow ugc' },
      0,
    ]);
  });

  test.each(['javascript:alert(1)', 'http://example.com/a.png', '//example.com/a.png', {}])(
    'an image from %j has no src',
    (src) => {
      const drawn = toDOM({ type: 'image', attrs: { src } }) as [string, object];
      expect(drawn[1]).not.toHaveProperty('src');
    },
  );

  test.each([
    ['example.com', 'https://example.com'],
    ['example.com:8080/a?b#c', 'https://example.com:8080/a?b#c'],
    ['ann@example.com', 'mailto:ann@example.com'],
    ['http://example.com', 'http://example.com'],
    ['/d/notes', '/d/notes'],
    ['#part', '#part'],
    ['tel:+4912345', 'tel:+4912345'],
    ['javascript:alert(1)', null],
    ['', null],
  ])('completes the typed address %s to %s', (input, href) => {
    expect(addressFrom(input)).toBe(href);
  });
});

test('a mark excludes its own type, as Yjs stores one value of each mark', () => {
  for (const mark of Object.values(schema.marks)) expect(mark.excludes(mark)).toBe(true);
});
