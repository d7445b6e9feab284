import type { AwarenessEntry } from '../../../../protocol/awareness.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { Session, Sessions } from '../session.ts';

/** How many entries survive hibernation; a repeated entry is at most some seconds old. */
const maxStored = 64;

/**
 * The clocks of withdrawn entries: stock clients repeat the entries of others, even old ones. Only a
 * client that was connected at the time can repeat one, so the attachment of one that still is keeps the
 * newest clocks during hibernation.
 */
export class DepartedEntries {
  readonly #sessions: Sessions;
  /** By client id, oldest first; null until it is read from the attachments. */
  #clocks: Map<number, number> | null = null;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** The clock at which an entry of this client was withdrawn; -1 for none. */
  clockOf(client: number): number {
    return this.#load().get(client) ?? -1;
  }

  /** Remembers a withdrawn entry of `owner`. */
  add({ client, clock }: AwarenessEntry, owner: Session): void {
    const clocks = this.#load();
    if (clocks.size >= limits.awarenessEntries) clocks.clear();
    clocks.delete(client);
    clocks.set(client, clock);
    this.#store(owner);
  }

  /** The session has ended: another one keeps what it has kept. */
  passOn(ended: Session): void {
    const { departed } = ended.attachment;
    if (!departed) return;
    this.#clocks = new Map([...departed, ...this.#load()]);
    this.#store(ended);
  }

  #load(): Map<number, number> {
    if (this.#clocks) return this.#clocks;
    const kept = [...this.#sessions].flatMap(({ attachment }) => attachment.departed ?? []);
    return this.#clocks = new Map(kept);
  }

  #store(except: Session): void {
    for (const session of this.#sessions) {
      if (session === except) continue;
      session.changeAttachment({ departed: [...this.#load()].slice(-maxStored) });
      return;
    }
  }
}
