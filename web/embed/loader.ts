/**
 * `embed.js`: puts a document into any page, in place of its own `<script>` element. No part of this
 * may need anything of the site: it runs beside whatever is there.
 */
import { EdgepadFrame } from './edgepad-embed.ts';

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const { origin } = new URL(script.src);
  // Another service's loader may be here already, or this one twice: both make the same element.
  if (!customElements.get('edgepad-frame')) {
    EdgepadFrame.server = origin;
    customElements.define('edgepad-frame', EdgepadFrame);
  }
  if (script.dataset.doc) {
    const frame = document.createElement('edgepad-frame');
    frame.setAttribute('server', origin);
    for (const { name, value } of script.attributes) {
      if (name.startsWith('data-')) frame.setAttribute(name.slice(5), value);
    }
    script.after(frame);
  }
}
