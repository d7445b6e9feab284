import { EditorState, Plugin } from 'prosemirror-state';
import { type DirectEditorProps, EditorView } from 'prosemirror-view';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { contentOf } from '../../protocol/schema.ts';
import { applyGuarded } from './binding/apply-transaction.ts';
import { Binding } from './binding/binding.ts';
import { FailureGuard } from './binding/failure-guard.ts';
import { movedTextChunk } from './binding/moved-text-chunk.ts';
import { pendingSelection, withPendingSelection } from './binding/pending-selection.ts';
import { remoteCursors } from './binding/remote-cursors.ts';
import { endUndoStep, undoPlugin } from './binding/undo.ts';
import { appendLine } from './commands/append-line.ts';
import { inlineRulesChunk } from './typing/inline-rules-chunk.ts';
import { applyMissedRules, inputRules } from './typing/input-rules.ts';
import { inputEvents } from './commands/input-events.ts';
import { editorKeymap } from './commands/keymap.ts';
import { findUnsupportedContent } from './model/unsupported-content.ts';
import { clipboard } from './paste/clipboard.ts';
import { pasteChunk } from './paste/paste-chunk.ts';
import { paste } from './paste/paste.ts';
import { searchPlugin } from './search/search-plugin.ts';
import { placeholder } from './view/placeholder.ts';
import { sections } from './view/sections.ts';
import { taskCheckboxes } from './view/task-checkboxes.ts';
import { viewChunk } from './view/view-chunk.ts';

export interface EditorOptions {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** Keep false until the first sync: text typed earlier would end up beside the content. */
  readonly editable: boolean;
  /** Whether others cannot see yet what is typed. Default: they can. */
  readonly isOffline?: () => boolean;
  /** Plugins of the page, such as a toolbar. Their keys take precedence over the editor's. */
  readonly plugins?: readonly Plugin[];
  /**
   * Called with a message for the user, for example when a paste is too long. `details` are sentences
   * that belong below it: what a paste has changed or left out.
   */
  readonly notify?: (message: string, details?: readonly string[]) => void;
  /**
   * Called when the binding to the Y.Doc has thrown. The editor is read-only from then on, changes
   * nothing in the Y.Doc, and shows the text as it was, with the edit that was under way.
   */
  readonly onFailure?: (error: unknown) => void;
}

export interface Editor {
  readonly view: EditorView;
  setEditable(editable: boolean): void;
  /**
   * Calls `listener` after each change of the text, local or remote. Returns an unsubscribe
   * function.
   */
  onChange(listener: () => void): () => void;
  destroy(): void;
}

/**
 * Mounts the editor on a document's content. Throws a `TypeError` if the document has content that
 * the editor does not support, as mounting would delete it for all authors: check first with
 * `findUnsupportedContent`. Unsupported content may also arrive later: use
 * `watchForUnsupportedContent`, and destroy the editor when it calls back.
 */
export function createEditor(mount: HTMLElement, options: EditorOptions): Editor {
  const content = contentOf(options.doc);
  const unsupported = findUnsupportedContent(options.doc);
  if (unsupported !== null) {
    throw new TypeError(`Cannot mount editor: it does not support ${unsupported}`);
  }

  let editable = options.editable;
  const listeners = new Set<() => void>();
  const guard = new FailureGuard((error) => {
    // The caller may be in the middle of an update of this view.
    queueMicrotask(() => {
      if (view.isDestroyed) return;
      // Disconnects the view from everything. Plugins must be gone before it loses the focus.
      view.updateState(EditorState.create({ doc: view.state.doc }));
      editable = false;
      view.setProps({});
      options.onFailure?.(error);
    });
  });
  const binding = new Binding(content, guard, options.isOffline);
  const state = EditorState.create({
    doc: binding.read(),
    // Plugins earlier in the list see events first. The order matters: see each plugin's comment.
    plugins: [
      pendingSelection(options.doc, guard),
      binding.plugin,
      remoteCursors(options.awareness, binding),
      undoPlugin(binding, options.notify),
      ...options.plugins ?? [],
      ...ownPlugins(options.notify),
      changeListeners(listeners),
    ],
  });
  const view = createView(mount, guard, {
    state,
    editable: () => editable,
    attributes: () => ({
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': 'Document text',
      'aria-readonly': String(!editable),
      // In a page without editor.css a typed space would become a no-break space.
      style: 'white-space: pre-wrap; white-space: break-spaces',
      translate: 'no',
    }),
    dispatchTransaction(transaction) {
      // Commands may run in a timer.
      if (view.isDestroyed) return;
      // A paste, a cut or a drop is an undo step of its own.
      const isOwnStep = transaction.getMeta('uiEvent') !== undefined;
      if (isOwnStep) endUndoStep(view.state);
      applyGuarded(view, withPendingSelection(view, transaction), guard);
      if (isOwnStep) endUndoStep(view.state);
    },
    handleClick(view, position, event) {
      const isBelow = position === view.state.doc.content.size &&
        event.clientY > (view.dom.lastElementChild?.getBoundingClientRect().bottom ?? 0);
      return editable && isBelow && appendLine(view.state, view.dispatch);
    },
  });

  for (const chunk of [pasteChunk, movedTextChunk, viewChunk]) chunk.loadWhenIdle();
  inlineRulesChunk.loadWhenIdle(() => applyMissedRules(view));

  return {
    view,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setEditable(value) {
      if (editable === value || guard.isStopped) return;
      editable = value;
      // The view calls `editable` again only when its props change.
      view.setProps({});
    },
    destroy: () => view.destroy(),
  };
}

/** The plugins that depend on no document. */
function ownPlugins(notify: EditorOptions['notify'] = () => {}): Plugin[] {
  return [
    inputRules(),
    inputEvents(),
    ...editorKeymap(),
    paste(notify),
    clipboard(),
    taskCheckboxes(),
    sections(),
    placeholder('Start writing…'),
    searchPlugin(),
  ];
}

/** Stops the guard if a plugin throws: those created before it stay registered with the Y.Doc. */
function createView(mount: HTMLElement, guard: FailureGuard, props: DirectEditorProps): EditorView {
  mount.classList.add('editor-host');
  try {
    return new EditorView(mount, props);
  } catch (error) {
    guard.stop();
    throw error;
  }
}

function changeListeners(listeners: ReadonlySet<() => void>): Plugin {
  return new Plugin({
    view: () => ({
      update(view, before) {
        if (view.state.doc !== before.doc) listeners.forEach((listener) => listener());
      },
    }),
  });
}
