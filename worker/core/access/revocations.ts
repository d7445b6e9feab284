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
  /** All tokens with this `sub`, also those issued later. */
  readonly sub?: string;
  /** When the revocation of `sub` ends, in milliseconds since the epoch; null for when it is lifted. */
  readonly until?: number | null;
}

/** A revocation that applies, of a `jti` or a `sub`. `until` as in {@link Revocation}. */
export interface RevokedToken {
  readonly claim: 'jti' | 'sub';
  readonly value: string;
  readonly until: number | null;
}

/** How the end of a revocation without one is stored. */
const never = Number.MAX_SAFE_INTEGER;

/** The revoked tokens of one document, cached in memory. */
export class Revocations {
  readonly #sql: SqlDatabase;
  readonly #host: Pick<RoomHost, 'now'>;
  #cached: { readonly issuedBefore: number; readonly ends: ReadonlyMap<string, number> } | null =
    null;

  constructor(sql: SqlDatabase, host: Pick<RoomHost, 'now'>) {
    this.#sql = sql;
    this.#host = host;
  }

  isRevoked(token: Pick<TokenPrincipal, 'issuedAt' | 'id' | 'subject'>): boolean {
    const { issuedAt, id, subject } = token;
    const { issuedBefore, ends } = this.#all();
    const applies = (name: string) => (ends.get(name) ?? 0) > this.#host.now();
    return issuedAt < issuedBefore ||
      (id !== null && applies(`jti ${id}`)) ||
      (subject !== null && applies(`sub ${subject}`));
  }

  /** Tokens issued before `issuedBefore` are revoked, 0 for none, and each of `tokens`. */
  list(): { readonly issuedBefore: number; readonly tokens: readonly RevokedToken[] } {
    const { issuedBefore, ends } = this.#all();
    const tokens = [...ends].filter(([, until]) => until > this.#host.now())
      .map(([name, until]): RevokedToken => ({
        claim: name.startsWith('jti ') ? 'jti' : 'sub',
        value: name.slice(4),
        until: until === never ? null : until,
      }));
    return { issuedBefore, tokens };
  }

  /** Ends a revocation. Tokens that have not expired are valid again. False if there is none. */
  lift({ claim, value }: Pick<RevokedToken, 'claim' | 'value'>): boolean {
    const name = `${claim} ${value}`;
    if (!this.#all().ends.has(name)) return false;
    this.#sql.query('DELETE FROM revoked WHERE name = ?', name);
    this.#cached = null;
    return true;
  }

  /** Revokes tokens of a document that exists. Throws RangeError at {@link accessLimits.revocations}. */
  add({ issuedBefore, jti, sub, until }: Revocation): void {
    const now = this.#host.now();
    // By then a token of today has expired.
    const expired = now + tokenLimits.lifetime + tokenLimits.leeway;
    const ends: (readonly [string, number])[] = [
      ...jti === undefined ? [] : [[`jti ${jti}`, expired] as const],
      ...sub === undefined ? [] : [[`sub ${sub}`, until ?? never] as const],
    ];
    this.#sql.transaction(() => {
      this.#sql.query('DELETE FROM revoked WHERE until < ?', now);
      for (const [name, until] of ends) {
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
      ends: new Map(
        readRows(this.#sql, 'SELECT name, until FROM revoked ORDER BY name')
          .map(({ name, until }) => [name as string, until as number]),
      ),
    };
  }
}
