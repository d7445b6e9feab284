import { Plugin } from 'prosemirror-state';
import { yCursorPlugin } from 'y-prosemirror';
import type { Awareness } from 'y-protocols/awareness';
import { inkOn, isReadableCursor, readPerson } from './presence.ts';

/** How long the name beside a moved caret stays visible, in milliseconds. */
const nameTimeout = 2000;

/** Shows remote carets and selections. The name at a caret fades when the caret stops moving. */
export function remoteCursors(awareness: Awareness): Plugin[] {
  /** By client id: the timers of visible names. */
  const nameTimers = new Map<number, ReturnType<typeof setTimeout>>();
  const carets = new Map<number, HTMLElement>();
  const lastCursor = new Map<number, unknown>();

  function showName(clientId: number): void {
    clearTimeout(nameTimers.get(clientId));
    carets.get(clientId)?.classList.add('is-moving');
    const timer = setTimeout(() => {
      nameTimers.delete(clientId);
      carets.get(clientId)?.classList.remove('is-moving');
    }, nameTimeout);
    nameTimers.set(clientId, timer);
  }

  function onAwarenessChange({ added, updated, removed }: Record<string, number[]>): void {
    for (const clientId of [...added ?? [], ...updated ?? []]) {
      const state = awareness.getStates().get(clientId);
      const caret = carets.get(clientId);
      // ProseMirror reuses the caret's element, so a new name or colour has to be set here.
      if (caret) showPerson(caret, state?.user, clientId);
      const cursor = JSON.stringify(state?.cursor ?? null);
      if (clientId === awareness.clientID || lastCursor.get(clientId) === cursor) continue;
      lastCursor.set(clientId, cursor);
      showName(clientId);
    }
    for (const clientId of removed ?? []) {
      clearTimeout(nameTimers.get(clientId));
      for (const map of [nameTimers, carets, lastCursor]) map.delete(clientId);
    }
  }

  const cursorPlugin: Plugin = yCursorPlugin(awareness, {
    awarenessStateFilter: (own: number, clientId: number, state: unknown) =>
      own !== clientId && isReadableCursor(state),
    cursorBuilder: (user: unknown, clientId: number) => {
      const caret = buildCaret(user, clientId);
      caret.classList.toggle('is-moving', nameTimers.has(clientId));
      carets.set(clientId, caret);
      return caret;
    },
    selectionBuilder: (user: unknown, clientId: number) => ({
      class: 'remote-selection',
      // ProseMirror sets this through element.style, which the Content-Security-Policy allows.
      style: `--person: ${readPerson(clientId, { user }).color}`,
    }),
  });
  return [
    cursorPlugin,
    new Plugin({
      view: () => {
        awareness.on('change', onAwarenessChange);
        return {
          destroy: () => {
            awareness.off('change', onAwarenessChange);
            for (const timer of nameTimers.values()) clearTimeout(timer);
          },
        };
      },
    }),
  ];
}

function buildCaret(user: unknown, clientId: number): HTMLElement {
  const caret = document.createElement('span');
  caret.className = 'remote-caret';
  caret.setAttribute('aria-hidden', 'true');
  const name = document.createElement('span');
  name.className = 'remote-caret-name';
  // Word joiners on both sides prevent a line break at the caret.
  caret.append('\u2060', name, '\u2060');
  showPerson(caret, user, clientId);
  return caret;
}

/** Sets the person's name and colour at a caret. */
function showPerson(caret: HTMLElement, user: unknown, clientId: number): void {
  const person = readPerson(clientId, { user });
  caret.style.setProperty('--person', person.color);
  caret.style.setProperty('--person-ink', inkOn(person.color));
  const name = caret.querySelector('span');
  if (name && name.textContent !== person.name) name.textContent = person.name;
}
