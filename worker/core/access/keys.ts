import { accessLimits } from '../../../protocol/access-limits.ts';
import type { Role } from '../../../protocol/roles.ts';
import type { RoomHost } from '../host.ts';
import { type SqlDatabase, StorageError } from '../sql.ts';
import { readRows } from './rows.ts';

/** A key without its secret, as owners see it. Times are milliseconds since the epoch. */
export interface KeyEntry {
  readonly id: string;
  readonly role: Role;
  readonly label: string;
  /** Whether a reader may connect to follow the document live, which shows its history. */
  readonly history: boolean;
  readonly created: number;
  /** Null for a key that does not expire. */
  readonly expires: number | null;
  /** Accurate to {@link useInterval}; null for a key that was never used. */
  readonly lastUsed: number | null;
  /** SHA-256 of the secret, base64url. */
  readonly hash: string;
}

/** A key to add. The caller generates the secret and passes only its hash. */
export interface NewKey {
  readonly role: Role;
  readonly label: string;
  readonly expires: number | null;
  /** SHA-256 of the secret, base64url. */
  readonly hash: string;
  /** As in {@link KeyEntry}. Only for the role `view`. */
  readonly history?: boolean;
}

/** The fields of a key to change. A new hash replaces the secret. */
export type KeyChange = Partial<Pick<NewKey, 'label' | 'expires' | 'hash' | 'history'>>;

/** The minimum time between two writes of `lastUsed`, in milliseconds: each writes a row. */
const useInterval = 10 * 60_000;

/** The keys of one document, cached in memory: at most {@link accessLimits.keys}. */
export class Keys {
  readonly #sql: SqlDatabase;
  readonly #host: Pick<RoomHost, 'now' | 'randomId' | 'report'>;
  #cached: readonly KeyEntry[] | null = null;

  constructor(sql: SqlDatabase, host: Pick<RoomHost, 'now' | 'randomId' | 'report'>) {
    this.#sql = sql;
    this.#host = host;
  }

  list(): KeyEntry[] {
    return [...this.#all()];
  }

  /** The hashes of all keys. */
  hashes(): string[] {
    return this.#all().map(({ hash }) => hash);
  }

  has(id: string): boolean {
    return this.#all().some((key) => key.id === id);
  }

  /** Whether a key permits reading with history. */
  hasHistory(id: string): boolean {
    return this.#find(id)?.history ?? false;
  }

  /** The role of one key; null for an unknown id. */
  roleOf(id: string): Role | null {
    return this.#find(id)?.role ?? null;
  }

  /** The hash of one key; null for an unknown id. */
  hashOf(id: string): string | null {
    return this.#find(id)?.hash ?? null;
  }

  /** The key with this hash. Compares with every key, each in constant time. */
  withHash(hash: string): KeyEntry | null {
    let found: KeyEntry | null = null;
    for (const key of this.#all()) if (isEqual(key.hash, hash)) found = key;
    return found;
  }

  /** Adds a key to a document that exists. Throws RangeError at {@link accessLimits.keys}. */
  add({ role, label, expires, hash, history = false }: NewKey): KeyEntry {
    if (this.#all().length >= accessLimits.keys) {
      throw new RangeError(`A document has at most ${accessLimits.keys} links. Remove one first`);
    }
    const key: KeyEntry = {
      id: this.#host.randomId(),
      role,
      label,
      history,
      created: this.#host.now(),
      expires,
      lastUsed: null,
      hash,
    };
    this.#sql.query(
      'INSERT INTO keys (id, hash, role, label, created, expires, history) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[key.id, hash, role, label, key.created, expires, Number(history)],
    );
    this.#cached = [...this.#all(), key];
    return key;
  }

  /** Changes the given fields; null for an unknown id. A new hash also gives the key a new id. */
  change(id: string, change: KeyChange): KeyEntry | null {
    const key = this.#find(id);
    if (!key) return null;
    const changed: KeyEntry = { ...key, ...change };
    if (change.hash === undefined) {
      this.#sql.query(
        'UPDATE keys SET label = ?, expires = ?, history = ? WHERE id = ?',
        ...[changed.label, changed.expires, Number(changed.history), id],
      );
      return this.#replace(key, changed);
    }
    // The new id ends the permissions that were granted for the old secret.
    const rotated = { ...changed, id: this.#host.randomId(), lastUsed: null };
    this.#sql.query(
      'UPDATE keys SET id = ?, hash = ?, used = NULL WHERE id = ?',
      ...[rotated.id, change.hash, id],
    );
    return this.#replace(key, rotated);
  }

  /** Deletes a key that exists. */
  delete(id: string): void {
    this.#sql.query('DELETE FROM keys WHERE id = ?', id);
    this.#cached = this.#all().filter((key) => key.id !== id);
  }

  /** Updates `lastUsed`, at most once per {@link useInterval}. Does not throw if it cannot be stored. */
  noteUse(id: string): void {
    const key = this.#find(id);
    const now = this.#host.now();
    if (!key || now - (key.lastUsed ?? 0) < useInterval) return;
    this.#replace(key, { ...key, lastUsed: now });
    try {
      this.#sql.query('UPDATE keys SET used = ? WHERE id = ?', now, id);
    } catch (error) {
      // A full disk must not prevent reading. The host knows of it.
      if (!(error instanceof StorageError)) this.#host.report('key use not stored', { error });
    }
  }

  /** Drops the cache after the database was changed elsewhere. */
  invalidate(): void {
    this.#cached = null;
  }

  #find(id: string): KeyEntry | undefined {
    return this.#all().find((key) => key.id === id);
  }

  #replace(key: KeyEntry, changed: KeyEntry): KeyEntry {
    this.#cached = this.#all().map((other) => other === key ? changed : other);
    return changed;
  }

  #all(): readonly KeyEntry[] {
    return this.#cached ??= readRows(this.#sql, 'SELECT * FROM keys ORDER BY created, id')
      .map((row) => ({
        id: row.id as string,
        role: row.role as Role,
        label: row.label as string,
        history: row.history === 1,
        created: row.created as number,
        expires: row.expires as number | null,
        lastUsed: row.used as number | null,
        hash: row.hash as string,
      }));
  }
}

/** Compares in time that does not depend on where the texts differ. */
function isEqual(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) {
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index % b.length);
  }
  return difference === 0;
}
