import { EditorState, Plugin } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { contentOf } from '../../protocol/schema.ts';
import { appendLine } from './append-line.ts';
import { applyTransaction, bindContent } from './binding.ts';
import { clipboard } from './clipboard.ts';
import { remoteCursors } from './cursors.ts';
import { unknownContent } from './guard.ts';
import { inputRules } from './input-rules.ts';
import { editorKeymap } from './keymap.ts';
import { openLinks } from './open-links.ts';
import { pendingSelection, withPendingSelection } from './pending-selection.ts';
import { placeholder } from './placeholder.ts';
import { taskCheckboxes } from './task-checkboxes.ts';
import { endUndoStep, undoPlugins } from './undo.ts';

export interface EditorOptions {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** Stay false until the first sync: what is typed before it stands beside the content. */
  readonly editable: boolean;
  /** Plugins that come with the page, such as a toolbar. Their keys go before the editor's own. */
  readonly plugins?: readonly Plugin[];
}

export interface Editor {
  readonly view: EditorView;
  setEditable(editable: boolean): void;
  destroy(): void;
}

/**
 * Mounts the editor on a document's content. Throws a `TypeError` where the schema does not know all
 * of it (see `unknownContent`): mounting would delete the rest from everybody's document. Whoever
 * mounts it watches for unknown content that comes later (`watchForUnknown`) and destroys it then.
 */
export function createEditor(mount: HTMLElement, options: EditorOptions): Editor {
  const content = contentOf(options.doc);
  const unknown = unknownContent(content);
  if (unknown !== null) throw new TypeError(`Cannot mount editor: unknown ${unknown}`);

  let editable = options.editable;
  const bound = bindContent(content);
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
        clipboard(),
        taskCheckboxes(),
        openLinks(),
        placeholder('Start writing…'),
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

  return {
    view,
    setEditable(value) {
      if (editable === value) return;
      editable = value;
      // The view asks `editable` again only when something is set.
      view.setProps({});
    },
    destroy: () => view.destroy(),
  };
}
