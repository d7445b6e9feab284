import { Plugin } from 'prosemirror-state';
import { isChecked, kindOf } from '../../protocol/schema.ts';
import { setLine } from './lines.ts';
import { endUndoStep } from './undo.ts';

/** Lets a click on the box of a task check it. The box shows the line's attribute, nothing else. */
export function taskCheckboxes(): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: {
        click(view, event) {
          const box = event.target;
          if (!(box instanceof HTMLInputElement) || box.type !== 'checkbox') return false;
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
