/**
 * Makes a node what another is, and leaves alone what is the same in both, so that a selection, the
 * focus and what a screen reader is reading stay where they are. Answers the node that now stands in
 * its place: `from` itself, or `to` where the two are of different kinds.
 *
 * Children that are parts of the document themselves stand last, and are left as they are.
 *
 * `changed` is called with each element whose own text, attributes or children became others.
 */
export function morph(from: Node, to: Node, changed: (element: Element) => void): Node {
  if (from.isEqualNode(to)) return from;
  if (from instanceof CharacterData && to instanceof CharacterData) {
    morphText(from, to.data);
    if (from.parentElement) changed(from.parentElement);
    return from;
  }
  if (!(from instanceof Element && to instanceof Element && from.nodeName === to.nodeName)) {
    from.parentNode?.replaceChild(to, from);
    if (to instanceof Element) changed(to);
    else if (to.parentElement) changed(to.parentElement);
    return to;
  }
  if (morphAttributes(from, to)) changed(from);
  morphChildren(from, to, changed);
  return from;
}

/** Replaces only the part that differs: a selection beside it moves along. */
function morphText(node: CharacterData, text: string): void {
  const { data } = node;
  const most = Math.min(data.length, text.length);
  let start = 0;
  while (start < most && data[start] === text[start]) start++;
  let end = 0;
  while (end < most - start && data.at(-1 - end) === text.at(-1 - end)) end++;
  node.replaceData(start, data.length - end - start, text.slice(start, text.length - end));
}

function morphAttributes(from: Element, to: Element): boolean {
  let isChanged = false;
  for (const { name } of [...from.attributes]) {
    if (to.hasAttribute(name)) continue;
    from.removeAttribute(name);
    isChanged = true;
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) === value) continue;
    from.setAttribute(name, value);
    isChanged = true;
  }
  return isChanged;
}

/** Whether this is a part of the document, which is exchanged by itself. */
export function isKeyed(node: Node): boolean {
  return node instanceof Element && node.hasAttribute('data-key');
}

/** Leaves equal children at both ends alone; between them the first becomes the first, and so on. */
function morphChildren(from: Element, to: Element, changed: (element: Element) => void): void {
  const [parts, before] = [[...from.childNodes].filter(isKeyed), [...from.childNodes]];
  if (parts.length > 0) before.length -= parts.length;
  const after = [...to.childNodes];
  while (areEqual(before[0], after[0])) {
    before.shift();
    after.shift();
  }
  let next: Node | null = parts[0] ?? null;
  while (areEqual(before.at(-1), after.at(-1))) {
    next = before.pop() ?? null;
    after.pop();
  }
  for (const child of after) {
    const old = before.shift();
    if (old) {
      morph(old, child, changed);
    } else {
      from.insertBefore(child, next);
      changed(child instanceof Element ? child : from);
    }
  }
  for (const old of before) old.remove();
}

function areEqual(a: Node | undefined, b: Node | undefined): boolean {
  return a !== undefined && b !== undefined && a.isEqualNode(b);
}
