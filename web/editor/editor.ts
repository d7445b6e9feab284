import { EditorState, Plugin } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { contentOf } from '../../protocol/schema.ts';
import { appendLine } from './commands/append-line.ts';
import { applyTransaction, bindContent } from './binding/binding.ts';
import { clipboard } from './paste/clipboard.ts';
import { remoteCursors } from './binding/remote-cursors.ts';
import { unsupportedTextIn } from './model/unsupported-text.ts';
import { inputRules } from './commands/input-rules.ts';
import { editorKeymap } from './commands/keymap.ts';
import { loadLazyChunkWhenIdle } from './lazy-chunk.ts';
import { openLinks } from './view/open-links.ts';
import { paste } from './paste/paste.ts';
import { pendingSelection, withPendingSelection } from './binding/pending-selection.ts';
import { placeholder } from './view/placeholder.ts';
import { polyfillCreateRange } from './binding/polyfill-create-range.ts';
import { searchPlugin } from './search/search-plugin.ts';
import { taskCheckboxes } from './view/task-checkboxes.ts';
import { endUndoStep, undoPlugins } from './binding/undo.ts';

export interface EditorOptions {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** Stay false until the first sync: what is typed before it stands beside the content. */
  readonly editable: boolean;
  /** Plugins that come with the page, such as a toolbar. Their keys go before the editor's own. */
  readonly plugins?: readonly Plugin[];
  /** Called with a sentence for the person, such as that a paste was too long. */
  readonly tell?: (message: string) => void;
}

export interface Editor {
  readonly view: EditorView;
  setEditable(editable: boolean): void;
  /** Calls back after each change of the text, by anybody. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
  destroy(): void;
}

/**
 * Mounts the editor on a document's content. Throws a `TypeError` where the schema does not know all
 * of it (see `unknownIn`): mounting would delete the rest from everybody's document. Whoever
 * mounts it watches for unknown content that comes later (`watchForUnknown`) and destroys it then.
 */
export function createEditor(mount: HTMLElement, options: EditorOptions): Editor {
  const content = contentOf(options.doc);
  const unknown = unsupportedTextIn(options.doc);
  if (unknown !== null) throw new TypeError(`Cannot mount editor: unknown ${unknown}`);

  let editable = options.editable;
  const listeners = new Set<() => void>();
  const bound = bindContent(content);
  polyfillCreateRange(mount.getRootNode());
  mount.classList.add('editor-host');
  const view = new EditorView(mount, {
    state: EditorState.create({
      doc: bound.doc,
      plugins: [
        pendingSelection(options.doc),
        bound.plugin,
        ...remoteCursors(options.awareness),
        ...undoPlugins(content),
        ...options.plugins ?? [],
        inputRules(),
        ...editorKeymap(),
        paste(options.tell ?? (() => {})),
        clipboard(),
        taskCheckboxes(),
        openLinks(),
        placeholder('Start writing…'),
        searchPlugin(),
        changes(listeners),
      ],
    }),
    editable: () => editable,
    attributes: () => ({
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': 'Document text',
      'aria-readonly': String(!editable),
      translate: 'no',
    }),
    dispatchTransaction(transaction) {
      // y-prosemirror tells of carets a moment later, and does not look whether the view is still there.
      if (view.isDestroyed) return;
      // A paste, a cut or a drop is undone by itself.
      const isWhole = transaction.getMeta('uiEvent') !== undefined;
      if (isWhole) endUndoStep(view.state);
      applyTransaction(view, withPendingSelection(view, transaction));
      if (isWhole) endUndoStep(view.state);
    },
    handleClick(view, position, event) {
      const isBelow = position === view.state.doc.content.size &&
        event.clientY > (view.dom.lastElementChild?.getBoundingClientRect().bottom ?? 0);
      return editable && isBelow && appendLine(view.state, view.dispatch);
    },
  });

  loadLazyChunkWhenIdle();

  return {
    view,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setEditable(value) {
      if (editable === value) return;
      editable = value;
      // The view asks `editable` again only when something is set.
      view.setProps({});
    },
    destroy: () => view.destroy(),
  };
}

function changes(listeners: ReadonlySet<() => void>): Plugin {
  return new Plugin({
    view: () => ({
      update(view, before) {
        if (view.state.doc !== before.doc) listeners.forEach((listener) => listener());
      },
    }),
  });
}
