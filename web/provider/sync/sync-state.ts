import * as Y from 'yjs';
import type { Message } from '../../../protocol/messages.ts';
import type { Role } from '../../../protocol/roles.ts';
import { areRepeated, type Forks } from './repeated-structs.ts';

/** The client has received every update of `epoch` up to `version`. */
export interface ResumePoint {
  readonly epoch: string;
  readonly version: number;
}

/** The resume point of a client that has never connected: the service sends the full document. */
export const initialResumePoint: ResumePoint = { epoch: '', version: 0 };

const emptyStateVector = new Uint8Array([0]);

/** An update up to this length needs no splitting, in bytes. */
const maxUnsplit = 8192;

/** What is not needed before the first key (lazy-sync.ts). */
interface SyncCode {
  findForksWith(doc: Y.Doc, updates: readonly Uint8Array[]): Forks;
  splitUpdate(doc: Y.Doc, update: Uint8Array): Uint8Array[];
}

/**
 * What the client knows about the document on the service. It outlives connections; what belongs to
 * one connection is in `SyncSession`.
 */
export class SyncState {
  /** The number of the editor's schema; 0 if unknown. */
  readonly schema: number;
  /** The newest schema that any client has written this document with. */
  newestSchema = 0;
  /** The next connection resumes here. */
  resumePoint = initialResumePoint;
  /** The role of this client; null before the first connection. */
  role: Role | null = null;
  /** The last state vector received from the service; null before the first one. */
  serviceStateVector: Uint8Array | null = null;
  /** Structs to move to other client ids before the next connection; null while they are unknown. */
  forks: Forks | null = null;
  /** Whether there are such structs, or may be: the code that compares is not loaded. */
  mustMove = false;
  /** The state vector with which the service rejected what it lacks as forked; null if it has not. */
  rejectedAt: Uint8Array | null = null;
  /** The count of forks since the document was last saved. */
  forksInARow = 0;
  /** Null until it is loaded. */
  code: SyncCode | null = null;
  /** Whether the service could not store local changes; false again once it has stored all of them. */
  isStorageFailing = false;
  #hasUnsaved: boolean;
  #localChanges = 0;

  constructor(options: { readonly schema: number; readonly hasUnsaved: boolean }) {
    this.schema = options.schema;
    this.#hasUnsaved = options.hasUnsaved;
  }

  /** Whether the document may hold local changes that the service has not acknowledged. */
  get hasUnsaved(): boolean {
    return this.#hasUnsaved;
  }

  /** The number of local changes that the service has not acknowledged. At least 1 while {@link hasUnsaved}. */
  get unsavedChanges(): number {
    return this.#hasUnsaved ? Math.max(1, this.#localChanges) : 0;
  }

  /** Why the service accepts no changes from this client; null if it does accept them. */
  get readOnlyReason(): 'role' | 'outdated' | null {
    if (this.role === 'view') return 'role';
    return this.schema > 0 && this.schema < this.newestSchema ? 'outdated' : null;
  }

  addLocalChange(): void {
    this.#hasUnsaved = true;
    this.#localChanges++;
  }

  markUnsaved(): void {
    this.#hasUnsaved = true;
  }

  markSaved(): void {
    this.#hasUnsaved = this.isStorageFailing = false;
    this.#localChanges = this.forksInARow = 0;
  }

  /**
   * Whether updates have other content than the document under the same client ids and clocks; also
   * while that cannot be compared. Throws a plain error for malformed updates.
   */
  isForked(doc: Y.Doc, updates: readonly Uint8Array[]): boolean {
    if (!areRepeated(doc, updates)) return false;
    this.forks = this.code?.findForksWith(doc, updates) ?? null;
    return this.mustMove = this.forks?.size !== 0;
  }

  /** Splits an update of the document into updates that the service accepts one after the other. */
  split(doc: Y.Doc, update: Uint8Array): Uint8Array[] {
    return update.length > maxUnsplit && this.code?.splitUpdate(doc, update) || [update];
  }

  /**
   * The state vector to resume with. It claims nothing while there are unsaved changes, so that the
   * service sends what it may have in their place. It matters only once the log was compacted after the
   * resume point: before, the service sends what is newer.
   */
  claimedStateVector(doc: Y.Doc): Uint8Array {
    return this.#hasUnsaved ? emptyStateVector : Y.encodeStateVector(doc);
  }

  /** Restores the state that an earlier page has stored on this device. */
  restore(point: ResumePoint, hasUnsaved: boolean): void {
    this.resumePoint = point;
    this.#hasUnsaved ||= hasUnsaved;
  }

  /** Returns whether the document was recreated: it may lack what its predecessor has acknowledged. */
  welcome({ epoch, version, role, schema }: Message & { type: 'welcome' }): boolean {
    const { epoch: lastEpoch } = this.resumePoint;
    const isRecreated = lastEpoch !== '' && lastEpoch !== epoch;
    this.#hasUnsaved ||= isRecreated;
    this.resumePoint = { epoch, version };
    this.role = role;
    this.newestSchema = schema;
    return isRecreated;
  }
}
