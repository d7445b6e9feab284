import { accessLimits } from '../../../protocol/access-limits.ts';
import type { Role } from '../../../protocol/roles.ts';
import { tokenLimits } from '../../../protocol/token-limits.ts';
import { type Denial, denial, type Permission, permissionOf, type Principal } from './principal.ts';
import type { RoomHost } from '../host.ts';
import { hasTables, migrate } from '../log/migrations.ts';
import type { SqlDatabase, SqlRow } from '../sql.ts';

/** A key as its owners may see it: the secret itself is nowhere. Times in milliseconds since the epoch. */
export interface KeyEntry {
  readonly id: string;
  readonly role: Role;
  readonly label: string;
  readonly created: number;
  /** Null: it holds until it is withdrawn. */
  readonly expires: number | null;
  /** When it was last used, give or take {@link useInterval}; null for never. */
  readonly lastUsed: number | null;
}

/** A key to be made. Whoever makes it keeps the secret and hands in its hash. */
export interface NewKey {
  readonly role: Role;
  readonly label: string;
  readonly expires: number | null;
  /** SHA-256 of the secret, base64url. */
  readonly hash: string;
}

/** Tokens that are taken no more. */
export interface Revocation {
  /** All that were issued before, in milliseconds since the epoch. */
  readonly issuedBefore?: number;
  /** Those with this `jti`. */
  readonly jti?: string;
  /** Those with this `sub`. */
  readonly sub?: string;
}

/** A use is written down at most so often, in milliseconds: each is a written row. */
const useInterval = 10 * 60_000;

const everything = permissionOf('own');
const unknown = denial(
  'not-found',
  'There is no such document, or this link does not open it any more',
);
const revoked = denial('revoked', 'This access was withdrawn: ask the site that gave it to you');
const expired = denial('token-expired', 'This access has expired: get a new token and come back');
const keyExpired = denial('not-found', 'This link has expired: ask for another');

interface StoredKey extends KeyEntry {
  readonly hash: string;
}

/**
 * Who may do what in one document: its keys, of which only hashes are kept, and the tokens it takes no
 * more. Deciding costs no read of the database: all of it is in memory, a hundred rows at most.
 */
export class AccessList {
  readonly #sql: SqlDatabase;
  readonly #host: Pick<RoomHost, 'now' | 'randomId'>;
  #keys: StoredKey[] | null = null;
  #revoked: { readonly issuedBefore: number; readonly names: ReadonlySet<string> } | null = null;

  constructor(sql: SqlDatabase, host: Pick<RoomHost, 'now' | 'randomId'>) {
    this.#sql = sql;
    this.#host = host;
  }

  /** What a principal opens. `exists`: whether there is a document. */
  admit(principal: Principal, exists: boolean): Permission | Denial {
    switch (principal.kind) {
      case 'open':
        return everything;
      case 'key':
        return this.#admitKey(principal.hash);
      case 'token': {
        if (!exists && !(principal.mayCreate && principal.role !== 'view')) return unknown;
        const { role, issuedAt, id, subject, audience, origin, expiresAt, user } = principal;
        const token = { issuedAt, id, subject, audience, origin };
        const permission: Permission = { role, key: null, token, expiresAt, user };
        return this.denialOf(permission) ?? permission;
      }
    }
  }

  /** Why a permission holds no more; null while it does. */
  denialOf({ key, token, expiresAt }: Permission): Denial | null {
    if (expiresAt !== null && this.#host.now() > expiresAt) return key ? keyExpired : expired;
    if (key !== null && !this.#allKeys().some(({ id }) => id === key)) {
      return denial('revoked', 'This link was withdrawn: ask for another');
    }
    if (token === null) return null;
    const { issuedBefore, names } = this.#revocations();
    const isRevoked = token.issuedAt < issuedBefore ||
      (token.id !== null && names.has(`jti ${token.id}`)) ||
      (token.subject !== null && names.has(`sub ${token.subject}`));
    return isRevoked ? revoked : null;
  }

  keys(): KeyEntry[] {
    return this.#allKeys().map(entryOf);
  }

  /** Of one key, or of all of them. */
  hashes(id?: string): string[] {
    return this.#allKeys().filter((key) => id === undefined || key.id === id)
      .map(({ hash }) => hash);
  }

  /** Reads everything anew: the database was changed by other hands. */
  forget(): void {
    this.#keys = null;
    this.#revoked = null;
  }

  /** Throws RangeError where there are too many. The document must exist. */
  add({ role, label, expires, hash }: NewKey): KeyEntry {
    if (this.#allKeys().length >= accessLimits.keys) {
      throw new RangeError(`A document has at most ${accessLimits.keys} links: withdraw one first`);
    }
    const key: StoredKey = {
      id: this.#host.randomId(),
      role,
      label,
      created: this.#host.now(),
      expires,
      lastUsed: null,
      hash,
    };
    this.#sql.query(
      'INSERT INTO keys (id, hash, role, label, created, expires) VALUES (?, ?, ?, ?, ?, ?)',
      ...[key.id, hash, role, label, key.created, expires],
    );
    this.#keys = [...this.#allKeys(), key];
    return entryOf(key);
  }

  /** Changes what is given; null where there is no such key. A new hash withdraws the old secret. */
  change(
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ): KeyEntry | null {
    const key = this.#allKeys().find((one) => one.id === id);
    if (!key) return null;
    const changed: StoredKey = { ...key, ...change };
    if (change.hash === undefined) {
      this.#sql.query(
        'UPDATE keys SET label = ?, expires = ? WHERE id = ?',
        ...[changed.label, changed.expires, id],
      );
      this.#replace(key, changed);
      return entryOf(changed);
    }
    // Under an id of its own: whoever came by the old secret holds a permission of the old key.
    const renewed = { ...changed, id: this.#host.randomId(), lastUsed: null };
    this.#sql.query(
      'UPDATE keys SET id = ?, hash = ?, used = NULL WHERE id = ?',
      ...[renewed.id, change.hash, id],
    );
    this.#replace(key, renewed);
    return entryOf(renewed);
  }

  /** Whether there was such a key. */
  withdraw(id: string): boolean {
    const key = this.#allKeys().find((one) => one.id === id);
    if (!key) return false;
    this.#sql.query('DELETE FROM keys WHERE id = ?', id);
    this.#keys = this.#allKeys().filter((one) => one !== key);
    return true;
  }

  /** Throws RangeError where too many are revoked one by one: `issuedBefore` revokes them all. */
  revoke({ issuedBefore, jti, sub }: Revocation): void {
    const now = this.#host.now();
    // By then every token that this is about has expired.
    const until = now + tokenLimits.lifetime + tokenLimits.leeway;
    const names = [
      ...jti === undefined ? [] : [`jti ${jti}`],
      ...sub === undefined ? [] : [`sub ${sub}`],
    ];
    this.#sql.transaction(() => {
      this.#sql.query('DELETE FROM revoked WHERE until < ?', now);
      for (const name of names) {
        this.#sql.query('INSERT OR REPLACE INTO revoked (name, until) VALUES (?, ?)', name, until);
      }
      const count = this.#sql.query('SELECT COUNT(*) AS count FROM revoked')[0]?.count as number;
      if (count > accessLimits.revocations) {
        throw new RangeError(
          `At most ${accessLimits.revocations} revocations at a time: revoke by "issuedBefore" instead`,
        );
      }
      if (issuedBefore !== undefined) {
        this.#sql.query('UPDATE document SET issued_after = MAX(issued_after, ?)', issuedBefore);
      }
    });
    this.#revoked = null;
  }

  /** Somebody has come by this key. */
  noteUse(permission: Permission): void {
    const key = this.#allKeys().find(({ id }) => id === permission.key);
    const now = this.#host.now();
    if (!key || now - (key.lastUsed ?? 0) < useInterval) return;
    this.#sql.query('UPDATE keys SET used = ? WHERE id = ?', now, key.id);
    this.#replace(key, { ...key, lastUsed: now });
  }

  /** Compares with every key, and each to its end, so that time tells nothing. */
  #admitKey(hash: string): Permission | Denial {
    let found: StoredKey | null = null;
    for (const key of this.#allKeys()) if (isEqual(key.hash, hash)) found = key;
    if (!found) return unknown;
    const { id, role, expires } = found;
    const permission: Permission = { role, key: id, token: null, expiresAt: expires, user: null };
    return this.denialOf(permission) ?? permission;
  }

  #replace(key: StoredKey, changed: StoredKey): void {
    this.#keys = this.#allKeys().map((one) => one === key ? changed : one);
  }

  #allKeys(): StoredKey[] {
    return this.#keys ??= this.#read('SELECT * FROM keys ORDER BY created, id').map((row) => ({
      id: row.id as string,
      role: row.role as Role,
      label: row.label as string,
      created: row.created as number,
      expires: row.expires as number | null,
      lastUsed: row.used as number | null,
      hash: row.hash as string,
    }));
  }

  #revocations() {
    return this.#revoked ??= {
      issuedBefore:
        (this.#read('SELECT issued_after FROM document')[0]?.issued_after ?? 0) as number,
      names: new Set(this.#read('SELECT name FROM revoked').map(({ name }) => name as string)),
    };
  }

  /** Nothing, and nothing is written, where there is no document. */
  #read(query: string): SqlRow[] {
    if (!hasTables(this.#sql)) return [];
    migrate(this.#sql);
    return this.#sql.query(query);
  }
}

function entryOf({ id, role, label, created, expires, lastUsed }: StoredKey): KeyEntry {
  return { id, role, label, created, expires, lastUsed };
}

/** Takes as long for a near miss as for a far one. */
function isEqual(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) {
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index % b.length);
  }
  return difference === 0;
}
