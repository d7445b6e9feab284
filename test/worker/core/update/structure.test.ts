import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import { xmlRoots } from '../../../../worker/core/update/document-structure.ts';
import { ItemIndex } from '../../../../worker/core/update/item-index.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import {
  any,
  binary,
  type Content,
  deleted,
  embed,
  forge,
  format,
  type Id,
  item,
  json,
  text,
  type,
  type Where,
} from './forge-updates.ts';
import { readAsStockClients } from './stock-readers.ts';

const values: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  0.1,
  10n,
  'text',
  [],
  {},
  new Uint8Array(2),
  [{ toString: null }],
  { a: { toString: 'x' } },
  { valueOf: 1, toJSON: 1, length: -1, constructor: null },
];
const texts = [
  'null',
  '1',
  '"x"',
  '[]',
  '{"href":"/"}',
  '{"a":{"toString":1}}',
  '[[{"\\u0074oString":1}]]',
  '{"valueOf":1,"toJSON":2}',
];

const emoji = text('\u{1f600}');

/** Every kind of content, with every kind of value. */
const contents: readonly Content[] = [
  deleted(1),
  json(['undefined']),
  binary(1),
  text('x'),
  emoji,
  ...values.map((value) => any([value])),
  ...texts.flatMap((value) => [json([value]), embed(value), format('mark', value)]),
  ...[0, 1, 2, 3, 4, 5, 6].map((shared) =>
    type(shared, shared === 3 || shared === 5 ? 'p' : undefined)
  ),
];

const root: Id = [1, 0];
/** Every place: roots, and types of every kind, as an element and under a key. */
const places: [name: string, parent: Content | null, where: Where][] = [
  ...['text', 'array', 'map', ...xmlRoots].flatMap((name): typeof places => [
    [`in the root ${name}`, null, { parent: name }],
    [`under a key of the root ${name}`, null, { parent: name, key: 'k' }],
  ]),
  ...[0, 1, 2, 3, 4, 5, 6].flatMap((shared): typeof places => {
    const parent = type(shared, shared === 3 || shared === 5 ? 'p' : undefined);
    return [
      [`in a type ${shared}`, parent, { parent: root }],
      [`under a key of a type ${shared}`, parent, { parent: root, key: 'k' }],
    ];
  }),
];

/** The document after an update. Null when it is rejected. */
function accept(updates: readonly Uint8Array[]): Y.Doc | null {
  const doc = new Y.Doc();
  const state = new LogState();
  const index = new ItemIndex();
  try {
    for (const update of updates) {
      const validated = validateUpdate(update, state);
      if (validated.type === 'gap') throw new Error('Unexpected gap');
      const stored = index.add(validated.update);
      if (stored === null) throw new Error('The document is full');
      state.add(validated.contents);
      Y.applyUpdate(doc, stored);
    }
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
  return doc;
}

/** A list of XML, or another one that may contain the parent. */
function storeParent(parent: Content): Uint8Array {
  const [xml, other] = ['lines', 'array'].map((root) =>
    forge([[1, 0, [item({ parent: root }, parent)]]])
  ) as [Uint8Array, Uint8Array];
  return accept([xml]) ? xml : other;
}

describe('content of every kind', () => {
  for (const [name, parent, place] of places) {
    it(`[P3] ${name} is rejected, or stock clients can read it`, () => {
      const stored = parent === null ? [] : [storeParent(parent)];
      let accepted = 0;
      for (const [i, content] of contents.entries()) {
        for (const next of [[], [content], [text('x')], [any([1])]]) {
          const parts = [content, ...next].map((part, at) =>
            item(at ? { origin: [2, lengthOf(content) - 1] } : place, part)
          );
          const doc = accept([...stored, forge([[2, 0, parts]])]);
          if (doc === null) continue;
          accepted++;
          const loaded = new Y.Doc();
          Y.applyUpdate(loaded, Y.encodeStateAsUpdate(doc));
          for (const each of [doc, loaded]) {
            expect(() => readAsStockClients(each), `content ${i}`).not.toThrow();
          }
        }
      }
      expect(accepted).toBeGreaterThan(0);
    });
  }

  it('[P3] keeps the key toString in values that are not in XML', () => {
    for (const key of [undefined, 'k']) {
      const value = any([{ toString: 1 }]);
      expect(accept([forge([[2, 0, [item({ parent: 'map', key }, value)]]])])).not.toBeNull();
    }
  });
});

/** In clocks. */
function lengthOf(content: Content): number {
  return content === emoji ? 2 : 1;
}
