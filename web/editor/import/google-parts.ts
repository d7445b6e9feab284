/**
 * Makes the part of a list item that Google Docs copies at the end of a selection an item again: it
 * writes the text directly behind the list, without an element of its own.
 */
export function restoreGoogleItems(root: Element): void {
  for (const wrapper of root.querySelectorAll('b[id^="docs-internal-guid"]')) {
    const list = wrapper.querySelector(':scope > :is(ul, ol):last-of-type');
    const lists = list ? [list, ...list.querySelectorAll('ul, ol')] : [];
    const innermost = lists.findLast((inner) => inner.querySelector(':scope > li') !== null);
    const parts: ChildNode[] = [];
    for (let node = list?.nextSibling; node; node = node.nextSibling) parts.push(node);
    const isPart = parts.length > 0 && parts.every((part) =>
      part instanceof Element ? /^(span|a|b|i|u|s|sup|sub)$/.test(part.localName) : true
    ) && parts.some((part) =>
      part.textContent?.trim() !== ''
    );
    if (!innermost || !isPart) continue;
    const item = wrapper.ownerDocument.createElement('li');
    item.append(...parts);
    innermost.append(item);
  }
}
