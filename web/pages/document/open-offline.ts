/**
 * Sees to it that the page opens without a network, too: /sw.js keeps it and its files. The page that
 * registers it has loaded its own before, past it, so it asks for them once more; the browser has them.
 * Nothing depends on it: where service workers are not to be had the page needs a network to open.
 */
export async function openWithoutNetwork(): Promise<void> {
  const container = navigator.serviceWorker;
  // Only in secure contexts, and not in every private window.
  if (!container) return;
  try {
    await container.register('/sw.js');
    await container.ready;
    const files = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
      .filter((path) => path.startsWith('/assets/'));
    const pages = await caches.open('edgepad-pages');
    const assets = await caches.open('edgepad-assets');
    for (const path of files) {
      if (!await assets.match(path)) await keep(assets, path);
    }
    // Last, as it opens nothing without its files.
    if (!await pages.match('/d/')) await keep(pages, '/d/', location.pathname);
  } catch (error) {
    // Refused by the browser's settings, or out of reach just now: the next visit tries again.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}

/** Keeps what the service has at an address. What a proxy answers in its place is not kept. */
async function keep(cache: Cache, path: string, address = path): Promise<void> {
  const response = await fetch(address);
  const isPage = response.headers.get('content-type')?.includes('text/html') ?? true;
  const isAsked = isPage === (path === '/d/');
  if (!response.ok || response.redirected || !isAsked) return;
  if (isPage && !(await response.clone().text()).includes('"/assets/')) return;
  await cache.put(path, response);
}
