import * as Y from 'yjs';
import { decodeMessages } from '../../../protocol/messages.ts';
import type { LogState } from '../../../worker/core/update/log-state.ts';
import type { Format, RenderResult } from '../../../worker/core/render/reader.ts';
import { readDocument, renderers } from '../../../worker/core/render/formats.ts';
import type { UpdateLog } from '../../../worker/core/log/update-log.ts';
import { fingerprint } from './contents.ts';
import { type Brought, broughtBy, holds, type Ledger, quietDoc } from './ledger.ts';
import type { OurClient } from './our-client.ts';
import type { Person } from './person.ts';
import type { Service } from './service.ts';
import type { Parcel } from './socket.ts';
import { require, Violation } from './violation.ts';

/** I1, durable before visible: what leaves is committed. I10: and none of it is empty. */
export function checkFrames(ledger: Ledger, parcels: readonly Parcel[]): void {
  for (const parcel of new Set(parcels)) {
    if (!(parcel instanceof Uint8Array)) continue;
    for (const message of decodeMessages(parcel)) {
      if (message.type === 'update' || message.type === 'sync-step-2') {
        require(
          holds(ledger.doc, broughtBy(message.update)),
          'I1',
          () => 'a client is sent what is not stored',
        );
      } else if (message.type === 'awareness') {
        require(message.update[0] !== 0, 'I10', () => 'a frame is sent that says nothing');
      } else if (message.type === 'saved' || message.type === 'welcome') {
        require(
          message.version <= ledger.version,
          'I1',
          () => `version ${message.version} is announced, ${ledger.version} is stored`,
        );
      }
    }
  }
}

/** I2, acknowledged is kept: what `saved` covers is in the ledger, which never forgets. */
export function checkAcknowledged(
  ledger: Ledger,
  updates: readonly Brought[],
  count: number,
): void {
  require(updates.length === count, 'I2', () => 'more is acknowledged than was sent');
  for (const update of updates) {
    require(holds(ledger.doc, update), 'I2', () => 'an update is acknowledged and not stored');
  }
}

/** I2: an answer belongs to an update. */
export function checkAnswered(count: number): void {
  require(count === 1, 'I2', () => 'more is answered than was sent');
}

/** I3, convergence: structs, deletions, and what can be seen. */
export function checkSame(ledger: Ledger, doc: Y.Doc, who: string): void {
  require(
    fingerprint(doc) === fingerprint(ledger.doc),
    'I3',
    () => `${who} has ${difference(doc, ledger.doc)}`,
  );
}

/** I4, no pending: nothing stored waits for something that is not. */
export function checkComplete({ doc }: Ledger): void {
  require(
    doc.store.pendingStructs === null && doc.store.pendingDs === null,
    'I4',
    () => 'the log is not causally complete',
  );
}

/** I5, the log is the state: what a newcomer would load, and what the log says that it knows. */
export function checkLog(service: Service): void {
  const { ledger } = service;
  const log = service.freshLog();
  const doc = loadedFrom(log);
  require(
    fingerprint(doc) === fingerprint(ledger.doc),
    'I5',
    () => `the log loads as ${difference(doc, ledger.doc)}`,
  );
  require(
    log.version === ledger.version,
    'I6',
    () => `version ${log.version} is not ${ledger.version}`,
  );
  checkKnown(log.state, ledger, 'a log just woken');
}

function loadedFrom(log: UpdateLog): Y.Doc {
  const doc = quietDoc();
  try {
    for (const update of log.everything()) Y.applyUpdate(doc, update);
  } catch (error) {
    throw new Violation('I5', `the log does not load: ${(error as Error).message}`);
  }
  return doc;
}

/** I5: exact as to structs; knows every deletion that an update has named, and no other. */
export function checkKnown(known: LogState, ledger: Ledger, who: string): void {
  const { doc } = ledger;
  require(
    known.encodeStateVector().join() === Y.encodeStateVector(doc).join(),
    'I5',
    () => `${who} knows another state vector than it holds`,
  );
  const deletions = known.encodeDeletes();
  require(holds(doc, broughtBy(deletions)), 'I5', () => `${who} knows deletions that never were`);
  const { ds } = Y.decodeUpdate(deletions);
  for (const { deletes } of ledger.updates) {
    for (const [client, ranges] of deletes) {
      for (const { clock, len } of ranges) {
        for (let at = clock; at < clock + len; at++) {
          require(
            Y.isDeleted(ds, Y.createID(client, at)),
            'I5',
            () => `${who} has forgotten the deletion of ${at} of ${client}`,
          );
        }
      }
    }
  }
}

/** I6, monotonic: versions follow each other without a hole, whatever happens between them. */
export function checkNextVersion(before: number, version: number): void {
  require(version === before + 1, 'I6', () => `version ${version} follows ${before}`);
}

/** I6: whoever stands at a version has all there was at it. */
export function checkClaim(ledger: Ledger, { version, doc, name, claimed }: OurClient): void {
  require(version <= ledger.version, 'I6', () => `${name} stands at a version that never was`);
  for (const update of ledger.updates.slice(claimed, version)) {
    require(holds(doc, update), 'I6', () => `${name} lacks something of version ${version}`);
  }
}

/** I6, I1: a tag names one content for ever, and it is that of the log at the time of reading. */
export function checkReading(
  ledger: Ledger,
  format: Format,
  reading: RenderResult,
  version: number,
): void {
  const isMissing = reading.status === 'missing';
  require(
    isMissing === (version === 0),
    'I6',
    () => `at version ${version} it is ${reading.status}`,
  );
  if (reading.status === 'missing') return;
  require(
    Number.parseInt(reading.tag) === version,
    'I6',
    () => `at version ${version} the tag is ${reading.tag}`,
  );
  if (reading.status === 'unchanged') return;
  const key = `${format} ${reading.tag}`;
  const before = ledger.readings.get(key) ?? reading.body;
  require(before === reading.body, 'I6', () => `${key} was read as ${before}, now ${reading.body}`);
  ledger.readings.set(key, reading.body);
  if (version < ledger.version) return;
  const truth = renderers[format](readDocument(ledger.doc));
  require(reading.body === truth, 'I3', () => `${key} reads ${reading.body}, not ${truth}`);
}

/** I9, presence ends, and is what those say who are here. */
export function checkPresence(people: readonly Person[]): void {
  for (const person of people) {
    const seen = [...person.awareness.states].filter(([id]) => id !== person.doc.clientID);
    const here = people.filter((other) => other !== person && other.awareness.getLocalState());
    const truth = here.map((other) => [other.doc.clientID, other.awareness.getLocalState()]);
    require(
      text(seen) === text(truth),
      'I9',
      () => `${person.name} sees ${text(seen)}, here are ${text(truth)}`,
    );
  }
}

/** I10, bounded: a timer for each thing that is gathered or asked, and none for each message. */
export function checkBounds({ clock, sockets }: Service): void {
  require(clock.waiting <= 4 + 2 * sockets.length, 'I10', () => `${clock.waiting} timers wait`);
}

function text(entries: readonly unknown[]): string {
  return entries.map((entry) => JSON.stringify(entry)).sort().join(' ');
}

function difference(doc: Y.Doc, truth: Y.Doc): string {
  const snapshots = [doc, truth].map((one) => {
    const { sv, ds } = Y.snapshot(one);
    const deletes = [...ds.clients].map(([client, ranges]) =>
      `${client}: ${ranges.map(({ clock, len }) => `${clock}+${len}`).join(' ')}`
    );
    return JSON.stringify({ sv: [...sv], deletes });
  });
  return `${snapshots[0]} ${fingerprint(doc).split(' ').slice(1)}, not ${snapshots[1]} ${
    fingerprint(truth).split(' ').slice(1)
  }`;
}
