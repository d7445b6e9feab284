import { credentialIn } from '../../access/document-address.ts';
import { LiveDocument } from '../../viewer/live-document.ts';
import type { PollState } from '../../viewer/poller.ts';
import { statusText } from '../../viewer/status-text.ts';

/** The element of viewer.html with this id. */
function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`Cannot start viewer: the page has no ${id}`);
  return element;
}

const container = byId('document');
const title = byId('title');
const status = byId('status');
const { source = '', version = '' } = container.dataset;
/** What proves that the page may be read; the polls prove it where no log shows it. */
const credential = credentialIn(location.search);
// It allows more than to read: whoever copies the address of this page must not give it away.
if (/&once$/.test(location.search)) history.replaceState(null, '', location.pathname);

function tell(state: PollState): void {
  const text = statusText(state, timeOf);
  // Written only when it says something new: it is read out.
  if (status.textContent !== text) status.textContent = text;
  status.dataset.state = state.type;
}

function timeOf(moment: number): string {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  return new Date(moment).toLocaleString([], {
    timeStyle: 'short',
    ...(!isToday && { dateStyle: 'medium' }),
  });
}

new LiveDocument({
  container,
  source,
  version,
  credential: () => credential,
  refreshCredential: (credential) => Promise.resolve(credential),
  onChange(newTitle) {
    if (title.textContent !== newTitle) document.title = title.textContent = newTitle;
  },
  onStateChange: tell,
});
