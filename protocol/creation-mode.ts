/**
 * How documents are created, as the service tells its pages (`data-creation`): any name opens as one
 * (`open`), the service creates one for anyone (`anyone`), or not from a page (`none`).
 */
export const creationModes = ['open', 'anyone', 'none'] as const;

export type CreationMode = (typeof creationModes)[number];
