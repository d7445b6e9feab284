/** Builds the pages into dist/web. Throws if that fails. */
export function buildWeb(): void;
