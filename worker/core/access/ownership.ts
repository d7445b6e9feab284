import type { AccessList, KeyEntry, NewKey, Revocation } from './access-list.ts';
import { type Denial, denial, type Permission, type Principal } from './principal.ts';
import type { EmbedOrigins } from './embed-origins.ts';
import type { RoomHost } from '../host.ts';

/** What the owners' part of a document needs of the whole. */
export interface OwnedDocument extends Pick<RoomHost, 'connections' | 'sweepAt'> {
  exists(): boolean;
  /** What an owner may do; a denial for everybody else. */
  requireOwner(principal: Principal): Permission | Denial;
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
  readonly #frames: EmbedOrigins;
  readonly #document: OwnedDocument;

  constructor(access: AccessList, frames: EmbedOrigins, document: OwnedDocument) {
    this.#access = access;
    this.#frames = frames;
    this.#document = document;
  }

  keys(principal: Principal): readonly KeyEntry[] | Denial {
    const permission = this.#document.requireOwner(principal);
    return 'status' in permission ? permission : this.#access.keys();
  }

  addKey(principal: Principal, key: NewKey): KeyEntry | Denial {
    return this.#manage(principal, () => this.#access.add(key));
  }

  changeKey(
    principal: Principal,
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ): { readonly key: KeyEntry; readonly forget: readonly string[] } | Denial {
    return this.#manage(principal, () => {
      const forget = this.#access.hashes(id);
      const key = this.#access.change(id, change);
      if (!key) return noKey;
      if (change.expires !== undefined) this.#setEnd(id, change.expires);
      return { key, forget };
    });
  }

  withdrawKey(
    principal: Principal,
    id: string,
  ): { readonly forget: readonly string[] } | Denial {
    return this.#manage(principal, () => {
      const forget = this.#access.hashes(id);
      return this.#access.withdraw(id) ? { forget } : noKey;
    });
  }

  revoke(principal: Principal, revocation: Revocation): Denial | null {
    return this.#manage(principal, () => {
      this.#access.revoke(revocation);
      return null;
    });
  }

  frames(principal: Principal): readonly string[] | Denial {
    const permission = this.#document.requireOwner(principal);
    return 'status' in permission ? permission : this.#frames.origins();
  }

  setFrames(principal: Principal, origins: readonly string[]): readonly string[] | Denial {
    return this.#manage(principal, () => {
      this.#frames.replace(origins);
      return this.#frames.origins();
    });
  }

  #manage<T>(principal: Principal, work: () => T): T | Denial {
    const permission = this.#document.requireOwner(principal);
    if ('status' in permission) return permission;
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
      if (attachment.permission.key !== key) continue;
      connection.attachment = {
        ...attachment,
        permission: { ...attachment.permission, expiresAt },
      };
    }
    this.#document.sweepAt(expiresAt);
  }
}

const noKey = denial('not-found', 'There is no such link, or it was withdrawn before');
