import * as Y from 'yjs';
import type { Version } from '../../../../worker/core/history/version.ts';
import { History } from '../../../../worker/core/history/history.ts';
import { compactUpdates } from '../../../../worker/core/log/compaction.ts';
import type { TakenLog } from '../../../../worker/core/log/compaction.ts';
import { UpdateLog } from '../../../../worker/core/log/update-log.ts';
import { readDocument, renderers } from '../../../../worker/core/render/formats.ts';
import type { Format } from '../../../../worker/core/render/reader.ts';
import { isDenial } from '../../../../worker/core/access/principal.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { DocumentWork } from '../../../../worker/core/work/document-work.ts';
import { immediate, inlineJobs } from '../../../support/inline-jobs.ts';
import { MemorySql } from '../../../support/memory-sql.ts';
import { passiveDoc } from '../../../support/simulator/reference-model.ts';

export const minute = 60_000;
const hour = 60 * minute;

/** A log with its history, people who write, and what the document held at each version. */
export class HistoryWorld {
  sql = new MemorySql();
  log!: UpdateLog;
  history!: History;
  host!: ConstructorParameters<typeof History>[1];
  readonly start = Date.UTC(2026, 0, 5);
  now = this.start;
  /** The HTML and JSON of each version. */
  readonly truth = new Map<number, string>();
  readonly people: Person[];
  readonly reports: string[] = [];
  /** The updates, from version 1. */
  readonly stored: Uint8Array[] = [];
  readonly #reference = passiveDoc();
  readonly #recordsTruth: boolean;
  /** Passes so fast that no limit of work applies. */
  #elapsed = 0;

  /** Recording what the document was takes a rendering for each update. */
  constructor(count = 1, { recordsTruth = true } = {}) {
    this.#recordsTruth = recordsTruth;
    this.people = Array.from({ length: count }, (_, at) => new Person(this, at + 1));
    this.wake();
  }

  get ann(): Person {
    return this.people[0]!; // there is at least one
  }

  /** The object is built again over the same database, as after hibernation. */
  wake(): void {
    const host = {
      now: () => this.now,
      monotonicNow: () => this.#elapsed,
      randomId: () => 'epoch',
      report: (event: string) => void this.reports.push(event),
      jobs: inlineJobs,
      work: new DocumentWork({ monotonicNow: () => (this.#elapsed += hour) }),
    };
    this.host = host;
    this.log = new UpdateLog(this.sql, host);
    this.history = new History(this.log, host);
  }

  /** The process ends; only what was committed remains. */
  crash(): void {
    this.sql = this.sql.clone();
    this.wake();
  }

  pass(milliseconds: number): this {
    this.now += milliseconds;
    return this;
  }

  /** Stores an update as the room does, and gives it to the others. */
  receive(update: Uint8Array, from: Person): void {
    const validated = validateUpdate(update, this.log.state);
    if (validated.type === 'gap') throw new Error('The update has a gap');
    const admitted = this.log.admit(validated.update);
    if (!admitted) throw new Error('The document is full');
    if (this.log.state.has(validated.contents)) return;
    const version = this.log.append(admitted, validated.contents, null);
    this.stored.push(admitted);
    if (this.#recordsTruth) {
      Y.applyUpdate(this.#reference, admitted);
      this.truth.set(version, fingerprint(this.#reference));
    }
    for (const person of this.people) if (person !== from) person.inbox.push(admitted);
  }

  /** Compacts in one turn, and then removes versions as the alarm does. */
  compact(): void {
    const taken = this.log.takeForCompaction();
    if (taken) this.finish(taken);
  }

  /** Ends a compaction that was begun with `log.takeForCompaction`. */
  finish(taken: TakenLog): void {
    const { updates, stateVector, history } = taken;
    this.log.replaceTaken(taken, compactUpdates(updates, stateVector, history.plan));
    this.history.thin();
  }

  /** The versions in the list, oldest first. */
  versions(): Version[] {
    return this.history.list().versions.toReversed();
  }

  numbers(): number[] {
    return this.versions().map(({ version }) => version);
  }

  read(version: number, format: Format = 'txt'): string | null {
    const result = immediate(this.history.read(version, format));
    return result.status === 'read' ? result.body : null;
  }

  name(name: string): Version {
    const named = this.history.name(name);
    if (isDenial(named)) throw new Error(named.detail);
    return named;
  }

  /** What the history says that a version was, rendered and as Yjs state. */
  fingerprints(version: number): (string | null)[] {
    const state = this.history.state(version);
    if (state.status !== 'read') return [null];
    const doc = passiveDoc();
    Y.applyUpdate(doc, state.update);
    return [`${this.read(version, 'html')}${this.read(version, 'json')}`, fingerprint(doc)];
  }

  /** Whether the bytes of the database contain an ASCII text. */
  stores(text: string): boolean {
    const decoder = new TextDecoder('latin1');
    for (const table of ['updates', 'snapshot', 'links']) {
      for (const { data } of this.sql.query(`SELECT data FROM ${table}`)) {
        if (decoder.decode(data as Uint8Array).includes(text)) return true;
      }
    }
    return false;
  }
}

export function fingerprint(doc: Y.Doc): string {
  const content = readDocument(doc);
  return renderers.html(content) + renderers.json(content);
}

/** A person with a document. What they write is stored at once; what others write arrives in `read`. */
export class Person {
  readonly doc = new Y.Doc();
  readonly inbox: Uint8Array[] = [];

  constructor(world: HistoryWorld, clientId: number) {
    this.doc.clientID = clientId;
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) world.receive(update, this);
    });
  }

  get text(): Y.Text {
    return this.doc.getText('content');
  }

  type(text: string, at = this.text.length): void {
    this.text.insert(at, text);
  }

  /** Receives so many updates of others. */
  read(count = Infinity): void {
    for (const update of this.inbox.splice(0, count)) Y.applyUpdate(this.doc, update, this);
  }
}
