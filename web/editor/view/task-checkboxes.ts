import { Plugin } from 'prosemirror-state';
import { isChecked, kindOf } from '../../../protocol/schema.ts';
import { endUndoStep } from '../binding/undo.ts';
import { setAttributes } from '../model/lines.ts';
import { viewChunk } from './view-chunk.ts';

/**
 * Toggles a task when its checkbox is clicked, and moves the caret past the checkbox. The checkbox
 * always shows the line's attribute.
 */
export function taskCheckboxes(): Plugin {
  return new Plugin({
    props: {
      handleKeyDown: (view, event) => viewChunk.loaded?.leaveTask(view, event) ?? false,
      handleDOMEvents: {
        mousedown(_view, event) {
          // Keep the focus where it is. In the text, the next key goes there. Outside of it, a
          // phone must not open its keyboard.
          if (!isCheckbox(event.target)) return false;
          event.preventDefault();
          return true;
        },
        click(view, event) {
          const box = event.target;
          if (!isCheckbox(box)) return false;
          // The line renders the new state, not the browser.
          event.preventDefault();
          if (!view.editable) return true;
          const { doc, tr } = view.state;
          const position = doc.resolve(view.posAtDOM(box, 0)).before(1);
          const line = doc.nodeAt(position);
          if (!line || kindOf(line.attrs) !== 'task') return true;
          endUndoStep(view.state);
          setAttributes(tr, position, { checked: isChecked(line.attrs) ? null : true });
          // The browser restores the checkbox after a prevented click, even one rendered meanwhile.
          setTimeout(() => {
            if (!view.isDestroyed) view.dispatch(tr);
          });
          return true;
        },
      },
    },
  });
}

function isCheckbox(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.type === 'checkbox';
}
