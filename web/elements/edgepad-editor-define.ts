import { EdgepadEditor } from './edgepad-editor.ts';

// A page rendered on a server imports this module where there are no elements.
if (globalThis.customElements && !customElements.get('edgepad-editor')) {
  customElements.define('edgepad-editor', EdgepadEditor);
}

declare global {
  interface HTMLElementTagNameMap {
    'edgepad-editor': EdgepadEditor;
  }
}
