/**
 * Marks a row that scrolls sideways with where there is more of it: `data-more` has `start`, `end`,
 * both or neither. The style sheet lets the row fade out there.
 */
export function hintAtMore(row: HTMLElement): void {
  const update = () => {
    // Negative in right-to-left pages.
    const left = Math.abs(row.scrollLeft);
    const right = row.scrollWidth - row.clientWidth - left;
    const more = [left > 1 && 'start', right > 1 && 'end'].filter(Boolean).join(' ');
    if (row.dataset.more !== more) row.dataset.more = more;
  };
  row.addEventListener('scroll', update, { passive: true });
  new ResizeObserver(update).observe(row);
  // Its buttons come after it.
  new MutationObserver(update).observe(row, { childList: true });
  update();
}
