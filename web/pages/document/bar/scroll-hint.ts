/**
 * Marks the directions in which a row can be scrolled further: `data-more` holds `start`, `end`, both or
 * none. The style sheet fades the row out there.
 */
export function showScrollHint(row: HTMLElement): void {
  const update = () => {
    // Negative in right-to-left pages.
    const scrolled = Math.abs(row.scrollLeft);
    const rest = row.scrollWidth - row.clientWidth - scrolled;
    const more = [scrolled > 1 && 'start', rest > 1 && 'end'].filter(Boolean).join(' ');
    if (row.dataset.more !== more) row.dataset.more = more;
  };
  row.addEventListener('scroll', update, { passive: true });
  new ResizeObserver(update).observe(row);
  // The buttons are added after the row.
  new MutationObserver(update).observe(row, { childList: true });
  update();
}
