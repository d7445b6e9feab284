import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { BlockCache } from '../../../../worker/core/render/blocks/block-cache.ts';
import { readBlocks } from '../../../../worker/core/render/blocks.ts';
import type { Changes } from '../../../../protocol/answers/changes.ts';
import { Revisions } from '../../../../worker/core/render/revisions.ts';
import { joinRendered, renderBlocks } from '../../../../worker/core/render/html.ts';
import { readDocument, renderers } from '../../../../worker/core/render/formats.ts';
import type { RenderResult } from '../../../../worker/core/render/reader.ts';
import { Random } from '../../../support/random.ts';
import { immediate } from '../../../support/inline-jobs.ts';
import { type Client, World } from '../../../support/world.ts';
import { build, copyOf, documentOf, element, line, randomLines } from './sample-documents.ts';

/** A client that applies changes, with elements as text. web/viewer does the same with the DOM. */
class Follower {
  version: string | null = null;
  #order: string[] = [];
  #html = new Map<string, string>();

  apply(changes: Changes): void {
    if (changes.from !== undefined) expect(changes.from).toBe(this.version);
    const before = changes.from === undefined ? [] : this.#order;
    this.#order =
      changes.order?.flatMap((place) =>
        typeof place === 'string' ? place : before.slice(place[0], place[0] + place[1])
      ) ?? before;
    for (const { key, html } of changes.blocks) this.#html.set(key, html);
    this.version = changes.version;
  }

  get page(): string {
    return joinRendered(this.#order.map((place) => {
      const [depth, key = ''] = place.split(':');
      const html = this.#html.get(key) ?? '';
      const end = /<\/(?:p|h\d|ul|ol|li|blockquote)>$|<\/code><\/pre>$/.exec(html)?.index;
      return {
        key,
        depth: Number(depth),
        open: html.slice(0, end),
        close: html.slice(end ?? html.length),
      };
    }));
  }
}

const pageOf = (doc: Y.Doc) => joinRendered(renderBlocks(readDocument(doc).blocks));

/** Makes a random change. */
function edit(doc: Y.Doc, random: Random): void {
  const lines = doc.getXmlFragment('lines');
  const at = random.below(lines.length + 1);
  const target = at < lines.length ? lines.get(at) : null;
  const change = target instanceof Y.XmlElement
    ? random.pick(['insert', 'delete', 'attributes', 'type'])
    : 'insert';
  doc.transact(() => {
    if (change === 'insert') lines.insert(at, randomLines(random).map(build));
    if (change === 'delete') lines.delete(at, 1 + random.below(Math.min(3, lines.length - at)));
    if (!(target instanceof Y.XmlElement)) return;
    if (change === 'attributes') {
      target.setAttribute('kind', random.pick(['bullet', 'ordered', 'quote', 'h1', 'task']));
      if (random.chance(0.5)) target.setAttribute('indent', random.below(4) as unknown as string);
    }
    const text = change === 'type' ? target.get(0) : null;
    if (text instanceof Y.XmlText) {
      text.insert(0, 'typed ', random.chance(0.3) ? { bold: {} } : {});
    }
  });
}

describe('changes', () => {
  test('[R21] a client that applies the changes from any revision has the current page', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(seed);
      const doc = documentOf(randomLines(random));
      const cache = new BlockCache(doc);
      const revisions = new Revisions();
      const followers = [new Follower(), new Follower(), new Follower()];
      for (let number = 1; number < 30; number++) {
        const { title, blocks } = readDocument(doc, cache);
        revisions.add(`${number}.a`, { title, language: null, blocks: renderBlocks(blocks) });
        for (const follower of followers) {
          if (random.chance(0.5)) continue;
          follower.apply(JSON.parse(JSON.stringify(revisions.changesSince(follower.version))));
          expect(follower.page, `seed ${seed}, revision ${number}`).toBe(pageOf(copyOf(doc)));
        }
        edit(doc, random);
      }
    }
  }, 240_000);

  test('[R21] reading with a cache gives the same blocks as without', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(seed);
      const doc = documentOf(randomLines(random));
      const cache = new BlockCache(doc);
      for (let round = 0; round < 20; round++) {
        expect(readBlocks(doc, cache), `seed ${seed}`).toEqual(readBlocks(copyOf(doc)));
        edit(doc, random);
      }
    }
  }, 240_000);

  test('[R21] returns the whole document for a revision that is no longer known', () => {
    const doc = documentOf([line('a')]);
    const revisions = new Revisions();
    for (let number = 1; number <= 100; number++) {
      revisions.add(`${number}.a`, {
        title: 'a',
        language: null,
        blocks: renderBlocks(readBlocks(doc)),
      });
      doc.getXmlFragment('lines').push([build(line('b')) as Y.XmlElement]);
    }
    expect(revisions.changesSince('1.a').from).toBeUndefined();
    expect(revisions.changesSince('99.a').from).toBe('99.a');
    expect(revisions.changesSince('99.b').from).toBeUndefined();
    expect(revisions.changesSince(null).blocks).toHaveLength(100);
  });
});

/** A document of a hundred pages, with headings, text and lists. */
function hundredPages(client: Client): void {
  const text = 'Some forty words that stand for what people write in a line. '.repeat(4);
  const lines = Array.from(
    { length: 2_500 },
    (_, i) =>
      i % 10 === 0 ? line(`Heading ${i}`, { kind: 'h2' }) : i % 10 < 6 ? line(text) : line(text, {
        kind: i % 2 ? 'bullet' : 'ordered',
        indent: i % 3,
      }),
  );
  client.doc.transact(() => client.doc.getXmlFragment('lines').insert(0, lines.map(build)));
}

function changesOf(result: RenderResult): Changes {
  if (result.status !== 'read') throw new Error(`The result is ${result.status}`);
  return JSON.parse(result.body);
}

describe('a poll for changes', () => {
  const readerOf = (world: World) => {
    const reader = world.reader();
    return {
      read: (...given: Parameters<typeof reader.read>) => immediate(reader.read(...given)),
      changes: (since: string | null) => immediate(reader.changes(since)),
    };
  };

  /** The text of a line of the client's document. */
  const textOf = (client: Client, at: number) =>
    (client.doc.getXmlFragment('lines').get(at) as Y.XmlElement).get(0) as Y.XmlText;

  test.each([
    ['a document of lines', hundredPages],
    ['one long list', (client: Client) => {
      const items = Array.from(
        { length: 2_500 },
        (_, i) =>
          line('An item of some words. '.repeat(8), { kind: 'bullet', indent: i && 1 + i % 2 }),
      );
      client.doc.transact(() => client.doc.getXmlFragment('lines').insert(0, items.map(build)));
    }],
    ['one long quote', (client: Client) => {
      const lines = Array.from(
        { length: 2_500 },
        () => line('Words. '.repeat(30), { kind: 'quote' }),
      );
      client.doc.transact(() => client.doc.getXmlFragment('lines').insert(0, lines.map(build)));
    }],
  ])('[R21] the changes for one letter in %s of a hundred pages are below 2 KB', (_, write) => {
    const world = new World();
    const ann = world.client();
    ann.connect();
    world.settle();
    write(ann);
    world.settle();
    const reader = readerOf(world);
    const follower = new Follower();
    follower.apply(changesOf(reader.changes(null)));
    const whole = follower.page.length;
    expect(whole).toBeGreaterThan(300_000);
    for (let i = 0; i < 5; i++) {
      textOf(ann, 1_203 + 100 * i).insert(3, 'x');
      world.settle();
      world.pass(1_000);
      const result = reader.changes(follower.version);
      expect(result.status === 'read' && result.body.length).toBeLessThan(2_000);
      follower.apply(changesOf(result));
      expect(follower.page).toBe(pageOf(world.stored()));
    }
    // Inserts a line in the middle.
    ann.doc.getXmlFragment('lines').insert(900, [build(line('new')) as Y.XmlElement]);
    world.settle();
    world.pass(1_000);
    const result = reader.changes(follower.version);
    expect(result.status === 'read' && result.body.length).toBeLessThan(4_000);
    follower.apply(changesOf(result));
    expect(follower.page).toBe(pageOf(world.stored()));
  });

  test('[R21] the changes for one letter are as small after a wake', () => {
    const world = new World();
    const ann = world.client();
    ann.connect();
    world.settle();
    hundredPages(ann);
    world.settle();
    const follower = new Follower();
    follower.apply(changesOf(readerOf(world).changes(null)));
    world.evict();
    textOf(ann, 1_200).insert(3, 'x');
    world.settle();
    const result = readerOf(world).changes(follower.version);
    expect(result.status === 'read' && result.body.length).toBeLessThan(2_000);
    follower.apply(changesOf(result));
    expect(follower.page).toBe(pageOf(world.stored()));
  });

  test('[R21] answers unchanged without reading the document', () => {
    const world = new World();
    const ann = world.client();
    ann.connect();
    world.settle();
    hundredPages(ann);
    world.settle();
    const { version } = changesOf(readerOf(world).changes(null));
    const unloaded = readerOf(world);
    world.log.allUpdates = () => {
      throw new Error('Read');
    };
    expect(unloaded.changes(version)).toEqual({ status: 'unchanged', tag: version });
    expect(unloaded.read('md', ['0.x', version])).toEqual({ status: 'unchanged', tag: version });
    expect(() => unloaded.read('md', [])).toThrow('Read');
  });

  test('[R21] changes come in revisions of a second at most, files are always current', () => {
    const world = new World();
    const ann = world.client();
    ann.connect();
    world.settle();
    ann.type('a');
    world.settle();
    const reader = readerOf(world);
    const first = changesOf(reader.changes(null)).version;
    ann.type('b');
    world.settle();
    expect(reader.changes(null)).toMatchObject({ tag: first });
    expect(reader.read('txt', [])).toMatchObject({
      status: 'read',
      body: renderers.txt(readDocument(world.stored())),
    });
    // A version that was rendered for a file is available to polls at once.
    expect(reader.changes(first)).toMatchObject({ status: 'read' });
  });

  test('[R21] compaction does not interrupt clients that poll', () => {
    const world = new World();
    const ann = world.client();
    ann.connect();
    world.settle();
    ann.doc.getXmlFragment('lines').push([
      build(line('a')) as Y.XmlElement,
      build(element('image', [], { src: '/a.png' })) as Y.XmlElement,
    ]);
    world.settle();
    const reader = readerOf(world);
    const follower = new Follower();
    follower.apply(changesOf(reader.changes(null)));
    world.room.compact();
    textOf(ann, 0).insert(0, 'b');
    world.settle();
    world.pass(1_000);
    const changes = changesOf(reader.changes(follower.version));
    expect(changes.from).toBe(follower.version);
    follower.apply(changes);
    expect(follower.page).toBe(pageOf(world.stored()));
  });

  test.each([
    ['a note', 0, 800],
    ['five megabytes', 5, 5_000],
  ])('[R27] limits how often %s is rendered while it is edited', (_, megabytes, pace) => {
    const world = new World();
    const ann = world.client();
    ann.connect();
    world.settle();
    ann.doc.getXmlFragment('lines').insert(0, [build(line('a')) as Y.XmlElement]);
    for (let left = megabytes; left > 0; left--) {
      ann.doc.getXmlFragment('lines').push(
        Array.from({ length: 1_000 }, () => build(line('x'.repeat(1_000))) as Y.XmlElement),
      );
      world.settle();
    }
    const reader = readerOf(world);
    const tags = new Set<string>();
    const start = world.now;
    for (let edit = 0; edit < 300; edit++) {
      textOf(ann, 0).insert(0, 'b');
      world.settle();
      const results = [reader.changes([...tags].at(-1) ?? null)];
      // Files of a short document are always current, and cheap to render.
      if (megabytes > 0) results.push(reader.read('txt', []), reader.read('page', []));
      for (const result of results) if (result.status === 'read') tags.add(result.tag);
    }
    expect(tags.size).toBeGreaterThan(3);
    expect(tags.size).toBeLessThanOrEqual((world.now - start) / pace + 2);
  });
});
