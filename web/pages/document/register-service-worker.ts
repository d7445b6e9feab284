/**
 * Registers /sw.js, which opens documents without a network. Also caches this page and its files: the
 * page loaded them before the worker existed. Where service workers are unavailable, the page
 * needs a network to open.
 */
export async function registerServiceWorker(): Promise<void> {
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
      if (!await assets.match(path)) await cacheResponse(assets, path);
    }
    // Last, because the page does not work without its files.
    if (!await pages.match('/d/')) await cacheResponse(pages, '/d/', location.pathname);
  } catch (error) {
    // Forbidden by the browser's settings, or offline: the next visit tries again.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}

/** Caches the answer of the service, but not that of a proxy in its place. */
async function cacheResponse(cache: Cache, path: string, address = path): Promise<void> {
  const response = await fetch(address);
  const isPage = response.headers.get('content-type')?.includes('text/html') ?? true;
  const isExpected = isPage === (path === '/d/');
  if (!response.ok || response.redirected || !isExpected) return;
  if (isPage && !(await response.clone().text()).includes('"/assets/')) return;
  await cache.put(path, response);
}
