/** What the page must have; a page without it is a mistake of ours. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`Cannot find ${type.name} in page: #${id}`);
  return found;
}
