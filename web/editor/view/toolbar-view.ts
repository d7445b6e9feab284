import type { EditorState, PluginView } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { RovingFocus } from './roving-focus.ts';
import type { ToolbarItem } from './toolbar-items.ts';

/** The plugin view of a toolbar. */
export interface ToolbarView extends PluginView {
  update(): void;
  destroy(): void;
  /** Focuses the last focused button. */
  focus(): void;
}

/**
 * Fills an element with toolbar buttons, and keeps their state in sync with the selection. The
 * toolbar is one tab stop. Escape moves the focus back to the text.
 */
export function showToolbar(
  view: EditorView,
  element: HTMLElement,
  groups: readonly (readonly ToolbarItem[])[],
): ToolbarView {
  element.setAttribute('role', 'toolbar');
  element.setAttribute('aria-label', 'Formatting');
  const buttons = new Map<ToolbarItem, HTMLButtonElement>();
  element.replaceChildren(...groups.map((group) => {
    const box = document.createElement('div');
    box.className = 'toolbar-group';
    for (const item of group) {
      const button = buildButton(item);
      buttons.set(item, button);
      box.append(button);
    }
    return box;
  }));
  const rovingFocus = new RovingFocus(element, [...buttons.values()]);

  // Keep the selection in the text when the mouse presses a button.
  const keepFocus = (event: Event) => event.preventDefault();
  const press = (event: Event) => {
    for (const [item, button] of buttons) {
      const isPressed = event.target instanceof Node && button.contains(event.target);
      if (isPressed) pressButton(view, item, button);
    }
  };
  const returnFocus = (event: KeyboardEvent) => {
    if (event.key === 'Escape') view.focus();
  };
  element.addEventListener('mousedown', keepFocus);
  element.addEventListener('click', press);
  element.addEventListener('keydown', returnFocus);
  update(buttons, view.state, view.editable);
  return {
    update: () => update(buttons, view.state, view.editable),
    destroy() {
      element.removeEventListener('mousedown', keepFocus);
      element.removeEventListener('click', press);
      element.removeEventListener('keydown', returnFocus);
      rovingFocus.destroy();
      element.replaceChildren();
    },
    focus: () => rovingFocus.focus(),
  };
}

function pressButton(view: EditorView, item: ToolbarItem, button: HTMLButtonElement): void {
  if (button.getAttribute('aria-disabled') === 'true') return;
  item.command(view.state, view.dispatch, view);
  // After a key the focus stays on the button, so that an arrow reaches the next one.
  if (!item.opensDialog && document.activeElement !== button) view.focus();
}

function buildButton(item: ToolbarItem): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'tool';
  button.setAttribute('aria-label', item.label);
  button.title = item.keys ? `${item.label} (${item.keys})` : item.label;
  button.append(item.icon());
  if (item.isActive) button.setAttribute('aria-pressed', 'false');
  return button;
}

function update(
  buttons: ReadonlyMap<ToolbarItem, HTMLButtonElement>,
  state: EditorState,
  editable: boolean,
): void {
  for (const [item, button] of buttons) {
    // Not the `disabled` property: a disabled button cannot be focused, so keyboard users lose it.
    setAttribute(button, 'aria-disabled', String(!editable || !item.command(state)));
    if (item.isActive) setAttribute(button, 'aria-pressed', String(item.isActive(state)));
  }
}

/** Writes to the DOM only on a change: this runs on every key. */
function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
