/** Creates an element that pages can style by `::part(NAME)`. Its class has the same name. */
export function createPart(tag: string, name: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.part.add(name);
  return element;
}

const sheets = new Map<string, CSSStyleSheet>();

/** The style sheet with this text, shared by all elements of the page. */
export function sharedStyleSheet(css: string): CSSStyleSheet {
  const known = sheets.get(css);
  if (known) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.set(css, sheet);
  return sheet;
}
