import { hasTables, migrate } from '../log/migrations.ts';
import type { SqlDatabase } from '../sql.ts';

/**
 * The sites that may show one document in a frame, beside those of the service: exact origins. It is
 * looked up in the database each time, since in front of it stands a cache.
 */
export class EmbedOrigins {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  /** By the alphabet. None, and nothing is written, where there is no document. */
  origins(): string[] {
    if (!hasTables(this.#sql)) return [];
    migrate(this.#sql);
    return this.#sql.query('SELECT origin FROM frames ORDER BY origin')
      .map(({ origin }) => origin as string);
  }

  /** Takes these in the place of all there were. The document must exist, and no origin come twice. */
  replace(origins: readonly string[]): void {
    this.#sql.transaction(() => {
      this.#sql.query('DELETE FROM frames');
      for (const origin of origins) {
        this.#sql.query('INSERT INTO frames (origin) VALUES (?)', origin);
      }
    });
  }
}
