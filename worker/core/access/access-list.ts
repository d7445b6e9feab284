import type { RoomHost } from '../host.ts';
import type { SqlDatabase } from '../sql.ts';
import { Keys } from './keys.ts';
import {
  type Denial,
  denial,
  type Permission,
  permissionOf,
  type Principal,
  readOnlyReason,
} from './principal.ts';
import { Revocations } from './revocations.ts';

const ownerPermission = permissionOf('own');
const unknown = denial('not-found', 'There is no such document, or this link does not open it');
const keyExpired = denial('not-found', 'This link has expired. Ask for a new one');
const keyRevoked = denial('revoked', 'This link was revoked. Ask for a new one');
const historyEnded = denial('forbidden', readOnlyReason);
const tokenExpired = denial('token-expired', 'This access has expired. Get a new token');
const tokenRevoked = denial('revoked', 'This access was revoked. Ask the site that issued it');

/**
 * Decides what a principal may do in one document, from its keys and its revoked tokens. Both are
 * cached in memory, so that the check before every frame reads no database.
 */
export class AccessList {
  readonly keys: Keys;
  readonly revocations: Revocations;
  readonly #host: Pick<RoomHost, 'now' | 'randomId' | 'report'>;

  constructor(sql: SqlDatabase, host: Pick<RoomHost, 'now' | 'randomId' | 'report'>) {
    this.#host = host;
    this.keys = new Keys(sql, host);
    this.revocations = new Revocations(sql, host);
  }

  /** The permission of a principal. `exists`: whether the document exists. */
  admit(principal: Principal, exists: boolean): Permission | Denial {
    switch (principal.kind) {
      case 'open':
        return ownerPermission;
      case 'key': {
        const key = this.keys.withHash(principal.hash);
        if (!key) return unknown;
        const { id, role, history, expires: expiresAt } = key;
        const permission: Permission = {
          role,
          key: id,
          token: null,
          expiresAt,
          user: null,
          ...(history && { history }),
        };
        return this.denialOf(permission) ?? permission;
      }
      case 'token': {
        if (!exists && !(principal.mayCreate && principal.role !== 'view')) return unknown;
        const { role, issuedAt, id, subject, audience, origin, expiresAt, user } = principal;
        const token = { issuedAt, id, subject, audience, origin };
        const permission: Permission = { role, key: null, token, expiresAt, user };
        return this.denialOf(permission) ?? permission;
      }
    }
  }

  /** Why a permission is no longer valid; null while it is. */
  denialOf({ key, token, expiresAt, history = false }: Permission): Denial | null {
    if (expiresAt !== null && this.#host.now() > expiresAt) return key ? keyExpired : tokenExpired;
    if (key !== null && !this.keys.has(key)) return keyRevoked;
    if (key !== null && history && !this.keys.hasHistory(key)) return historyEnded;
    return token !== null && this.revocations.isRevoked(token) ? tokenRevoked : null;
  }

  /** Drops the caches after the database was changed elsewhere. */
  invalidate(): void {
    this.keys.invalidate();
    this.revocations.invalidate();
  }
}
