import { Plugin } from 'prosemirror-state';

/** The keys that input events stand for. */
const keys: Readonly<Record<string, KeyboardEventInit>> = {
  insertParagraph: { key: 'Enter' },
  insertLineBreak: { key: 'Enter', shiftKey: true },
  deleteContentBackward: { key: 'Backspace' },
  deleteContentForward: { key: 'Delete' },
};

/**
 * Handles keys that arrive only as input events, as from Android keyboards and voice control. What no
 * command handles is left to the browser.
 */
export function inputEvents(): Plugin {
  /** Whether the browser has reported the key itself. Then ProseMirror waits for the change of the page. */
  let isKeyDown = false;
  return new Plugin({
    props: {
      handleDOMEvents: {
        keydown(_view, { key }) {
          isKeyDown = /^(?:Enter|Backspace|Delete)$/.test(key);
        },
        keyup() {
          isKeyDown = false;
        },
        beforeinput(view, event) {
          const key = keys[event.inputType];
          if (!key || isKeyDown || !event.cancelable || view.composing) return false;
          const keyEvent = new KeyboardEvent('keydown', key);
          if (!view.someProp('handleKeyDown', (handle) => handle(view, keyEvent))) return false;
          event.preventDefault();
          return true;
        },
      },
    },
  });
}
