import { EdgepadEditor } from './edgepad-editor.ts';

if (!customElements.get('edgepad-editor')) customElements.define('edgepad-editor', EdgepadEditor);

declare global {
  interface HTMLElementTagNameMap {
    'edgepad-editor': EdgepadEditor;
  }
}
