import type { Random } from '../random.ts';

/** What an attack knows. */
export interface Battlefield {
  readonly url: string;
  /** Documents of honest people. */
  readonly documents: readonly string[];
  readonly random: Random;
}

/** Rejects with an Error when it notices harm itself. Others measure what it does to honest people. */
export type Attack = (field: Battlefield) => Promise<void>;
