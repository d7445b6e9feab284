/**
 * Applies the chosen theme before the first paint. The head loads it with a plain `<script src>`, which
 * blocks painting: a module would run after the first paint, and the Content-Security-Policy forbids
 * inline scripts. Has no imports, so that it builds as one plain script. theme-switch.ts stores the key.
 */
{
  const key = 'edgepad:theme';

  const apply = (stored: string | null) => {
    const theme = /^"(light|dark)"$/.exec(stored ?? '')?.[1];
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };

  try {
    apply(localStorage.getItem(key));
  } catch (error) {
    // Storage is not available: the page follows the system.
    if (!(error instanceof DOMException)) throw error;
  }
  // Chosen in another tab.
  addEventListener('storage', (event) => {
    if (event.key === key) apply(event.newValue);
  });
}
