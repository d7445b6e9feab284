/**
 * Keeps `--keyboard` at the height of what covers the page from below, in pixels. Most browsers make
 * the page itself smaller when the keyboard comes up (`interactive-widget` asks for it); Safari only
 * lays it over the page, and what is fixed to the bottom would be under it.
 */
export function followKeyboard(): void {
  const viewport = visualViewport;
  if (!viewport) return;
  const update = () => {
    const { height, offsetTop, scale } = viewport;
    // Zoomed in with two fingers, the difference is no keyboard.
    const inset = scale > 1.05 ? 0 : Math.max(0, Math.round(innerHeight - height - offsetTop));
    document.documentElement.style.setProperty('--keyboard', `${inset}px`);
  };
  viewport.addEventListener('resize', update);
  viewport.addEventListener('scroll', update);
  update();
}
