import { Plugin } from 'prosemirror-state';
import { yCursorPlugin } from 'y-prosemirror';
import type { Awareness } from 'y-protocols/awareness';
import { inkOn, isReadableCursor, readPerson } from './presence.ts';

/** How long a name stays beside a caret that has moved, in milliseconds. */
const nameShownFor = 2000;

/** The carets and selections of the others, each with a name that fades once the caret rests. */
export function remoteCursors(awareness: Awareness): Plugin[] {
  const moved = new Map<number, { readonly timer: ReturnType<typeof setTimeout> }>();
  const carets = new Map<number, HTMLElement>();
  const lastCursor = new Map<number, unknown>();

  function showName(clientId: number): void {
    clearTimeout(moved.get(clientId)?.timer);
    carets.get(clientId)?.classList.add('is-moving');
    const timer = setTimeout(() => {
      moved.delete(clientId);
      carets.get(clientId)?.classList.remove('is-moving');
    }, nameShownFor);
    moved.set(clientId, { timer });
  }

  function noteMoves({ added, updated, removed }: Record<string, number[]>): void {
    for (const clientId of [...added ?? [], ...updated ?? []]) {
      const state = awareness.getStates().get(clientId);
      const caret = carets.get(clientId);
      // ProseMirror keeps a caret as it was drawn, wherever it goes.
      if (caret) dress(caret, state?.user, clientId);
      const cursor = JSON.stringify(state?.cursor ?? null);
      if (clientId === awareness.clientID || lastCursor.get(clientId) === cursor) continue;
      lastCursor.set(clientId, cursor);
      showName(clientId);
    }
    for (const clientId of removed ?? []) {
      clearTimeout(moved.get(clientId)?.timer);
      for (const map of [moved, carets, lastCursor]) map.delete(clientId);
    }
  }

  const cursorPlugin: Plugin = yCursorPlugin(awareness, {
    awarenessStateFilter: (own: number, clientId: number, state: unknown) =>
      own !== clientId && isReadableCursor(state),
    cursorBuilder: (user: unknown, clientId: number) => {
      const caret = buildCaret(user, clientId);
      caret.classList.toggle('is-moving', moved.has(clientId));
      carets.set(clientId, caret);
      return caret;
    },
    selectionBuilder: (user: unknown, clientId: number) => ({
      class: 'remote-selection',
      // ProseMirror sets this through element.style, which a Content-Security-Policy allows.
      style: `--person: ${readPerson(clientId, { user }).color}`,
    }),
  });
  return [
    cursorPlugin,
    new Plugin({
      view: () => {
        awareness.on('change', noteMoves);
        return {
          destroy: () => {
            awareness.off('change', noteMoves);
            for (const { timer } of moved.values()) clearTimeout(timer);
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
  // Word joiners on both sides keep the line from breaking at the caret.
  caret.append('\u2060', name, '\u2060');
  dress(caret, user, clientId);
  return caret;
}

/** Gives a caret its person's name and colour. */
function dress(caret: HTMLElement, user: unknown, clientId: number): void {
  const person = readPerson(clientId, { user });
  caret.style.setProperty('--person', person.color);
  caret.style.setProperty('--person-ink', inkOn(person.color));
  const name = caret.querySelector('span');
  if (name && name.textContent !== person.name) name.textContent = person.name;
}
