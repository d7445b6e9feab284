/** Documents of honest use, far larger than most: they must stay far below every limit. */
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { ItemIndex } from '../../../../worker/core/update/item-index.ts';
import { Random } from '../../../support/random.ts';
import { forge, item, type Part, type Structs, text, type } from './forge-updates.ts';
import { many } from './outcomes.ts';

/** Adds updates as when clients send them. */
function addAll(updates: Iterable<Uint8Array>): ItemIndex {
  const index = new ItemIndex();
  for (const update of updates) expect(index.add(update)).toBe(update);
  return index;
}

function expectFarBelowLimits({ memory, steps }: ItemIndex): void {
  expect(memory).toBeLessThan(0.7 * limits.documentMemory);
  expect(steps).toBeLessThan(0.5 * limits.documentSteps);
}

function paragraph(words: string): Y.XmlElement {
  const element = new Y.XmlElement('paragraph');
  element.setAttribute('kind', 'quote');
  element.insert(0, [new Y.XmlText(words)]);
  return element;
}

describe('honest documents', () => {
  it('[P8] accepts a book of 1,000 pages, and replacing a word in all of it', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    const sentence =
      'Some words of a book, in a line that has about eighty characters to its end. ';
    const lines = doc.getXmlFragment('lines');
    lines.insert(0, many(20_000, () => paragraph(sentence.repeat(2))));
    doc.transact(() => {
      for (const line of lines.toArray().slice(0, 10_000)) {
        const words = (line as Y.XmlElement).get(0) as Y.XmlText;
        words.delete(5, 5);
        words.insert(5, 'phrases');
      }
    });
    expectFarBelowLimits(addAll(updates));
    expectFarBelowLimits(ItemIndex.of([Y.encodeStateAsUpdate(doc)]));
  });

  it('[P8] accepts 100,000 lines inserted at the start, one by one or at once', () => {
    const line = (i: number): Part => item(i ? { right: [7, i - 1] } : {}, type(3, 'p'));
    expectFarBelowLimits(addAll(many(100_000, (i) => forge([[7, i, [line(i)]]]))));
    expectFarBelowLimits(addAll([forge([[7, 0, many(100_000, line)]])]));
  });

  it('[P8] accepts two people who each inserted 1,000 lines at one position while offline', () => {
    for (const ids of [[7, 8], [8, 7]] as const) {
      for (const at of ['start', 'end'] as const) {
        const own = (client: number): Structs => [
          client,
          0,
          many(1000, (i) => {
            const previous = [client, i - 1] as const;
            if (i === 0) return item({}, type(3, 'p'));
            return item(at === 'start' ? { right: previous } : { origin: previous }, type(3, 'p'));
          }),
        ];
        expectFarBelowLimits(addAll(ids.map((client) => forge([own(client)]))));
      }
    }
  });

  it('[P8] accepts 60,000 edits of one writer: runs of typing, corrections and jumps', () => {
    const random = new Random(1);
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    const words = doc.getText('text');
    let at = 0;
    for (let edit = 0; edit < 60_000; edit++) {
      if (random.chance(0.01)) at = random.below(words.length + 1);
      if (at > 0 && random.chance(0.2)) words.delete(--at, 1);
      else words.insert(at++, 'a');
    }
    expectFarBelowLimits(addAll(updates));
  });

  it('[P8] accepts 100,000 editing sessions', () => {
    const sessions = many(100_000, (i): Structs => [
      2 ** 40 - i,
      0,
      [item(i ? { origin: [2 ** 40 - i + 1, 3] } : {}, text('text'))],
    ]);
    expectFarBelowLimits(addAll(sessions.map((session) => forge([session]))));
  });

  it('[P8] accepts a table of 5,000 cells', () => {
    const doc = new Y.Doc();
    const table = new Y.XmlElement('table');
    table.insert(
      0,
      many(500, () => {
        const row = new Y.XmlElement('tableRow');
        row.insert(
          0,
          many(10, (i) => {
            const cell = new Y.XmlElement('tableCell');
            cell.setAttribute('colspan', '1');
            cell.insert(0, [paragraph(`cell ${i}`)]);
            return cell;
          }),
        );
        return row;
      }),
    );
    doc.getXmlFragment('lines').insert(0, [table]);
    expectFarBelowLimits(addAll([Y.encodeStateAsUpdate(doc)]));
  });

  it('[P8] accepts a year of daily use by 50 people', () => {
    const random = new Random(1);
    const index = new ItemIndex();
    const ends: [client: number, end: number][] = [];
    for (let session = 0; session < 365 * 50; session++) {
      const client = 10_000 + random.below(2 ** 40);
      let clock = 0;
      // Each writes a few words at five places: after words of others, and before the next ones.
      for (let place = 0; place < 5; place++) {
        const origin = ends.length > 0 ? random.pick(ends) : undefined;
        const where = origin ? { origin: [origin[0], origin[1] - 1] as const } : {};
        const update = forge([[client, clock, [item(where, text('a few words'))]]]);
        expect(index.add(update)).toBe(update);
        clock += 11;
      }
      ends.push([client, clock]);
    }
    expectFarBelowLimits(index);
  });
});
