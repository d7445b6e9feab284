import { readStored, store } from '../../platform/local-storage.ts';

/** How a person wants the pages to look; `auto` follows the system. */
export type ThemeChoice = 'auto' | 'light' | 'dark';

/** Known to `web/pages/shared/theme.ts` as well, which reads it before the first paint. */
const key = 'edgepad:theme';

export function themeChoice(): ThemeChoice {
  const kept = readStored(key);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

/** Changes the look at once, and on every page opened in this browser from now on. */
export function chooseTheme(choice: ThemeChoice): void {
  store(key, choice);
  if (choice === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

/** Makes the radio buttons within an element, with the values of {@link ThemeChoice}, the switch. */
export function bindThemeSwitch(element: HTMLElement): void {
  const radios = [...element.querySelectorAll<HTMLInputElement>('input[type=radio]')];
  const show = () => {
    for (const radio of radios) radio.checked = radio.value === themeChoice();
  };
  element.addEventListener('change', () => {
    const { value } = radios.find(({ checked }) => checked) ?? {};
    chooseTheme(value === 'light' || value === 'dark' ? value : 'auto');
  });
  addEventListener('storage', show);
  // A page from the browser's back-forward cache may have been left before another choice.
  addEventListener('pageshow', show);
  show();
}
