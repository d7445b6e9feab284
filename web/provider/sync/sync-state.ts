import type { Message } from '../../../protocol/messages.ts';
import type { Role } from '../../../protocol/roles.ts';

/** The client has received every update of `epoch` up to `version`. */
export interface ResumePoint {
  readonly epoch: string;
  readonly version: number;
}

/** The resume point of a client that has never connected: the service sends the full document. */
export const initialResumePoint: ResumePoint = { epoch: '', version: 0 };

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
    this.#hasUnsaved = false;
    this.#localChanges = 0;
  }

  /** Restores the state that an earlier page has stored on this device. */
  restore(point: ResumePoint, hasUnsaved: boolean): void {
    this.resumePoint = point;
    this.#hasUnsaved ||= hasUnsaved;
  }

  welcome({ epoch, version, role, schema }: Message & { type: 'welcome' }): void {
    const { epoch: lastEpoch } = this.resumePoint;
    // A document that was recreated lacks what was acknowledged before it was deleted.
    if (lastEpoch !== '' && lastEpoch !== epoch) this.#hasUnsaved = true;
    this.resumePoint = { epoch, version };
    this.role = role;
    this.newestSchema = schema;
  }
}
