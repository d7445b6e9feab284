import * as Y from 'yjs';
import { decodeMessages } from '../../../protocol/messages.ts';
import type { LogState } from '../../../worker/core/update/log-state.ts';
import type { Format, RenderResult } from '../../../worker/core/render/reader.ts';
import { readDocument, renderers } from '../../../worker/core/render/formats.ts';
import type { UpdateLog } from '../../../worker/core/log/update-log.ts';
import { fingerprint } from './contents.ts';
import {
  contains,
  containsText,
  contentsOf,
  passiveDoc,
  type ReferenceModel,
} from './reference-model.ts';
import type { EdgepadClient } from './edgepad-client.ts';
import { RawClient } from './raw-client.ts';
import type { SimulatedClient } from './simulated-client.ts';
import type { Service } from './service.ts';
import type { Delivery, Socket } from './socket.ts';
import { ensure, Violation } from './violation.ts';

/** I1: every sent update and version is committed. I10: no sent awareness update is empty. */
export function checkFrames(reference: ReferenceModel, deliveries: readonly Delivery[]): void {
  for (const delivery of new Set(deliveries)) {
    if (!(delivery instanceof Uint8Array)) continue;
    for (const message of decodeMessages(delivery)) {
      if (message.type === 'update' || message.type === 'sync-step-2') {
        ensure(
          contains(reference.doc, contentsOf(message.update)),
          'I1',
          () => 'an update is sent that is not stored',
        );
      } else if (message.type === 'awareness') {
        ensure(message.update[0] !== 0, 'I10', () => 'an empty awareness update is sent');
      } else if (message.type === 'saved' || message.type === 'welcome') {
        ensure(
          message.version <= reference.version,
          'I1',
          () => `version ${message.version} is announced, ${reference.version} is stored`,
        );
      }
    }
  }
}

/** I2: every acknowledged update is committed, with its content. */
export function checkAcknowledged(
  reference: ReferenceModel,
  updates: readonly Uint8Array[],
  count: number,
): void {
  ensure(updates.length === count, 'I2', () => 'more updates are acknowledged than were sent');
  for (const update of updates) {
    const isStored = contains(reference.doc, contentsOf(update));
    ensure(isStored, 'I2', () => 'an update is acknowledged and not stored');
    const isSame = containsText(reference.doc, update);
    ensure(isSame, 'I2', () => 'an update is acknowledged, and other text is stored in its place');
  }
}

/** I2: an answer belongs to a sent update. */
export function checkAnswered(count: number): void {
  ensure(count === 1, 'I2', () => 'more updates are answered than were sent');
}

/** I3: a document has converged, in structs, deletions and visible content. */
export function checkSame(reference: ReferenceModel, doc: Y.Doc, who: string): void {
  ensure(
    fingerprint(doc) === fingerprint(reference.doc),
    'I3',
    () => `${who} has ${difference(doc, reference.doc)}`,
  );
}

/** I4: no stored update waits for one that is not stored. */
export function checkComplete({ doc }: ReferenceModel): void {
  ensure(
    doc.store.pendingStructs === null && doc.store.pendingDs === null,
    'I4',
    () => 'the log is not causally complete',
  );
}

/** I5: a reloaded log has the committed content, version (I6) and log state. */
export function checkLog(service: Service): void {
  const { reference } = service;
  const log = service.freshLog();
  const doc = loadedFrom(log);
  ensure(
    fingerprint(doc) === fingerprint(reference.doc),
    'I5',
    () => `the log loads as ${difference(doc, reference.doc)}`,
  );
  ensure(
    log.version === reference.version,
    'I6',
    () => `version ${log.version} is not ${reference.version}`,
  );
  checkLogState(log.state, reference, 'the reloaded log');
}

function loadedFrom(log: UpdateLog): Y.Doc {
  const doc = passiveDoc();
  try {
    for (const update of log.allUpdates()) Y.applyUpdate(doc, update);
  } catch (error) {
    throw new Violation('I5', `the log does not load: ${(error as Error).message}`);
  }
  return doc;
}

/** I5: a log state has exactly the committed structs, every deletion of an update, and no other. */
export function checkLogState(state: LogState, reference: ReferenceModel, who: string): void {
  const { doc } = reference;
  ensure(
    state.encodeStateVector().join() === Y.encodeStateVector(doc).join(),
    'I5',
    () => `the state vector of ${who} is wrong`,
  );
  const deletions = state.encodeDeletes();
  ensure(
    contains(doc, contentsOf(deletions)),
    'I5',
    () => `${who} has deletions that were never made`,
  );
  const { ds } = Y.decodeUpdate(deletions);
  for (const { deletes } of reference.updates) {
    for (const [client, ranges] of deletes) {
      for (const { clock, len } of ranges) {
        for (let at = clock; at < clock + len; at++) {
          ensure(
            Y.isDeleted(ds, Y.createID(client, at)),
            'I5',
            () => `${who} lacks the deletion of ${at} of ${client}`,
          );
        }
      }
    }
  }
}

/** I6: versions have no gaps. */
export function checkNextVersion(before: number, version: number): void {
  ensure(version === before + 1, 'I6', () => `version ${version} follows ${before}`);
}

/** I6: a client that is at a version has everything up to it. */
export function checkVersion(
  reference: ReferenceModel,
  { version, doc, name, checkedVersion }: EdgepadClient,
): void {
  ensure(version <= reference.version, 'I6', () => `${name} is at a version that does not exist`);
  for (const update of reference.updates.slice(checkedVersion, version)) {
    ensure(contains(doc, update), 'I6', () => `${name} lacks something of version ${version}`);
  }
}

/** I1, I6: a tag always names the same content, and a rendering shows the version of the log. */
export function checkReading(
  reference: ReferenceModel,
  format: Format,
  result: RenderResult,
  version: number,
): void {
  const isMissing = result.status === 'missing';
  ensure(
    isMissing === (version === 0),
    'I6',
    () => `at version ${version} the rendering is ${result.status}`,
  );
  if (result.status === 'missing') return;
  if (result.status === 'unavailable') throw new Violation('L', 'a rendering is unavailable');
  ensure(
    Number.parseInt(result.tag) === version,
    'I6',
    () => `at version ${version} the tag is ${result.tag}`,
  );
  if (result.status === 'unchanged') return;
  const key = `${format} ${result.tag}`;
  const before = reference.renderings.get(key) ?? result.body;
  ensure(before === result.body, 'I6', () => `${key} was read as ${before}, now ${result.body}`);
  reference.renderings.set(key, result.body);
  if (version < reference.version) return;
  const truth = renderers[format](readDocument(reference.doc));
  ensure(result.body === truth, 'I3', () => `${key} reads ${result.body}, not ${truth}`);
}

/** I9: every client, apart from scripts, sees exactly the awareness states of the connected clients. */
export function checkPresence(clients: readonly SimulatedClient[]): void {
  for (const client of clients) {
    if (client instanceof RawClient) continue;
    // Not the client id of the document: Yjs changes it when it receives structs under it.
    const idOf = ({ awareness }: SimulatedClient) => awareness.clientID;
    const seen = [...client.awareness.states].filter(([id]) => id !== idOf(client));
    const present = clients.filter((other) => other !== client && other.awareness.getLocalState());
    const truth = present.map((other) => [idOf(other), other.awareness.getLocalState()]);
    ensure(
      text(seen) === text(truth),
      'I9',
      () => `${client.name} sees ${text(seen)}, present are ${text(truth)}`,
    );
  }
}

/** I11: every version in the list is the document as it was after so many updates. */
export function checkVersions(
  { reference, history }: Pick<Service, 'reference' | 'history'>,
  versions: readonly number[],
): void {
  const truth = passiveDoc();
  let applied = 0;
  for (const version of versions) {
    for (; applied < version; applied++) Y.applyUpdate(truth, reference.encoded[applied]!); // as many
    const state = history.state(version);
    ensure(state.status === 'read', 'I11', () => `version ${version} is listed and not there`);
    const doc = passiveDoc();
    Y.applyUpdate(doc, state.update);
    ensure(
      fingerprint(doc) === fingerprint(truth),
      'I11',
      () => `version ${version} is ${difference(doc, truth)}`,
    );
    doc.destroy();
  }
  truth.destroy();
}

/** I11: a compaction keeps the versions of the list. */
export function checkSameVersions(before: readonly number[], after: readonly number[]): void {
  ensure(before.join() === after.join(), 'I11', () => `versions ${before} become ${after}`);
}

/** I9: a client that pings at least as often as a hidden page does is not withdrawn. */
export function checkSilence({ lastSeenAt }: Socket, now: number): void {
  const seconds = (now - lastSeenAt) / 1000;
  ensure(seconds > 120, 'I9', () => `a client is withdrawn ${seconds} s after its last ping`);
}

/** I10: the room wakes few times after the last activity. */
export function checkWakes({ wakes }: Service): void {
  ensure(wakes <= 6, 'I10', () => `the room has woken ${wakes} times since the last activity`);
}

/** I10: the number of timers is bounded by the connections, not by the messages. */
export function checkBounds({ clock, sockets }: Service): void {
  ensure(
    clock.pendingTimers <= 4 + 2 * sockets.length,
    'I10',
    () => `${clock.pendingTimers} timers are pending`,
  );
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
