/** `edgepad/elements`: the classes of the elements. `edgepad/elements/define` registers them. */
export { EdgepadEditor } from '../elements/edgepad-editor.ts';
export { EdgepadViewer } from '../elements/edgepad-viewer.ts';
export type { GetToken } from '../provider/credentials.ts';
export type { PresenceUser } from '../live-editor/live-editor.ts';
