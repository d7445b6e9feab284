import { EdgepadViewer } from './edgepad-viewer.ts';

// A page rendered on a server imports this module where there are no elements.
if (globalThis.customElements && !customElements.get('edgepad-viewer')) {
  customElements.define('edgepad-viewer', EdgepadViewer);
}

declare global {
  interface HTMLElementTagNameMap {
    'edgepad-viewer': EdgepadViewer;
  }
}
