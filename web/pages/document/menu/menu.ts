import { keysAsText } from '../../../editor/commands/keys-as-text.ts';
import type { CommandName, Commands } from './commands.ts';

/**
 * Makes the buttons of the menu do what their `data-command` names, and its links to other formats
 * save a file. The menu is a native popover: it closes on Escape and beside it, and gives the focus
 * back.
 */
export function bindMenu(menu: HTMLElement, commands: Commands): void {
  for (const keys of menu.querySelectorAll<HTMLElement>('kbd[data-keys]')) {
    keys.textContent = keysAsText(keys.dataset.keys ?? '');
  }
  for (const link of menu.querySelectorAll<HTMLAnchorElement>('a[data-format]')) {
    const format = link.dataset.format ?? '';
    // A real address: it can be copied, and opened in another tab.
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
  // Arrows move between the entries, as in any menu; Tab does as well.
  menu.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const entries = [
      ...menu.querySelectorAll<HTMLElement>('a[href], :not([hidden]) > button:enabled'),
    ];
    const at = entries.findIndex((entry) => entry === document.activeElement);
    // Within the radio buttons of the theme, arrows are theirs.
    if (step === undefined || (document.activeElement instanceof HTMLInputElement)) return;
    event.preventDefault();
    entries[(at + step + entries.length) % entries.length]?.focus();
  });
}
