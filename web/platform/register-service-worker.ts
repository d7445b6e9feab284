/** The pages that open without a network, by the keys of their copies: `/d/` is that of all documents. */
type OfflinePage = '/' | '/d/';

/**
 * Registers /sw.js, which opens documents without a network. Also caches this page and its files: the
 * page loaded them before the worker existed. Where service workers are unavailable, the page
 * needs a network to open.
 */
export async function registerServiceWorker(page: OfflinePage): Promise<void> {
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
      if (await assets.match(path)) continue;
      const response = await fetchOwn(path);
      if (response && !isHtml(response)) await assets.put(path, response);
    }
    // Last, because the page does not work without its files.
    if (!await pages.match(page)) await cachePage(pages, page);
  } catch (error) {
    // Forbidden by the browser's settings, or offline: the next visit tries again.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}

async function cachePage(pages: Cache, page: OfflinePage): Promise<void> {
  const response = await fetchOwn(location.pathname);
  if (!response || !isHtml(response)) return;
  if ((await response.clone().text()).includes('"/assets/')) await pages.put(page, response);
}

/** The answer of the service; null for that of a proxy in its place. */
async function fetchOwn(path: string): Promise<Response | null> {
  const response = await fetch(path);
  return response.ok && !response.redirected ? response : null;
}

function isHtml({ headers }: Response): boolean {
  return headers.get('content-type')?.includes('text/html') ?? true;
}
