/**
 * Word has no lists in what it copies: each item is a paragraph whose style names list and level
 * (`mso-list: l0 level2 lfo1`), with the bullet or number as text in front. Gives such paragraphs
 * the attributes by which the schema's parser knows a line of a list, and takes the marker out.
 *
 * Must run while styles are still under their other name (see `hideStyles`): browsers forget the
 * properties that they do not know.
 */
export function readWordLists(root: Element): void {
  for (const item of root.querySelectorAll<HTMLElement>('[data-style*="mso-list" i]')) {
    const [, level] = /mso-list:[^;]*\blevel(\d+)/i.exec(item.dataset.style ?? '') ?? [];
    if (level === undefined) continue;
    const marker = [...item.querySelectorAll<HTMLElement>('[data-style]')].find((element) =>
      /mso-list:\s*ignore/i.test(element.dataset.style ?? '')
    );
    const sign = marker?.textContent?.trim() ?? '';
    marker?.remove();
    // A numbered heading stays a heading.
    if (item.localName !== 'p') continue;
    // "o" is one of Word's bullets; numbers and letters have a point or a bracket behind them.
    item.dataset.kind = /^\(?\w+[.)]/.test(sign) ? 'ordered' : 'bullet';
    if (Number(level) > 1) item.dataset.indent = String(Number(level) - 1);
  }
}
