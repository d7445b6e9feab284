/** Builds the pages into dist/web. Throws where that fails. */
export function buildWeb(): void;
