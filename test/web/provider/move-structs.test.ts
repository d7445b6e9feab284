import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { findForksWith } from '../../../web/provider/sync/forks.ts';
import { moveStructs } from '../../../web/provider/sync/move-structs.ts';
import { Random } from '../../support/random.ts';
import { fingerprint, visibleContent } from '../../support/simulator/contents.ts';
import { edit } from '../../support/simulator/edits.ts';
import { forge, item, text, type } from '../../worker/core/update/forge-updates.ts';

const authorId = 1000;

function docOf(client: number): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = client;
  return doc;
}

function pull(to: Y.Doc, from: Y.Doc): void {
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
}

/** Brings all replicas to the same state. Yjs may remove formatting after it has received some. */
function exchange(docs: readonly Y.Doc[]): void {
  for (let round = 0; round < 4; round++) {
    for (const to of docs) for (const from of docs) if (to !== from) pull(to, from);
  }
}

/**
 * An author and a peer edit while the service does not receive it, and others edit the same places under
 * client ids beside those of both.
 */
function editApart(random: Random) {
  const [author, peer, service] = [docOf(authorId), docOf(800), docOf(5)];
  const others = [authorId - 1, authorId + 1, 799, 3000].map(docOf);
  const online = [author, peer, service, ...others];
  for (let i = 0; i < 8; i++) {
    edit(random.pick(online), random);
    pull(random.pick(online), random.pick(online));
  }
  exchange(online);
  const clock = Y.getState(author.store, authorId);
  for (let i = 0; i < 24; i++) {
    edit(random.pick([author, author, peer, ...others]), random);
    const other = random.pick(others);
    if (random.chance(0.5)) pull(service, other);
    if (random.chance(0.5)) pull(other, service);
    if (random.chance(0.5)) pull(author, service);
    if (random.chance(0.3)) pull(peer, author);
    if (random.chance(0.3)) pull(author, peer);
  }
  return { author, service, others, clock };
}

describe('an item in the list of its right origin', () => {
  /** The author's line is before one of another client. */
  const held = (doc: Y.Doc) =>
    Y.applyUpdate(
      doc,
      forge([
        [7, 0, [item({ parent: 'lines' }, type(3, 'p')), item({ parent: 'other' }, type(0))]],
        [authorId, 0, [item({ right: [7, 0] }, type(3, 'p'))]],
      ]),
    );
  const found = (right: readonly [number, number], others: Parameters<typeof forge>[0] = []) => {
    const doc = docOf(6);
    held(doc);
    const line = item({ right }, type(3, 'p'));
    return findForksWith(doc, [forge([...others, [authorId, 0, [line]]])]).get(authorId) ?? null;
  };

  it('[P7] is forked when the list is another one, that the document has or receives', () => {
    expect(found([7, 1])).toBe(0);
    expect(found([8, 0], [[8, 0, [item({ parent: 'other' }, text('x'))]]])).toBe(0);
    expect(found([8, 0], [[8, 0, [item({ parent: 'new' }, text('x'))]]])).toBe(0);
    expect(found([8, 1], [[8, 0, [
      item({ parent: 'new' }, type(0)),
      item({ parent: [8, 0] }, text('x')),
    ]]])).toBe(0);
  });

  it('[P7 P11] is not forked when the service has replaced the origin in the same list', () => {
    expect(found([7, 0])).toBeNull();
    expect(found([8, 0], [[8, 0, [item({ parent: 'lines' }, type(3, 'p'))]]])).toBeNull();
    expect(found([8, 0], [[8, 0, [item({ origin: [7, 0] }, type(3, 'p'))]]])).toBeNull();
  });
});

describe('structs that move while other client ids are beside the old one', () => {
  it('[P7 P11] keep their place in all replicas, whatever others insert there', () => {
    let moved = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const random = new Random(seed);
      const { author, service, others, clock } = editApart(random);
      if (Y.getState(author.store, authorId) === clock) continue;
      moved++;
      const forged = item({ parent: 'content' }, text('forged'));
      Y.applyUpdate(service, forge([[authorId, clock, [forged]]]));
      const content = visibleContent(author);
      moveStructs(author, new Map([[authorId, clock]]));
      expect(visibleContent(author), `seed ${seed}`).toBe(content);
      const fresh = docOf(1);
      pull(fresh, author);
      expect(fresh.store.pendingStructs).toBeNull();
      expect(visibleContent(fresh), `seed ${seed}`).toBe(content);
      const replicas = [author, service, ...others, docOf(2)];
      exchange(replicas);
      const states = new Set(replicas.map(fingerprint));
      expect(states.size, `seed ${seed}`).toBe(1);
    }
    expect(moved).toBeGreaterThan(100);
  });

  it('[P7] do not depend on each other in a circle', () => {
    const [author, peer, other] = [docOf(authorId), docOf(800), docOf(authorId - 1)];
    other.getText('content').insert(0, 'beside');
    const insert = (doc: Y.Doc, at: number) =>
      doc.getXmlFragment('lines').insert(at, [new Y.XmlElement('paragraph')]);
    insert(author, 0);
    pull(peer, author);
    insert(peer, 1);
    for (const from of [peer, other]) pull(author, from);
    // In a line of the peer, which depends on one of the author.
    (author.getXmlFragment('lines').get(1) as Y.XmlElement).insert(0, [new Y.XmlText('text')]);
    insert(author, 1);
    moveStructs(author, new Map([[authorId, 0]]));
    const fresh = docOf(1);
    pull(fresh, author);
    expect(visibleContent(fresh)).toBe(visibleContent(author));
  });

  it('[P7 P11] move to the same ids in each tab with the same structs', () => {
    const { author, clock } = editApart(new Random(1));
    const tab = docOf(6);
    pull(tab, author);
    for (const doc of [author, tab]) moveStructs(doc, new Map([[authorId, clock]]));
    exchange([author, tab]);
    expect(fingerprint(tab)).toBe(fingerprint(author));
  });
});
