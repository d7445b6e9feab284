import * as Y from 'yjs';
import { UpdateLog } from '../../worker/core/log/update-log.ts';
import { compactLog } from './compact-log.ts';
import { validateUpdate } from '../../worker/core/update/validate-update.ts';
import { MemorySql } from './memory-sql.ts';

const host = { now: () => 0, randomId: () => '1', report: () => {} };

/** A log that stores each update as the room does, and compacts as the alarm does. */
export class UpdateStore {
  readonly log = new UpdateLog(new MemorySql(), host);

  /** Throws if the service would not store the update. */
  add(update: Uint8Array): void {
    const validated = validateUpdate(update, this.log.state);
    if (validated.type === 'gap') throw new Error('The update has a gap');
    const admitted = this.log.admit(validated.update);
    if (!admitted) throw new Error('The document is full');
    this.log.append(admitted, validated.contents, null);
    if (this.log.compactionDueAt <= host.now()) compactLog(this.log);
  }

  /** The document that a new client would load. */
  stored(): Y.Doc {
    const doc = new Y.Doc();
    for (const update of this.log.allUpdates()) Y.applyUpdate(doc, update);
    return doc;
  }
}
