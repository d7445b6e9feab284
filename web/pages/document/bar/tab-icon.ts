import type { EdgepadProvider } from '../../../provider/provider.ts';
import { describeStatus, type Tone } from '../../../live-editor/describe-status.ts';

/** The dot on the tab's icon, by how much the state wants to be noticed. */
const dots: Record<Tone, string | null> = { calm: null, wait: '#f0a500', bad: '#d93025' };

/**
 * Marks the tab while something is wrong, so that it is noticed from another one. The icon is written
 * here and not fetched: without a connection nothing can be.
 */
export function showInTab(provider: EdgepadProvider): void {
  const show = () => mark(describeStatus(provider.status).tone);
  provider.addEventListener('status', show);
  show();
}

function mark(tone: Tone): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (!icon) return;
  const dot = dots[tone];
  const href = dot === null ? '/favicon.svg' : `data:image/svg+xml,${encodeURIComponent(svg(dot))}`;
  if (icon.getAttribute('href') !== href) icon.setAttribute('href', href);
}

/** `web/static/favicon.svg` with a dot in its corner. */
function svg(dot: string): string {
  return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    '<rect width="32" height="32" rx="7" fill="#2f55c8"/>' +
    '<path d="M8 10h16M8 16h16M8 22h9" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>' +
    `<circle cx="24" cy="24" r="8" fill="${dot}" stroke="#fff" stroke-width="2"/></svg>`;
}
