import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { workLimits } from '../../../../protocol/limits.ts';
import { emptyUpdate, encodeMessage } from '../../../../protocol/messages.ts';
import type { DocumentFile } from '../../../../worker/core/archive/document-reader.ts';
import type { Format } from '../../../../worker/core/render/reader.ts';
import { AddressWork } from '../../../../worker/core/work/address-work.ts';
import { OverloadError } from '../../../../worker/core/work/document-work.ts';
import { immediate } from '../../../support/inline-jobs.ts';
import { type Client, World } from '../../../support/world.ts';
import { MemorySql } from '../../../support/memory-sql.ts';
import { documentOver, open } from '../archive/stored-document.ts';
import { embed, forge, item, text, type } from '../update/forge-updates.ts';

const sentence = 'Some words of a book, in a line that has about eighty characters to its end. ';

/** The update of a book of 1,000 pages. */
const book = (() => {
  const doc = new Y.Doc();
  doc.clientID = 7;
  const lines = Array.from({ length: 20_000 }, () => {
    const line = new Y.XmlElement('paragraph');
    line.setAttribute('kind', 'quote');
    line.insert(0, [new Y.XmlText(sentence.repeat(2))]);
    return line;
  });
  doc.getXmlFragment('lines').insert(0, lines);
  return Y.encodeStateAsUpdate(doc);
})();

/** A world whose document is this book, compacted. */
function worldWithBook(addressWork?: AddressWork): World {
  const world = new World(addressWork);
  const author = world.client().connect();
  world.settle();
  author.send({ type: 'update', update: book });
  world.settle();
  author.type('a last line');
  world.settle();
  world.room.compact();
  author.cut();
  // The author has paid for the book.
  world.pass(60_000);
  return world;
}

/** Opens a connection whose frames the client never gets, and asks for all after the book's first items. */
function ask(world: World, network: string | null): Client {
  const client = world.client({ network, speaksEdgepad: false }).connect();
  client.connection!.toRoom.length = 0;
  return askAgain(world, client);
}

/** Asks, as one who lacks the last struct of the book: a short answer for which the book is read. */
function askAgain(world: World, client: Client): Client {
  const clock = world.log.state.clockOf(7) - 1;
  const clocks = new Map([...world.log.state.clocks(), [7, clock]]);
  client.send({ type: 'sync-step-1', stateVector: Y.encodeStateVector(clocks) });
  client.connection?.deliverToRoom(world);
  return client;
}

const school = '192.0.2.1';

describe('work of honest clients', () => {
  it('[P8] allows a class of 50 to open a book at once from one address, and to type', () => {
    const world = worldWithBook();
    const pupils = Array.from({ length: 50 }, () => world.client({ network: school }).connect());
    const connections = pupils.map(({ connection }) => connection!);
    for (const connection of connections) {
      while (connection.deliverToRoom(world));
      expect(connection.closeCode).toBeNull();
      const bytes = connection.toClient.reduce((sum, { length }) => sum + length, 0);
      expect(bytes).toBeGreaterThan(world.log.bytes);
      connection.toClient.length = 0;
      // Has read the answer.
      world.receive(connection, encodeMessage({ type: 'sync-step-2', update: emptyUpdate }));
    }
    const { version } = world.log;
    for (let round = 0; round < 50; round++) {
      for (const [k, pupil] of pupils.entries()) {
        const id = 1000 + k;
        const where = round > 0 ? { origin: [id, round - 1] } as const : { parent: 'chat' };
        pupil.send({ type: 'update', update: forge([[id, round, [item(where, text('x'))]]]) });
        while (pupil.connection!.deliverToRoom(world));
      }
      // Handled on arrival: no one waits.
      expect(world.log.version).toBe(version + 50 * (round + 1));
      world.pass(100);
    }
  });

  it('[P8] allows 200 people behind one address to read a book, and 50 to download it', () => {
    const world = worldWithBook();
    const reader = world.reader();
    const read = (format: Format) => world.work.payFor(school, () => reader.read(format, []));
    for (let i = 0; i < 200; i++) {
      for (const format of ['page', 'html', 'md'] as const) {
        expect(immediate(read(format)).status).toBe('read');
      }
    }
    for (let i = 0; i < 50; i++) {
      expect(world.work.payFor(school, () => reader.state([])).status).toBe('read');
    }
  });
});

describe('work of hostile clients', () => {
  it('[P8] charges a question for what is read to answer it', () => {
    const world = worldWithBook();
    const client = ask(world, null);
    const { connection } = client;
    expect(connection!.toClient.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(1000);
    connection!.toClient.length = 0;
    client.send({ type: 'sync-step-2', update: emptyUpdate });
    connection!.deliverToRoom(world);
    askAgain(world, client);
    expect(connection!.closeCode).toBe(CloseCode.tooMany);
  });

  it('[P8] refuses answers to an address that reconnects for each, not to others', () => {
    const world = worldWithBook();
    const units = world.log.bytes / workLimits.walkedBytes;
    const left = 10 * units;
    world.work.payFor('192.0.2.66', () => world.work.charge(workLimits.document.burst - left));
    let answered = 0;
    while (ask(world, '192.0.2.66').connection?.isOpen) answered++;
    expect(answered).toBeLessThanOrEqual(11);
    expect(answered).toBeGreaterThan(5);
    expect(ask(world, '192.0.2.66').connection?.isOpen).toBeFalsy();
    // The document has no work left for clients without an address.
    expect(ask(world, null).connection?.isOpen).toBeFalsy();
    expect(ask(world, school).connection?.isOpen).toBe(true);
    world.pass(60_000);
    expect(ask(world, '192.0.2.66').connection?.isOpen).toBe(true);
  });

  it('[P8] delays every connection of an address that owes more than a burst', () => {
    const addressWork = new AddressWork();
    const world = new World(addressWork);
    const [moderate, other] = ['192.0.2.66', school].map((network) =>
      world.client({ network }).connect()
    );
    world.settle();
    // As 560 connections cause it that send 150 messages a second each.
    addressWork.of('192.0.2.66').charge(2 * workLimits.address.burst + 1000, world.now);
    const { version } = world.log;
    for (const client of [moderate!, other!]) {
      client.type('a');
      while (client.connection!.deliverToRoom(world));
    }
    expect(world.log.version).toBe(version + 1);
    world.pass(10_000);
    world.settle();
    expect(world.log.version).toBe(version + 2);
  });

  it('[P8] charges a repeated update for the structs that it is compared with', () => {
    const world = new World();
    const [author, member] = [world.client().connect(), world.client().connect()];
    world.settle();
    const items = Array.from(
      { length: 20_000 },
      (_, clock) => item(clock > 0 ? { origin: [7, clock - 1] } : { parent: 'chat' }, embed('1')),
    );
    author.send({ type: 'update', update: forge([[7, 0, items]]) });
    world.settle();
    author.cut();
    world.pass(60_000);
    const repeated = forge([[7, 0, [item({ parent: 'chat' }, embed('1'))]]]);
    const answers = () => member.messages.filter(({ type }) => type === 'unsaved').length;
    const compare = () => {
      member.send({ type: 'update', update: repeated });
      while (member.connection!.deliverToRoom(world));
    };
    compare();
    // The comparison has taken longer than a connection may cause at once.
    compare();
    world.settle();
    expect(answers()).toBe(1);
  });

  it('[P8] limits the downloads of an address, in all documents together', () => {
    const addressWork = new AddressWork();
    const [first, second] = [worldWithBook(addressWork), worldWithBook(addressWork)];
    const units = first.log.bytes / workLimits.sentBytes;
    const download = (world: World, network: string | null) =>
      world.work.payFor(network, () => world.reader().state([]));
    addressWork.of('192.0.2.66').charge(workLimits.address.burst - 4.5 * units, first.now);
    for (let i = 0; i < 5; i++) download(i % 2 ? first : second, '192.0.2.66');
    for (const world of [first, second]) {
      expect(() => download(world, '192.0.2.66')).toThrow(OverloadError);
      for (const network of [school, null]) expect(download(world, network).status).toBe('read');
    }
  });

  it('[P8] limits the downloads of a document, but not for addresses that caused few', () => {
    const world = worldWithBook();
    const download = (network: string | null) =>
      world.work.payFor(network, () => world.reader().state([]));
    world.work.payFor('192.0.2.66', () => world.work.charge(workLimits.document.burst + 1));
    for (const network of ['192.0.2.66', null]) {
      expect(() => download(network)).toThrow(OverloadError);
    }
    expect(download(school).status).toBe('read');
  });

  it('[P8] shows readers an earlier revision while the document has no work left', () => {
    const world = worldWithBook();
    const reader = world.reader();
    const first = reader.read('txt', []);
    const ann = world.client().connect();
    while (ann.connection!.deliverToRoom(world));
    world.pass(60_000);
    world.work.charge(2 * workLimits.document.burst);
    ann.send({ type: 'update', update: forge([[9, 0, [item({ parent: 'chat' }, text('x'))]]]) });
    while (ann.connection!.deliverToRoom(world));
    expect(reader.read('txt', [])).toBe(first);
    expect(() => reader.read('html', [])).toThrow(OverloadError);
    world.pass(60_000);
    expect(immediate(reader.read('html', [])).status).toBe('read');
  });

  it('[P8] charges an import for its rows and for the number of its updates', async () => {
    const settings = { table: 'document', rows: [{ created: 1, schema: 1, issued_after: 0 }] };
    /** Imports a file. Returns the status and the units. */
    const importFile = async (file: Partial<DocumentFile>) => {
      const addressWork = new AddressWork();
      const operation = {
        type: 'import',
        file: { version: 1, rows: [settings], updates: [], ...file },
      } as const;
      const document = documentOver(new MemorySql(), { addressWork });
      const answer = await document.call(null, operation, '192.0.2.66');
      const { burst, perSecond } = workLimits.address;
      const units = addressWork.of('192.0.2.66').wait(burst, 0) * perSecond / 1000;
      return { status: 'status' in answer && answer.status, units };
    };
    const clients = Array.from(
      { length: 5000 },
      (_, client) => ({ client, version: 1, author: null }),
    );
    const many = await importFile({ rows: [settings, { table: 'clients', rows: clients }] });
    expect(many.status).toBe('imported');
    expect(many.units).toBeGreaterThanOrEqual(100);
    // Items at one place, of which each is compared with all before.
    const updates = Array.from({ length: 600 }, (_, i) => {
      const doc = new Y.Doc();
      doc.clientID = 200 + i;
      doc.getText('t').insert(0, 'x');
      return Y.encodeStateAsUpdate(doc);
    });
    const steps = await importFile({ updates });
    expect(steps.status).toBe('imported');
    expect(steps.units).toBeGreaterThan(50);
    // Such items in one update, each after those of the client before: known once they are integrated.
    const row = forge(Array.from({ length: 600 }, (_, i) => [200 + i, 0, [
      item(i ? { origin: [199 + i, 2] } : { parent: 'order' }, text('x')),
      item({ parent: 't' }, text('x')),
      item({ origin: [200 + i, 0] }, text('x')),
    ]]));
    const oneUpdate = await importFile({ updates: [row] });
    expect(oneUpdate.status).toBe('imported');
    expect(oneUpdate.units).toBeGreaterThan(50);
    // The same, and then content that is rejected.
    const valueInXml = forge([[1, 0, [
      item({ parent: 'x' }, type(6)),
      item({ parent: [1, 0] }, embed('{"toString":1}')),
    ]]]);
    const rejectedLate = await importFile({ updates: [row, valueInXml] });
    expect(rejectedLate.status).toBe('invalid');
    expect(rejectedLate.units).toBeGreaterThan(50);
    const invalid = [Uint8Array.of(9)];
    // Wrong settings are found before the content is read.
    const wrong = [{ ...settings, rows: [{ created: 1, schema: 9999, issued_after: 0 }] }];
    const rejected = await importFile({ rows: wrong, updates: invalid });
    expect(rejected.status).toBe('invalid');
    expect(rejected.units).toBeLessThan(10);
  });

  it('[P8] charges the content of new documents before it is written, to the address', () => {
    const addressWork = new AddressWork();
    const admit = (network: string) =>
      documentOver(new MemorySql(), { addressWork })
        .call(null, { type: 'admit-content', characters: 1_000_000 }, network);
    const answers = Array.from({ length: 4 }, () => admit('192.0.2.66'));
    expect(answers.slice(0, 2)).toEqual([true, true]);
    expect(answers[3]).toMatchObject({ code: 'busy' });
    expect(admit('192.0.2.67')).toBe(true);
  });

  it('[P8] answers an operation that the address must wait for with a denial', () => {
    const addressWork = new AddressWork();
    const document = documentOver(new MemorySql(), { addressWork });
    document.call(null, { type: 'create', keys: [] });
    addressWork.of('192.0.2.66').charge(2 * workLimits.address.burst, 0);
    const state = { type: 'state', knownTags: [] } as const;
    expect(document.call(open, state, '192.0.2.66')).toMatchObject({ code: 'busy' });
    expect(document.call(open, state, school)).toMatchObject({ status: 'read' });
  });
});
