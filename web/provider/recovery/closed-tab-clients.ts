const lockNameOf = (client: number) => `edgepad client ${client}`;

/**
 * Returns those of the browser's client ids whose tab is closed. This tab recovers their text, while
 * open tabs recover their own: if two tabs did, the text would be inserted twice. Holds a Web Lock with
 * this tab's id for as long as the page is open.
 *
 * Without Web Locks (pages served over plain HTTP; Firefox with storage blocked) it returns none.
 */
export async function closedTabClients(
  own: number,
  clients: readonly number[],
): Promise<readonly number[]> {
  const { locks } = navigator;
  if (!locks) return [];
  // The browser releases the lock when the page is closed, also after a crash.
  locks.request(lockNameOf(own), { mode: 'shared' }, () => new Promise(() => {}))
    .catch(ignoreDenied);
  const all = await locks.query().catch(ignoreDenied);
  if (!all) return [];
  const { held = [], pending = [] } = all;
  const open = new Set([...held, ...pending].map(({ name }) => name));
  return clients.filter((client) => client !== own && !open.has(lockNameOf(client)));
}

function ignoreDenied(error: unknown): null {
  if (error instanceof DOMException) return null;
  throw error;
}
