/**
 * The JSON of `GET /docs/NAME/changes`: the difference between two versions of a document as readers
 * are shown it. docs/FOLLOWING.md documents it for other clients.
 *
 * The rendered document is a tree of blocks. Each is one element with a key that is stable for as
 * long as the line exists.
 */
export interface Changes {
  /** The tag of the version this leads to. A client sends it as `since` with its next request. */
  readonly version: string;
  /** The tag of the version this starts from. Absent for the whole document. */
  readonly from?: string;
  readonly title: string;
  /** The language of the text as a BCP 47 tag. Absent if it is unknown. */
  readonly language?: string;
  /** All blocks, top to bottom. Absent when the order is that of `from`. */
  readonly order?: readonly OrderEntry[];
  /** The blocks that are new or changed since `from`. */
  readonly blocks: readonly ChangedBlock[];
}

/**
 * One block as `depth:key`, or a range `[start, count]` of the order of `from`. A block of depth 1 is
 * the last child of the nearest block of depth 0 above it.
 */
export type OrderEntry = string | readonly [start: number, count: number];

export interface ChangedBlock {
  readonly key: string;
  /** One element without the blocks inside it. Sanitized by the service. */
  readonly html: string;
}
