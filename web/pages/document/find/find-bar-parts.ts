/** Creates the elements of the find bar. */
export function findBarParts() {
  const text = field('Find');
  const replacement = field('Replace with');
  const count = document.createElement('span');
  count.className = 'find-count';
  count.setAttribute('role', 'status');
  const matchCase = option('Match case', 'Aa');
  const wholeWord = option('Whole words', 'W');
  wholeWord.classList.add('find-word');
  const regularExpression = option('Regular expression', '.*');
  const previous = tool('Previous match', 'M18 15l-6-6-6 6');
  const next = tool('Next match', 'M6 9l6 6 6-6');
  const close = tool('Close search', 'M18 6L6 18M6 6l12 12');
  const replace = button('Replace');
  const replaceAll = button('Replace all');
  const findRow = document.createElement('div');
  findRow.className = 'find-row';
  findRow.append(text, count, matchCase, wholeWord, regularExpression, previous, next, close);
  const replaceRow = document.createElement('div');
  replaceRow.className = 'find-row';
  replaceRow.append(replacement, replace, replaceAll);
  const bar = document.createElement('div');
  bar.className = 'find-bar';
  bar.hidden = true;
  bar.setAttribute('role', 'search');
  bar.setAttribute('aria-label', 'Find and replace');
  bar.append(findRow, replaceRow);
  return {
    bar,
    text,
    replacement,
    count,
    matchCase,
    wholeWord,
    regularExpression,
    previous,
    next,
    close,
    replaceRow,
    replace,
    replaceAll,
  };
}

function field(label: string): HTMLInputElement {
  const input = document.createElement('input');
  input.type = 'text';
  input.className = 'find-field';
  input.placeholder = label;
  input.setAttribute('aria-label', label);
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.dir = 'auto';
  return input;
}

function button(label: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'button button-quiet';
  element.textContent = label;
  return element;
}

/** A button that is pressed or not. */
function option(label: string, sign: string): HTMLButtonElement {
  const element = tool(label);
  element.classList.add('find-option');
  element.textContent = sign;
  element.setAttribute('aria-pressed', 'false');
  return element;
}

/** A button with an icon: `path` is an SVG path in a view box of 24 by 24. */
function tool(label: string, path?: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'tool';
  element.title = label;
  element.setAttribute('aria-label', label);
  if (path) element.append(icon(path));
  return element;
}

function icon(path: string): SVGElement {
  const names = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(names, 'svg');
  const line = document.createElementNS(names, 'path');
  line.setAttribute('d', path);
  const attributes = {
    viewBox: '0 0 24 24',
    width: '18',
    height: '18',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '2',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  svg.append(line);
  return svg;
}
