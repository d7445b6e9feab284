import type { AccessList, KeyEntry, NewKey, Revocation } from './access-list.ts';
import { type Credential, type Denial, denial, type Grant } from './principal.ts';
import type { FrameList } from './embed-origins.ts';
import type { RoomHost } from '../host.ts';

/** What the owners' part of a document needs of the whole. */
export interface OwnedDocument extends Pick<RoomHost, 'connections' | 'sweepAt'> {
  exists(): boolean;
  /** What an owner may do; a denial for everybody else. */
  requireOwner(credential: Credential): Grant | Denial;
  /** Ends the connections of those who may be here no more. */
  sweep(): void;
}

/**
 * What only its owners may do to a document that goes on: give out, change and withdraw keys, take
 * tokens no more, and say who may show it in a frame. Whatever is about access counts at once, for open
 * sockets too. As `DocumentHandle` has it.
 */
export class Ownership {
  readonly #access: AccessList;
  readonly #frames: FrameList;
  readonly #document: OwnedDocument;

  constructor(access: AccessList, frames: FrameList, document: OwnedDocument) {
    this.#access = access;
    this.#frames = frames;
    this.#document = document;
  }

  keys(credential: Credential): readonly KeyEntry[] | Denial {
    const grant = this.#document.requireOwner(credential);
    return 'status' in grant ? grant : this.#access.keys();
  }

  addKey(credential: Credential, key: NewKey): KeyEntry | Denial {
    return this.#manage(credential, () => this.#access.add(key));
  }

  changeKey(
    credential: Credential,
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ): { readonly key: KeyEntry; readonly forget: readonly string[] } | Denial {
    return this.#manage(credential, () => {
      const forget = this.#access.hashes(id);
      const key = this.#access.change(id, change);
      if (!key) return noKey;
      if (change.expires !== undefined) this.#setEnd(id, change.expires);
      return { key, forget };
    });
  }

  withdrawKey(
    credential: Credential,
    id: string,
  ): { readonly forget: readonly string[] } | Denial {
    return this.#manage(credential, () => {
      const forget = this.#access.hashes(id);
      return this.#access.withdraw(id) ? { forget } : noKey;
    });
  }

  revoke(credential: Credential, revocation: Revocation): Denial | null {
    return this.#manage(credential, () => {
      this.#access.revoke(revocation);
      return null;
    });
  }

  frames(credential: Credential): readonly string[] | Denial {
    const grant = this.#document.requireOwner(credential);
    return 'status' in grant ? grant : this.#frames.origins();
  }

  setFrames(credential: Credential, origins: readonly string[]): readonly string[] | Denial {
    return this.#manage(credential, () => {
      this.#frames.replace(origins);
      return this.#frames.origins();
    });
  }

  #manage<T>(credential: Credential, work: () => T): T | Denial {
    const grant = this.#document.requireOwner(credential);
    if ('status' in grant) return grant;
    if (!this.#document.exists()) {
      return denial('not-found', 'Nothing has been written here yet: write something first');
    }
    try {
      return work();
    } catch (error) {
      if (error instanceof RangeError) return denial('limit-reached', error.message);
      throw error;
    } finally {
      this.#document.sweep();
    }
  }

  /** Those who have come by this key end with it, whenever that is now. */
  #setEnd(key: string, expiresAt: number | null): void {
    for (const connection of this.#document.connections()) {
      const { attachment } = connection;
      if (attachment.grant.key !== key) continue;
      connection.attachment = { ...attachment, grant: { ...attachment.grant, expiresAt } };
    }
    this.#document.sweepAt(expiresAt);
  }
}

const noKey = denial('not-found', 'There is no such link, or it was withdrawn before');
