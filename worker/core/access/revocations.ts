import { accessLimits, tokenLimits } from '../../../protocol/access-limits.ts';
import type { RoomHost } from '../host.ts';
import type { SqlDatabase } from '../sql.ts';
import type { TokenPrincipal } from './principal.ts';
import { readRows } from './rows.ts';

/** Which tokens to revoke; one that matches any of these is revoked. */
export interface Revocation {
  /** Tokens issued before this time, in milliseconds since the epoch. */
  readonly issuedBefore?: number;
  /** The token with this `jti`. */
  readonly jti?: string;
  /** The tokens with this `sub`. */
  readonly sub?: string;
}

/** The revoked tokens of one document, cached in memory. */
export class Revocations {
  readonly #sql: SqlDatabase;
  readonly #host: Pick<RoomHost, 'now'>;
  #cached: { readonly issuedBefore: number; readonly names: ReadonlySet<string> } | null = null;

  constructor(sql: SqlDatabase, host: Pick<RoomHost, 'now'>) {
    this.#sql = sql;
    this.#host = host;
  }

  isRevoked(token: Pick<TokenPrincipal, 'issuedAt' | 'id' | 'subject'>): boolean {
    const { issuedAt, id, subject } = token;
    const { issuedBefore, names } = this.#all();
    return issuedAt < issuedBefore ||
      (id !== null && names.has(`jti ${id}`)) ||
      (subject !== null && names.has(`sub ${subject}`));
  }

  /** Revokes tokens of a document that exists. Throws RangeError at {@link accessLimits.revocations}. */
  add({ issuedBefore, jti, sub }: Revocation): void {
    const now = this.#host.now();
    // By then every token that this revocation covers has expired.
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
          `A document has at most ${accessLimits.revocations} revocations. Revoke by "issuedBefore"`,
        );
      }
      if (issuedBefore !== undefined) {
        this.#sql.query('UPDATE document SET issued_after = MAX(issued_after, ?)', issuedBefore);
      }
    });
    this.#cached = null;
  }

  /** Drops the cache after the database was changed elsewhere. */
  invalidate(): void {
    this.#cached = null;
  }

  #all() {
    return this.#cached ??= {
      issuedBefore: (readRows(this.#sql, 'SELECT issued_after FROM document')[0]?.issued_after ??
        0) as number,
      names: new Set(
        readRows(this.#sql, 'SELECT name FROM revoked').map(({ name }) => name as string),
      ),
    };
  }
}
