/** `edgepad/viewer`: a read-only document, without Yjs and without an editor. */
export { EdgepadViewer } from '../elements/edgepad-viewer.ts';
export type { GetToken } from '../provider/credentials.ts';
export { LiveDocument, type LiveDocumentOptions } from '../viewer/live-document.ts';
export type { PollState } from '../viewer/poller.ts';
