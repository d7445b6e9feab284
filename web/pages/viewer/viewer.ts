import { credentialIn } from '../../access/document-address.ts';
import { handleFileDrops } from '../../platform/file-drops.ts';
import { LiveDocument } from '../../viewer/live-document.ts';
import type { PollState } from '../../viewer/poller.ts';
import { followSectionLinks } from '../../viewer/section-links.ts';
import { statusText } from '../../viewer/status-text.ts';
import { element } from '../shared/element.ts';
import { formatTime } from './format-time.ts';

/** The read-only page, `/v/NAME`. The HTML contains the text; this script keeps it up to date. */

const container = element('document', HTMLElement);
const title = element('title', HTMLElement);
const status = element('status', HTMLElement);
const { source = '', version = '' } = container.dataset;
const credential = credentialIn(location.search);
// This credential may allow more than reading. A copied address must not contain it.
if (/&once$/.test(location.search)) history.replaceState(null, '', location.pathname);

function onStateChange(state: PollState): void {
  const text = statusText(state, formatTime);
  // A screen reader announces each write.
  if (status.textContent !== text) status.textContent = text;
  status.dataset.state = state.type;
}

// The page has no use for files, but must not be left for one.
handleFileDrops(() => {});
// A section may have the name of an element of the page, such as the status.
followSectionLinks(container, (fragment) => history.pushState(history.state, '', fragment));

new LiveDocument({
  container,
  source,
  version,
  credential: () => credential,
  refreshCredential: (credential) => Promise.resolve(credential),
  onChange(newTitle, language) {
    if (container.lang !== language) {
      container.lang = title.lang = language;
      // A page needs a language.
      document.documentElement.lang = language || 'en';
    }
    if (title.textContent !== newTitle) document.title = title.textContent = newTitle;
  },
  onStateChange,
});
