/**
 * Turns a node into a copy of another and leaves equal parts untouched, so that selection, focus and
 * the position of a screen reader stay. Returns the node that is in its place afterwards: `from`, or
 * `to` if the two are of different types.
 *
 * Keyed children, which come last, are left as they are: each is a block of its own.
 *
 * `onChange` is called with each element whose text, attributes or children have changed.
 */
export function morph(from: Node, to: Node, onChange: (element: Element) => void): Node {
  if (from.isEqualNode(to)) return from;
  if (from instanceof CharacterData && to instanceof CharacterData) {
    morphText(from, to.data);
    if (from.parentElement) onChange(from.parentElement);
    return from;
  }
  if (!(from instanceof Element && to instanceof Element && from.nodeName === to.nodeName)) {
    from.parentNode?.replaceChild(to, from);
    if (to instanceof Element) onChange(to);
    else if (to.parentElement) onChange(to.parentElement);
    return to;
  }
  if (morphAttributes(from, to)) onChange(from);
  morphChildren(from, to, onChange);
  return from;
}

/** Whether the node is a block of the document. */
export function isKeyed(node: Node): boolean {
  return node instanceof Element && node.hasAttribute('data-key');
}

/** Replaces only the part that differs: a selection beside it stays. */
function morphText(node: CharacterData, text: string): void {
  const { data } = node;
  const shorter = Math.min(data.length, text.length);
  let start = 0;
  while (start < shorter && data[start] === text[start]) start++;
  let end = 0;
  while (end < shorter - start && data.at(-1 - end) === text.at(-1 - end)) end++;
  node.replaceData(start, data.length - end - start, text.slice(start, text.length - end));
}

function morphAttributes(from: Element, to: Element): boolean {
  let hasChanged = false;
  for (const { name } of [...from.attributes]) {
    if (to.hasAttribute(name)) continue;
    from.removeAttribute(name);
    hasChanged = true;
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) === value) continue;
    from.setAttribute(name, value);
    hasChanged = true;
  }
  return hasChanged;
}

/** Leaves equal children at both ends untouched, and morphs the others in pairs, in order. */
function morphChildren(from: Element, to: Element, onChange: (element: Element) => void): void {
  const keyed = [...from.childNodes].filter(isKeyed);
  const before = [...from.childNodes];
  before.length -= keyed.length;
  const after = [...to.childNodes];
  let next: Node | null = keyed[0] ?? null;
  let start = 0;
  while (areEqual(before[start], after[start])) start++;
  while (
    Math.min(before.length, after.length) > start && areEqual(before.at(-1), after.at(-1))
  ) {
    next = before.pop() ?? null;
    after.pop();
  }
  const others = before.slice(start);
  let at = 0;
  for (const child of after.slice(start)) {
    const old = others[at++];
    if (old) {
      morph(old, child, onChange);
    } else {
      from.insertBefore(child, next);
      onChange(child instanceof Element ? child : from);
    }
  }
  for (const old of others.slice(at)) old.remove();
}

function areEqual(a: Node | undefined, b: Node | undefined): boolean {
  return a !== undefined && b !== undefined && a.isEqualNode(b);
}
