import { tokenRole } from '../../access/token-claims.ts';
import {
  changeMode,
  connectToParent,
  isForAnotherSite,
  otherSiteError,
} from '../../embed/connect-to-parent.ts';
import type { ParentMessage } from '../../embed/messages.ts';
import { reportHeight } from '../../embed/report-height.ts';
import { viewAddress } from '../../access/document-address.ts';
import { handleFileDrops } from '../../platform/file-drops.ts';
import { LiveDocument } from '../../viewer/live-document.ts';
import type { PollState } from '../../viewer/poller.ts';
import { followSectionLinks } from '../../viewer/section-links.ts';
import { statusText } from '../../viewer/status-text.ts';
import { element } from '../shared/element.ts';
import { formatTime } from '../viewer/format-time.ts';

/**
 * A read-only document in an embed: `/embed/NAME?mode=view`. The HTML contains the text if the URL's
 * query has a credential that may read it. Otherwise this script fetches it, with a credential from the
 * fragment or from the parent.
 */

const container = element('document', HTMLElement);
const status = element('status', HTMLElement);
const missing = element('missing', HTMLElement);
const heading = element('heading', HTMLElement);
const whole = element('whole', HTMLAnchorElement);
const { source = '', version = '' } = container.dataset;
/** Whether this reader was an editor before its role was lowered. */
const wasEditor = new URLSearchParams(location.search).has('was');
let title = document.title;
let isReady = false;

const { name, parentWindow, init, credential: firstCredential } = await connectToParent(onMessage);
let credential = firstCredential;
reportHeight(parentWindow);
// The page has no use for files, but must not be left for one.
handleFileDrops(() => {});
followSectionLinks(container);
showHeading();
if (init.locale) container.lang = heading.lang = init.locale;
// A credential from the parent is for this embed only. The link has the one from the embed's URL.
if (init.token === undefined && credential !== null) whole.href = viewAddress(name, credential);
const live = showDocument();

/** Null when the credential is for another site. */
function showDocument(): LiveDocument | null {
  if (isForAnotherSite(parentWindow, credential)) {
    container.replaceChildren();
    showError(otherSiteError);
    return null;
  }
  if (version !== '') reportReady();
  return new LiveDocument({
    container,
    source,
    version,
    credential: () => credential,
    refreshCredential,
    onChange,
    onStateChange,
  });
}

async function refreshCredential(): Promise<string | null> {
  const token = await parentWindow.requestToken(credential);
  if (!isForAnotherSite(parentWindow, token)) credential = token;
  return credential;
}

function onChange(newTitle: string, language: string): void {
  if (!init.locale) container.lang = heading.lang = language;
  document.title = title = newTitle;
  showHeading();
  container.dataset.version = 'shown';
  if (isReady) parentWindow.send({ type: 'change', title });
  else reportReady();
}

/** For screen readers, when the text has no heading of the first level. */
function showHeading(): void {
  heading.textContent = title;
  heading.hidden = container.querySelector('h1') !== null;
}

function reportReady(): void {
  isReady = true;
  parentWindow.send({ type: 'ready', mode: 'view', title });
}

function onStateChange(state: PollState): void {
  const text = statusText(state, (time) => formatTime(time, init.locale));
  missing.hidden = state.type !== 'empty';
  if (state.type === 'empty') {
    showError({
      code: 'not-found',
      message:
        'There is nothing to read yet, or you have no access. Ask the owner of this document.',
    });
  }
  // A screen reader announces each write.
  if (status.textContent === text) return;
  status.textContent = text;
  status.dataset.state = state.type;
  parentWindow.send({ type: 'status', state: state.type, text });
}

function showError({ code, message }: { readonly code: string; readonly message: string }): void {
  missing.hidden = false;
  if (missing.textContent === message) return;
  missing.textContent = message;
  parentWindow.send({ type: 'error', code, message });
}

function onMessage(message: ParentMessage): void {
  switch (message.type) {
    case 'setToken': {
      const role = tokenRole(message.token);
      if (wasEditor && (role === 'edit' || role === 'own')) return changeMode('edit');
      if (isForAnotherSite(parentWindow, message.token)) return;
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
      parentWindow.send({ type: 'destroyed' });
      break;
    case 'setTheme':
      break;
  }
}
