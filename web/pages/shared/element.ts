/** The element with this id. Throws a `TypeError` if the page has none of this type. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`Cannot find ${type.name} #${id} in the page`);
  return found;
}
