/** How deep in an item its marker may be. */
const maxMarkerDepth = 16;

/**
 * Converts the list items of Word to lines of a list. Word copies no lists: each item is a
 * paragraph whose style names list and level (`mso-list: l0 level2 lfo1`), and its text begins with
 * the bullet or number. Sets the attributes that the schema's parser reads, and removes the marker.
 *
 * Call this before the styles that `hideStyles` has renamed are restored: browsers drop style
 * properties that they do not know.
 */
export function readWordLists(root: Element): void {
  const items = new Map<HTMLElement, { readonly level: string; marker: HTMLElement | null }>();
  for (const element of root.querySelectorAll<HTMLElement>('[data-style*="mso-list" i]')) {
    const style = element.dataset.style ?? '';
    if (/mso-list:\s*ignore/i.test(style)) {
      const item = itemAround(element, items);
      if (item) item.marker ??= element;
    } else {
      const [, level] = /\blevel(\d+)/i.exec(listStyleOf(style)) ?? [];
      if (level !== undefined) items.set(element, { level, marker: null });
    }
  }
  for (const [item, { level, marker }] of items) {
    const markerText = marker?.textContent?.trim() ?? '';
    marker?.remove();
    // A numbered heading stays a heading.
    if (item.localName !== 'p') continue;
    // "o" is one of Word's bullets. Numbers and letters are followed by a period or a bracket.
    item.dataset.kind = /^\(?\w+[.)]/.test(markerText) ? 'ordered' : 'bullet';
    if (Number(level) > 1) item.dataset.indent = String(Number(level) - 1);
  }
}

/** The value of the first `mso-list` in a style. */
function listStyleOf(style: string): string {
  const start = style.search(/mso-list:/i);
  return start < 0 ? '' : style.slice(start).split(';', 1)[0] ?? '';
}

/** The item that a marker belongs to: markers are a few elements deep in it. */
function itemAround<T>(marker: HTMLElement, items: ReadonlyMap<HTMLElement, T>): T | undefined {
  let element = marker.parentElement;
  for (let depth = 0; element && depth < maxMarkerDepth; depth++) {
    const item = items.get(element);
    if (item) return item;
    element = element.parentElement;
  }
  return undefined;
}
