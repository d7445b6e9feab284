const lockNameOf = (client: number) => `edgepad client ${client}`;

/**
 * Returns those of the browser's client ids whose tab is closed. This tab recovers their text, while
 * open tabs recover their own: if two tabs did, the text would be inserted twice. Marks this tab's id
 * ({@link markClientOpen}).
 *
 * Without Web Locks (pages served over plain HTTP; Firefox with storage blocked) it returns none.
 */
export async function closedTabClients(
  own: number,
  clients: readonly number[],
): Promise<readonly number[]> {
  const { locks } = navigator;
  if (!locks) return [];
  markClientOpen(own);
  const all = await locks.query().catch(ignoreDenied);
  if (!all) return [];
  const { held = [], pending = [] } = all;
  const open = new Set([...held, ...pending].map(({ name }) => name));
  return clients.filter((client) => client !== own && !open.has(lockNameOf(client)));
}

/** Holds a Web Lock with a client id of this tab for as long as the page is open. */
export function markClientOpen(client: number): void {
  // The browser releases the lock when the page is closed, also after a crash.
  navigator.locks?.request(lockNameOf(client), { mode: 'shared' }, () => new Promise(() => {}))
    .catch(ignoreDenied);
}

function ignoreDenied(error: unknown): null {
  if (error instanceof DOMException) return null;
  throw error;
}
