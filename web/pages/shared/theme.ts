/**
 * Puts the chosen look on the page before anything is painted. Loaded by a plain `<script src>` in
 * the head, which holds up painting as a style sheet does: a module would come after the first paint,
 * in the wrong colours, and the Content-Security-Policy allows nothing inline. It imports nothing, so
 * that it is built as one plain script; `web/pages/shared/theme-choice.ts` keeps under the same key.
 */
{
  const key = 'edgepad:theme';

  const apply = (kept: string | null) => {
    const choice = /^"(light|dark)"$/.exec(kept ?? '')?.[1];
    if (choice) document.documentElement.dataset.theme = choice;
    else delete document.documentElement.dataset.theme;
  };

  try {
    apply(localStorage.getItem(key));
  } catch (error) {
    // No storage here: the system's choice holds.
    if (!(error instanceof DOMException)) throw error;
  }
  // Chosen in another tab.
  addEventListener('storage', (event) => {
    if (event.key === key) apply(event.newValue);
  });
}
