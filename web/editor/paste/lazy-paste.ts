/** The parts of copy and paste that load after the first paint: see `pasteChunk`. */
export { prepareHtml } from '../import/prepare-html.ts';
export { fitToLine } from './fit-to-line.ts';
export { checkPaste, insertPaste } from './insert-paste.ts';
export { nestedDom } from './nested-dom.ts';
export { plainText } from './plain-text.ts';
