/**
 * `embed.js`: shows a document in a page of another site, after its own `<script>` element. It runs
 * beside unknown code, so it depends on nothing of that page.
 */
import { EdgepadEmbed } from './edgepad-embed.ts';

const tag = 'edgepad-frame';
const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const { origin } = new URL(script.src);
  // The page may load this script twice, or that of another service: both define the same element.
  if (!customElements.get(tag)) {
    EdgepadEmbed.server = origin;
    customElements.define(tag, EdgepadEmbed);
  }
  if (script.dataset.doc) {
    const embed = document.createElement(tag);
    embed.setAttribute('server', origin);
    for (const { name, value } of script.attributes) {
      if (name.startsWith('data-')) embed.setAttribute(name.slice('data-'.length), value);
    }
    script.after(embed);
  }
}
