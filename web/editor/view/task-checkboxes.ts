import { Plugin } from 'prosemirror-state';
import { isChecked, kindOf } from '../../../protocol/schema.ts';
import { loadedLazyChunk } from '../lazy-chunk.ts';
import { setLine } from '../model/lines.ts';
import { endUndoStep } from '../binding/undo.ts';

/** Lets a click on the box of a task check it, and the arrow keys past it. The box shows the line's attribute, nothing else. */
export function taskCheckboxes(): Plugin {
  return new Plugin({
    props: {
      handleKeyDown: (view, event) => loadedLazyChunk()?.leaveTask(view, event) ?? false,
      handleDOMEvents: {
        mousedown(_view, event) {
          // The focus stays where it is: in the text, for the next key, or out of it, so that a phone
          // does not show its keyboard for every box that is checked.
          if (!isBox(event.target)) return false;
          event.preventDefault();
          return true;
        },
        click(view, event) {
          const box = event.target;
          if (!isBox(box)) return false;
          // The browser would change the box itself; the line, drawn again, shows it right.
          event.preventDefault();
          if (!view.editable) return true;
          const { doc, tr } = view.state;
          const position = doc.resolve(view.posAtDOM(box, 0)).before(1);
          const line = doc.nodeAt(position);
          if (!line || kindOf(line.attrs) !== 'task') return true;
          endUndoStep(view.state);
          setLine(tr, position, { checked: isChecked(line.attrs) ? null : true });
          // Within the click a browser puts the box back as it was, also one drawn anew.
          setTimeout(() => {
            if (!view.isDestroyed) view.dispatch(tr);
          });
          return true;
        },
      },
    },
  });
}

function isBox(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.type === 'checkbox';
}
