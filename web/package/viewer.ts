/** `edgepad/viewer`: a document for reading. No Yjs, no editor. */
export { EdgepadViewer } from '../elements/edgepad-viewer.ts';
export type { GetCredential } from '../elements/document-element.ts';
export { LiveDocument, type LiveDocumentOptions } from '../viewer/live-document.ts';
export type { PollState } from '../viewer/poller.ts';
