/**
 * The element of the page with this id. A section of a rendered document may have the same one. Throws a `TypeError` if the page has none of this type.
 */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.querySelector(`#${id}:not(.rendered *)`);
  if (!(found instanceof type)) throw new TypeError(`Cannot find ${type.name} #${id} in the page`);
  return found;
}
