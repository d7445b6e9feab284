/**
 * Converts the list items of Word to lines of a list. Word copies no lists: each item is a
 * paragraph whose style names list and level (`mso-list: l0 level2 lfo1`), and its text begins with
 * the bullet or number. Sets the attributes that the schema's parser reads, and removes the marker.
 *
 * Call this before the styles that `hideStyles` has renamed are restored: browsers drop style
 * properties that they do not know.
 */
export function readWordLists(root: Element): void {
  for (const item of root.querySelectorAll<HTMLElement>('[data-style*="mso-list" i]')) {
    const [, level] = /mso-list:[^;]*\blevel(\d+)/i.exec(item.dataset.style ?? '') ?? [];
    if (level === undefined) continue;
    const marker = [...item.querySelectorAll<HTMLElement>('[data-style]')].find((element) =>
      /mso-list:\s*ignore/i.test(element.dataset.style ?? '')
    );
    const markerText = marker?.textContent?.trim() ?? '';
    marker?.remove();
    // A numbered heading stays a heading.
    if (item.localName !== 'p') continue;
    // "o" is one of Word's bullets. Numbers and letters are followed by a period or a bracket.
    item.dataset.kind = /^\(?\w+[.)]/.test(markerText) ? 'ordered' : 'bullet';
    if (Number(level) > 1) item.dataset.indent = String(Number(level) - 1);
  }
}
