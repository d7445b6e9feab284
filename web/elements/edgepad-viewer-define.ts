import { EdgepadViewer } from './edgepad-viewer.ts';

if (!customElements.get('edgepad-viewer')) customElements.define('edgepad-viewer', EdgepadViewer);

declare global {
  interface HTMLElementTagNameMap {
    'edgepad-viewer': EdgepadViewer;
  }
}
