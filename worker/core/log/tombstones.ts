import type { SqlDatabase } from '../sql.ts';
import { hasTables, migrate } from './migrations.ts';

/**
 * The epochs of deleted documents of one name. They stay in the database when a document is deleted,
 * so that a client with a copy of it cannot upload it again.
 */
export class Tombstones {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  has(epoch: string): boolean {
    return this.#query('SELECT epoch FROM deleted WHERE epoch = ?', epoch).length > 0;
  }

  epochs(): string[] {
    return this.#query('SELECT epoch FROM deleted');
  }

  /** Creates the tables when they are missing. */
  add(epochs: readonly string[]): void {
    this.#sql.transaction(() => {
      migrate(this.#sql);
      for (const epoch of epochs) {
        this.#sql.query('INSERT OR IGNORE INTO deleted (epoch) VALUES (?)', epoch);
      }
    });
  }

  #query(sql: string, ...bindings: string[]): string[] {
    if (!hasTables(this.#sql)) return [];
    migrate(this.#sql);
    return this.#sql.query(sql, ...bindings).map(({ epoch }) => epoch as string);
  }
}
