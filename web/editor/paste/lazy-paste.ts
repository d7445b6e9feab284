/** The parts of copy and paste that load after the first paint: see `pasteChunk`. */
export { nestedDom } from './nested-dom.ts';
export { PasteReader } from './paste-reader.ts';
export { plainText } from './plain-text.ts';
