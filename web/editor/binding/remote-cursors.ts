import { type EditorState, Plugin, PluginKey } from 'prosemirror-state';
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { type Binding, isFromYjs } from './binding.ts';
import { inkOn, isReadableCursor, readPerson } from './presence.ts';

/** Transactions that show other cursors have a value under this key. */
export const cursorsKey = new PluginKey<DecorationSet>('edgepad-cursors');

/** How long the name beside a moved caret stays visible, in milliseconds. */
const nameTimeout = 2000;

/**
 * Shows remote carets and selections, and publishes the selection of this editor. The name at a caret
 * fades when the caret stops moving.
 */
export function remoteCursors(awareness: Awareness, binding: Binding): Plugin<DecorationSet> {
  const names = new CaretNames(awareness);

  function decorate({ doc }: EditorState): DecorationSet {
    const decorations = [...awareness.getStates()].flatMap(([clientId, state]) => {
      const isOwn = clientId === awareness.clientID;
      if (isOwn || !isReadableCursor(state) || !state.cursor) return [];
      const [anchor, head] = [state.cursor.anchor, state.cursor.head].map((position) =>
        binding.selections.positionOf(Y.createRelativePositionFromJSON(position), doc)
      );
      if (typeof anchor !== 'number' || typeof head !== 'number') return [];
      const caret = Decoration.widget(head, () => names.buildCaret(state.user, clientId), {
        key: String(clientId),
        side: 10,
      });
      // ProseMirror sets this through element.style, which the Content-Security-Policy allows.
      const style = `--person: ${readPerson(clientId, state).color}`;
      const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)];
      return [caret, Decoration.inline(from, to, { class: 'remote-selection', style })];
    });
    return DecorationSet.create(doc, decorations);
  }

  return new Plugin<DecorationSet>({
    key: cursorsKey,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, decorations, _before, state) =>
        isFromYjs(transaction) || transaction.getMeta(cursorsKey)
          ? decorate(state)
          : decorations.map(transaction.mapping, transaction.doc),
    },
    props: { decorations: (state) => cursorsKey.getState(state) },
    view: (view) => {
      const stop = showChanges(view, awareness, names);
      const publish = () => publishSelection(view, awareness, binding);
      const events = ['focusin', 'focusout'];
      for (const event of events) view.dom.addEventListener(event, publish);
      return {
        update: publish,
        destroy: () => {
          for (const event of events) view.dom.removeEventListener(event, publish);
          stop();
          awareness.setLocalStateField('cursor', null);
        },
      };
    },
  });
}

/** Renders the cursors after a change of awareness, once for all changes of a task. */
function showChanges(view: EditorView, awareness: Awareness, names: CaretNames): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onChange = (changes: Record<string, number[]>) => {
    names.onAwarenessChange(changes);
    timer ??= setTimeout(() => {
      timer = undefined;
      view.dispatch(view.state.tr.setMeta(cursorsKey, true));
    });
  };
  awareness.on('change', onChange);
  // Decorations need the view of the binding, which exists now.
  onChange({});
  return () => {
    awareness.off('change', onChange);
    clearTimeout(timer);
    names.destroy();
  };
}

function publishSelection(
  view: EditorView,
  awareness: Awareness,
  { selections: { current: selection } }: Binding,
): void {
  const published: unknown = awareness.getLocalState()?.cursor;
  if (!view.hasFocus() || !selection) {
    if (published) awareness.setLocalStateField('cursor', null);
    return;
  }
  const { anchor, head } = selection;
  const isPublished = published && JSON.stringify(published) === JSON.stringify({ anchor, head });
  if (!isPublished) awareness.setLocalStateField('cursor', { anchor, head });
}

/** The carets of other people, and the names beside them. */
class CaretNames {
  readonly #awareness: Awareness;
  /** By client id: the timers of visible names. */
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #carets = new Map<number, HTMLElement>();
  readonly #lastCursor = new Map<number, string>();

  constructor(awareness: Awareness) {
    this.#awareness = awareness;
  }

  buildCaret(user: unknown, clientId: number): HTMLElement {
    const caret = buildCaret(user, clientId);
    caret.classList.toggle('is-moving', this.#timers.has(clientId));
    this.#carets.set(clientId, caret);
    return caret;
  }

  onAwarenessChange({ added = [], updated = [], removed = [] }: Record<string, number[]>): void {
    for (const clientId of [...added, ...updated]) {
      const state = this.#awareness.getStates().get(clientId);
      const caret = this.#carets.get(clientId);
      // ProseMirror reuses the caret's element, so a new name or colour has to be set here.
      if (caret) showPerson(caret, state?.user, clientId);
      const cursor = JSON.stringify(state?.cursor ?? null);
      const isOwn = clientId === this.#awareness.clientID;
      if (isOwn || this.#lastCursor.get(clientId) === cursor) continue;
      this.#lastCursor.set(clientId, cursor);
      this.#show(clientId);
    }
    for (const clientId of removed) {
      clearTimeout(this.#timers.get(clientId));
      for (const map of [this.#timers, this.#carets, this.#lastCursor]) map.delete(clientId);
    }
  }

  #show(clientId: number): void {
    clearTimeout(this.#timers.get(clientId));
    this.#carets.get(clientId)?.classList.add('is-moving');
    const timer = setTimeout(() => {
      this.#timers.delete(clientId);
      this.#carets.get(clientId)?.classList.remove('is-moving');
    }, nameTimeout);
    this.#timers.set(clientId, timer);
  }

  destroy(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
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
