import { serveBundle } from '../bundle.mjs';

export const start = (options) => serveBundle(new URL('./', import.meta.url), options);
