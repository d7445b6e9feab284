import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { metaOf } from '../../../protocol/schema.ts';
import { titleIn } from '../../../protocol/text/title.ts';
import { titleStart } from '../../../web/pages/document/bar/title-start.ts';
import { TitleText } from '../../../web/pages/document/bar/title-text.ts';
import { storedTitleOf } from '../../../worker/core/render/yjs-types.ts';
import { Random } from '../../support/random.ts';
import { UpdateStore } from '../../support/update-store.ts';

/** A person with the document open, who receives the updates of others when told to. */
class Person {
  readonly doc = new Y.Doc();
  readonly title: TitleText;
  readonly sent: Uint8Array[] = [];
  readonly #meta = metaOf(this.doc);

  constructor(start?: Uint8Array) {
    if (start) Y.applyUpdate(this.doc, start);
    this.title = new TitleText(this.#meta, () => 0);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'others') this.sent.push(update);
    });
  }

  receive(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, 'others');
    this.title.refresh();
  }

  get stored(): string | null {
    return titleIn(this.#meta);
  }

  type(text: string, at: number): void {
    const { text: before } = this.title;
    this.title.write(before.slice(0, at) + text + before.slice(at));
  }
}

function titled(title: string): Uint8Array {
  const doc = new Y.Doc();
  metaOf(doc).set('title', title);
  return Y.encodeStateAsUpdate(doc);
}

/** The offset itself, or the one before if it is in the middle of a character. */
function boundary(text: string, offset: number): number {
  return /^[\uDC00-\uDFFF]/.test(text.slice(offset)) ? offset - 1 : offset;
}

function exchange(...people: Person[]): void {
  const updates = people.map(({ doc }) => Y.encodeStateAsUpdate(doc));
  for (const person of people) for (const update of updates) person.receive(update);
}

function pair(title: string): [Person, Person] {
  const start = titled(title);
  return [new Person(start), new Person(start)];
}

describe('[E29] the title', () => {
  it('keeps what two people type at once, also where it was written as a string', () => {
    const [ann, bob] = pair('Report');
    ann.type('Q3 ', 0);
    bob.type(' draft', 6);
    exchange(ann, bob);
    expect([ann.title.text, bob.title.text, ann.stored]).toEqual(Array(3).fill('Q3 Report draft'));
    expect(storedTitleOf(ann.doc)).toBe('Q3 Report draft');
  });

  it('changes in one transaction, so that the page shows nothing in between', () => {
    const [ann] = pair('Report');
    let changes = 0;
    metaOf(ann.doc).observe(() => changes++);
    ann.type('!', 6);
    expect(changes).toBe(1);
  });

  it('is there once for a third person, who begins later from the string', () => {
    const start = titled('Report');
    const [ann, bob, eve] = [new Person(start), new Person(start), new Person(start)];
    ann.type('!', 6);
    exchange(ann, bob);
    bob.type('?', 0);
    eve.type('2 ', 0);
    exchange(ann, bob, eve);
    expect(new Set([ann, bob, eve].map(({ title }) => title.text)).size).toBe(1);
    expect([...ann.title.text].sort()).toEqual([...'2 ?Report!'].sort());
  });

  it('is what an older editor wrote last, and can be edited on', () => {
    const [ann, bob] = pair('Report');
    ann.type('Q3 ', 0);
    exchange(ann, bob);
    metaOf(bob.doc).set('title', 'Plan');
    exchange(ann, bob);
    expect([ann.title.text, ann.stored]).toEqual(['Plan', 'Plan']);
    ann.type('ning', 4);
    exchange(ann, bob);
    expect([bob.title.text, metaOf(bob.doc).get('title')]).toEqual(['Planning', 'Planning']);
  });

  it('keeps text that is composed while another person writes', () => {
    const [ann, bob] = pair('Report');
    ann.type('ㅎ', 6);
    const composing = ann.title.text;
    Y.applyUpdate(bob.doc, Y.encodeStateAsUpdate(ann.doc), 'others');
    bob.title.refresh();
    bob.type('Z', 0);
    // The page shows remote changes only when the composition has ended.
    Y.applyUpdate(ann.doc, Y.encodeStateAsUpdate(bob.doc), 'others');
    ann.title.write(composing.replace('ㅎ', '하'));
    ann.title.write(composing.replace('ㅎ', '한'));
    ann.title.refresh();
    exchange(ann, bob);
    expect([ann.title.text, bob.title.text]).toEqual(['ZReport한', 'ZReport한']);
  });

  it('takes back one person’s edits only', () => {
    const [ann, bob] = pair('one');
    const eve = new Person();
    ann.type(' two', 3);
    exchange(ann, bob);
    bob.type('!', 7);
    exchange(ann, bob);
    expect(ann.title.undo()).toBe(3);
    exchange(ann, bob);
    expect([ann.title.text, bob.title.text]).toEqual(['one!', 'one!']);
    expect(ann.title.redo()).toBe(7);
    expect(ann.title.text).toBe('one two!');
    exchange(ann, bob, eve);
    eve.title.write('');
    exchange(ann, eve);
    expect(ann.title.undo()).toBe(0);
    expect(eve.title.undo()).toBe(8);
    exchange(ann, bob, eve);
    expect(bob.title.text).toBe('one two!');
  });

  it('moves a caret with the character before it', () => {
    const [ann, bob] = pair('Report');
    ann.type('x', 6);
    exchange(ann, bob);
    bob.type('Q3 ', 0);
    Y.applyUpdate(ann.doc, Y.encodeStateAsUpdate(bob.doc), 'others');
    const offsetNow = ann.title.refresh();
    expect([offsetNow(0), offsetNow(6), offsetNow(7)]).toEqual([0, 9, 10]);
  });

  it('has whole characters only, and at most 200', () => {
    const ann = new Person(titled('x'.repeat(199)));
    ann.title.write(`${'x'.repeat(199)}😀`);
    expect(ann.title.text).toBe('x'.repeat(199));
    ann.title.write('😀');
    ann.title.write('😁');
    expect(ann.stored).toBe('😁');
  });

  it('does not make characters of an empty title', () => {
    expect(titleStart(metaOf(new Person(titled('')).doc))).toBeNull();
  });

  it('is the same for all, and for the service, after random edits (300 seeds)', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      const start = titled(random.pick(['', 'Report', 'é😀']));
      const store = new UpdateStore();
      store.add(start);
      const people = Array.from({ length: 3 }, () => new Person(start));
      for (let step = 0; step < 40; step++) {
        const person = random.pick(people);
        const { text } = person.title;
        const at = boundary(text, random.below(text.length + 1));
        switch (random.below(7)) {
          case 0:
            person.title.write(text.slice(0, at) + text.slice(boundary(text, at + 2)));
            break;
          case 1:
            person.title[random.chance(0.5) ? 'undo' : 'redo']();
            break;
          case 2:
            if (seed % 3 === 0) metaOf(person.doc).set('title', `old ${step}`);
            person.title.refresh();
            break;
          case 3: {
            const other = random.pick(people);
            person.receive(Y.encodeStateAsUpdate(other.doc));
            break;
          }
          default:
            person.type(random.pick(['a', 'bc', '😀', 'é']), at);
        }
        for (const update of person.sent.splice(0)) store.add(update);
      }
      exchange(...people);
      const titles = people.map(({ title }) => title.text);
      expect(new Set(titles).size, `seed ${seed}: ${titles}`).toBe(1);
      expect(storedTitleOf(store.stored())?.slice(0, 200), `seed ${seed}`)
        .toBe(people[0]!.stored?.slice(0, 200));
      expect(titles[0], `seed ${seed}`).not.toMatch(/\uFFFD/);
    }
  });
});
