import { tokenRole } from '../../access/token-claims.ts';
import { changeMode, connectToParent, foreignCredential } from '../../embed/connect-to-parent.ts';
import type { ToFrame } from '../../embed/messages.ts';
import { reportHeight } from '../../embed/report-height.ts';
import { viewAddress } from '../../access/document-address.ts';
import { LiveDocument } from '../../viewer/live-document.ts';
import type { PollState } from '../../viewer/poller.ts';
import { statusText } from '../../viewer/status-text.ts';

/**
 * A document for reading, in the frame of another site: `/embed/NAME?mode=view`. The service has
 * written it into the page where the address proves that it may be read; else it is asked for here,
 * with a credential from the fragment or from the site around.
 */
function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`Cannot start frame: the page has no ${id}`);
  return element;
}

const container = byId('document');
const status = byId('status');
const missing = byId('missing');
const heading = byId('heading');
const { source = '', version = '' } = container.dataset;
/** Whether the address asks for the editor, and this is what was left of the role. */
const wasEditor = new URLSearchParams(location.search).has('was');
let title = document.title;
let isReady = false;

const { name, site, init, credential: firstCredential } = await connectToParent(hear);
let credential = firstCredential;
reportHeight(site);
showHeading();
if (init.locale) container.lang = init.locale;
const whole = byId('whole');
// What the site has sent is for this frame, and for no address.
if (init.token === undefined && credential !== null && whole instanceof HTMLAnchorElement) {
  whole.href = viewAddress(name, credential);
}
const live = begin();

function begin(): LiveDocument | null {
  const foreign = foreignCredential(site, credential);
  if (foreign !== null) {
    container.replaceChildren();
    fail('foreign-origin', `${foreign}.`);
    return null;
  }
  if (version !== '') ready();
  return new LiveDocument({
    container,
    source,
    version,
    credential: () => credential,
    refreshCredential,
    onChange(now) {
      document.title = title = now;
      showHeading();
      container.dataset.version = 'shown';
      if (isReady) site.tell({ type: 'change', title });
      else ready();
    },
    onStateChange: tell,
  });
}

/** For those who go by headings: where the text has none of its own rank. */
function showHeading(): void {
  heading.textContent = title;
  heading.hidden = container.querySelector('h1') !== null;
}

async function refreshCredential(): Promise<string | null> {
  const token = await site.askForToken(credential);
  if (foreignCredential(site, token) === null) credential = token;
  return credential;
}

function ready(): void {
  isReady = true;
  site.tell({ type: 'ready', mode: 'view', title });
}

function tell(state: PollState): void {
  const text = statusText(state, timeOf);
  missing.hidden = state.type !== 'empty';
  if (state.type === 'empty') {
    fail('not-found', 'There is nothing to read: nothing was written yet, or it is not for you.');
  }
  // Written only when it says something new: it is read out.
  if (status.textContent === text) return;
  status.textContent = text;
  status.dataset.state = state.type;
  site.tell({ type: 'status', state: state.type, text });
}

function fail(code: string, message: string): void {
  missing.hidden = false;
  if (missing.textContent === message) return;
  missing.textContent = message;
  site.tell({ type: 'error', code, message });
}

function timeOf(moment: number): string {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  return new Date(moment).toLocaleString(init.locale ?? [], {
    timeStyle: 'short',
    ...(!isToday && { dateStyle: 'medium' }),
  });
}

function hear(message: ToFrame): void {
  switch (message.type) {
    case 'setToken': {
      const role = tokenRole(message.token);
      if (wasEditor && (role === 'edit' || role === 'own')) return changeMode('edit');
      if (foreignCredential(site, message.token) !== null) return;
      credential = message.token;
      live?.pollNow();
      break;
    }
    case 'focus':
      container.tabIndex = -1;
      container.focus();
      break;
    case 'destroy':
      live?.stop();
      site.tell({ type: 'destroyed' });
      break;
    case 'setTheme':
      break;
  }
}
