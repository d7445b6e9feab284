const nameOf = (client: number) => `edgepad client ${client}`;

/**
 * Of the client ids that this browser wrote under, those whose tab is gone. What they wrote is this
 * tab's to look after. A tab that still lives looks after its own: were it done in both, what is put
 * back would stand there twice. So this tab's own id is marked as living, for as long as the page is.
 *
 * Without Web Locks (pages on plain http; Firefox where storage is blocked) nobody can tell, and the
 * answer is: none.
 */
export async function closedTabClients(
  own: number,
  clients: readonly number[],
): Promise<readonly number[]> {
  const { locks } = navigator;
  if (!locks) return [];
  // Never given back: the browser does that when the page ends, however it does.
  locks.request(nameOf(own), { mode: 'shared' }, () => new Promise(() => {})).catch(ifRefused);
  const all = await locks.query().catch(ifRefused);
  if (!all) return [];
  const { held = [], pending = [] } = all;
  const living = new Set([...held, ...pending].map(({ name }) => name));
  return clients.filter((client) => client !== own && !living.has(nameOf(client)));
}

function ifRefused(error: unknown): null {
  if (error instanceof DOMException) return null;
  throw error;
}
