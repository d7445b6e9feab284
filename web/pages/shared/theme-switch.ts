import { readStored, store } from '../../platform/local-storage.ts';
import { fillSegments } from './segmented-choice.ts';

/** How the pages look; `auto` follows the system. */
type Theme = 'auto' | 'light' | 'dark';

/** theme.ts reads the same key. */
const key = 'edgepad:theme';

/** Fills a fieldset with the choice of a theme, which applies to all pages in this browser. */
export function fillThemeSwitch(fieldset: HTMLElement): void {
  const choose = fillSegments<Theme>(fieldset, {
    legend: 'Appearance',
    name: 'theme',
    options: [['auto', 'Auto'], ['light', 'Light'], ['dark', 'Dark']],
    onChoose(theme) {
      store(key, theme);
      if (theme === 'auto') delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
    },
  });
  const show = () => choose(storedTheme());
  addEventListener('storage', show);
  // A page from the back-forward cache may show an older choice.
  addEventListener('pageshow', show);
  show();
}

function storedTheme(): Theme {
  const stored = readStored(key);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}
