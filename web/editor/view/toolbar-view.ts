import type { EditorState, PluginView } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { RovingFocus } from './roving-focus.ts';
import type { ToolbarItem } from './toolbar-items.ts';

/** The buttons of a toolbar, as part of an editor's view. */
export interface ToolbarView extends PluginView {
  update(): void;
  destroy(): void;
  /** Puts the focus on the button that had it last. */
  enter(): void;
}

/**
 * Fills an element with the buttons of a toolbar, and keeps them true to the selection. One tab
 * stop, arrows move within, Escape leads back to the text.
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
  const focus = new RovingFocus(element, [...buttons.values()]);

  // The selection stays in the text while the mouse presses a button.
  const keepFocus = (event: Event) => event.preventDefault();
  const press = (event: Event) => {
    for (const [item, button] of buttons) {
      const isPressed = event.target instanceof Node && button.contains(event.target);
      if (isPressed) pressButton(view, item, button);
    }
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key === 'Escape') view.focus();
  };
  element.addEventListener('mousedown', keepFocus);
  element.addEventListener('click', press);
  element.addEventListener('keydown', leave);
  update(buttons, view.state, view.editable);
  return {
    update: () => update(buttons, view.state, view.editable),
    destroy() {
      element.removeEventListener('mousedown', keepFocus);
      element.removeEventListener('click', press);
      element.removeEventListener('keydown', leave);
      focus.destroy();
      element.replaceChildren();
    },
    enter: () => focus.enter(),
  };
}

function pressButton(view: EditorView, item: ToolbarItem, button: HTMLButtonElement): void {
  if (button.getAttribute('aria-disabled') === 'true') return;
  item.command(view.state, view.dispatch, view);
  // By keyboard the focus stays on the button, so that the next one is an arrow away.
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
    // Not the `disabled` property: a button that vanishes from the keyboard is hard to find again.
    setAttribute(button, 'aria-disabled', String(!editable || !item.command(state)));
    if (item.isActive) setAttribute(button, 'aria-pressed', String(item.isActive(state)));
  }
}

/** Touches the DOM only for a change: this runs with every key. */
function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
