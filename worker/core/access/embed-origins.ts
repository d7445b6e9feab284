import type { SqlDatabase } from '../sql.ts';
import { readRows } from './rows.ts';

/**
 * The origins that may embed one document, in addition to those the service allows. Reads the
 * database on each call; worker/cache/embed-origins.ts caches the result.
 */
export class EmbedOrigins {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  /** The origins in alphabetical order. */
  list(): string[] {
    return readRows(this.#sql, 'SELECT origin FROM frames ORDER BY origin')
      .map(({ origin }) => origin as string);
  }

  /** Replaces the whole list. The document must exist, and `origins` must hold no duplicates. */
  replace(origins: readonly string[]): void {
    this.#sql.transaction(() => {
      this.#sql.query('DELETE FROM frames');
      for (const origin of origins) {
        this.#sql.query('INSERT INTO frames (origin) VALUES (?)', origin);
      }
    });
  }
}
