/** Work on a document that the service has given up, as its owners see it: `GET /docs/NAME/problems`. */
export interface DocumentProblem {
  /** What does not work: `compaction`, `changes`, or the format that cannot be rendered. */
  readonly affects: string;
  /** How often the service has tried. */
  readonly attempts: number;
  /** The earliest next attempt, in ISO 8601; null until the document changes. */
  readonly nextAttempt: string | null;
  /** For the owner: what is affected, and what to do. */
  readonly detail: string;
}
