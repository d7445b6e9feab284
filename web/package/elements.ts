/** `edgepad/elements`: the classes alone. `edgepad/elements/define` registers them. */
export { EdgepadEditor, type EditorUser } from '../elements/edgepad-editor.ts';
export { EdgepadViewer } from '../elements/edgepad-viewer.ts';
export type { GetCredential } from '../elements/document-element.ts';
