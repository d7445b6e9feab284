import { keysAsText } from '../../../editor/commands/keys-as-text.ts';
import type { CommandName } from './command.ts';
import type { Commands } from './commands.ts';

/**
 * Binds the menu: its buttons run the command in `data-command`, its format links download a file. The
 * menu is a native popover, which closes on Escape or a click outside and returns the focus.
 */
export function bindMenu(menu: HTMLElement, commands: Commands): void {
  for (const keys of menu.querySelectorAll<HTMLElement>('kbd[data-keys]')) {
    keys.textContent = keysAsText(keys.dataset.keys ?? '');
  }
  for (const link of menu.querySelectorAll<HTMLAnchorElement>('a[data-format]')) {
    const format = link.dataset.format ?? '';
    // A real address can be copied, or opened in another tab.
    link.href = commands.exportAddress(format);
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      menu.hidePopover();
      void commands.download(format);
    });
  }
  menu.addEventListener('beforetoggle', () => {
    for (const button of menu.querySelectorAll<HTMLButtonElement>('button[data-command]')) {
      const name = button.dataset.command as CommandName;
      button.disabled = !commands.canRun(name);
      if (button.parentElement) button.parentElement.hidden = !commands.offers(name);
    }
  });
  menu.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-command]');
    if (!(button instanceof HTMLElement)) return;
    menu.hidePopover();
    void commands.run(button.dataset.command as CommandName);
  });
  menu.addEventListener('keydown', (event) => moveFocus(menu, event));
}

/** Arrow keys move between the entries, as Tab does. */
function moveFocus(menu: HTMLElement, event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  // The radio buttons of the theme use the arrow keys themselves.
  if (step === undefined || document.activeElement instanceof HTMLInputElement) return;
  const entries = [
    ...menu.querySelectorAll<HTMLElement>('a[href], :not([hidden]) > button:enabled'),
  ];
  const current = entries.findIndex((entry) => entry === document.activeElement);
  event.preventDefault();
  entries[(current + step + entries.length) % entries.length]?.focus();
}
