/** `edgepad/elements`: the classes alone. `edgepad/elements/define` registers them. */
export { EdgepadEditor, type EditorUser } from '../elements/edgepad-editor.ts';
export { EdgepadViewer, type GetProof } from '../elements/edgepad-viewer.ts';
