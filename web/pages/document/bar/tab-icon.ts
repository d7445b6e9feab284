import { describeStatus, type Tone } from '../../../live-editor/describe-status.ts';
import type { EdgepadProvider } from '../../../provider/provider.ts';

/** The colour of the dot on the icon; null for no dot. */
const dots: Record<Tone, string | null> = { calm: null, wait: '#f0a500', bad: '#d93025' };

/**
 * Puts a dot on the tab's icon while the document is offline or disconnected. The icon is a data URL
 * because it cannot be fetched without a connection.
 */
export function showStatusInTab(provider: EdgepadProvider): void {
  const show = () => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    const dot = dots[describeStatus(provider.status).tone];
    const href = dot === null
      ? '/favicon.svg'
      : `data:image/svg+xml,${encodeURIComponent(iconWith(dot))}`;
    if (icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
  };
  provider.addEventListener('status', show);
  show();
}

/** `web/static/favicon.svg` with a dot in place of its caret. */
function iconWith(dot: string): string {
  return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    '<rect width="32" height="32" rx="7" fill="#2f55c8"/>' +
    '<path d="M8 10h16M8 16h16M8 22h9" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>' +
    `<circle cx="24" cy="24" r="8" fill="${dot}" stroke="#fff" stroke-width="2"/></svg>`;
}
