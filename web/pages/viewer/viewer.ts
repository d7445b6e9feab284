import { fetchChanges } from '../../viewer/fetch-changes.ts';
import { credentialIn } from '../../access/document-address.ts';
import { DocumentView, markChanged } from '../../viewer/document-view.ts';
import { keepScroll } from '../../viewer/keep-scroll.ts';
import { Poller, type PollState } from '../../viewer/poller.ts';
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
const view = new DocumentView(container);
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

const poller = new Poller({
  fetchChanges: (version, signal) => fetchChanges(source, version, signal, credential),
  show(changes) {
    if (title.textContent !== changes.title) document.title = title.textContent = changes.title;
    keepScroll(container, () => markChanged(view.apply(changes)));
  },
  showState: tell,
  schedule(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
  now: () => Date.now(),
  random: () => Math.random(),
}, version);

function followVisibility(): void {
  if (document.hidden) poller.pause();
  else poller.resume();
}

document.addEventListener('visibilitychange', followVisibility);
// A page that comes back from the browser's back-forward cache had its polls cut off.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) poller.pollNow();
});
addEventListener('online', () => poller.pollNow());
addEventListener('offline', () => poller.pollNow());
followVisibility();
