// The service worker: opens the pages without a network, from the last version that was loaded. The
// documents' content is stored separately (web/provider/offline/offline-copy.ts).
const pageCache = 'edgepad-pages';
const assetCache = 'edgepad-assets';
/** How long the network may take before a cached page is used, in milliseconds. */
const networkTimeout = 4000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && (pathname === '/' || pathname.startsWith('/d/'))) {
    // All documents have the same page: their name is only in the address.
    event.respondWith(openPage(event, pathname === '/' ? '/' : '/d/'));
  } else if (pathname.startsWith('/assets/')) {
    event.respondWith(openAsset(event));
  }
});

/** The page from the network, or from the cache if the network fails or is too slow. */
async function openPage(event, key) {
  const pages = await caches.open(pageCache);
  const cached = await pages.match(key);
  const fetched = fetch(event.request);
  event.waitUntil(
    fetched.then((response) => cachePage(pages, key, response.clone())).catch(() => {}),
  );
  if (!cached) return await fetched;
  const timeout = new Promise((resolve) => setTimeout(() => resolve(cached), networkTimeout));
  return await Promise.race([fetched.catch(() => cached), timeout]);
}

/**
 * Caches a page after all its files: without them it does not work. Does not cache a page without files
 * of ours, such as the page of a captive portal.
 */
async function cachePage(pages, key, response) {
  if (!response.ok) return;
  const html = await response.clone().text();
  const files = filesOf(html);
  const before = await (await pages.match(key))?.text();
  if (files.length === 0 || html === before) return;
  const assets = await caches.open(assetCache);
  const old = (await assets.keys()).map(({ url }) => new URL(url).pathname);
  for (const path of files) {
    if (!old.includes(path)) await cacheAsset(assets, path, await fetch(path));
  }
  await pages.put(key, response);
  // Remove old files only after a new document page: it loads more files than its HTML names, so that
  // with the home page alone the files in use are unknown.
  if (key !== '/d/' || before === undefined || `${filesOf(before)}` === `${files}`) return;
  const home = await (await pages.match('/'))?.text() ?? '';
  const wanted = [...files, ...filesOf(home)];
  for (const path of old) if (!wanted.includes(path)) await assets.delete(path);
}

/** The files that a page names, sorted. Their names contain a hash of their content. */
function filesOf(html) {
  return [...new Set([...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path))].sort();
}

/** A cached file is never outdated, because its name contains a hash of its content. */
async function openAsset(event) {
  const assets = await caches.open(assetCache);
  const cached = await assets.match(event.request);
  if (cached) return cached;
  const response = await fetch(event.request);
  event.waitUntil(cacheAsset(assets, event.request, response.clone()).catch(() => {}));
  return response;
}

/** Throws when the response is not a file of ours: a cached file would be used forever. */
async function cacheAsset(assets, request, response) {
  const type = response.headers.get('content-type') ?? 'text/html';
  if (!response.ok || response.redirected || type.includes('text/html')) {
    throw new TypeError('Cannot cache file: the response is an error, a redirect or a page');
  }
  await assets.put(request, response);
}
