// Opens documents without a network: the page and its files as they were last time. What is in a
// document lies elsewhere on the device (web/provider/offline-copy.ts), and goes by other ways.
const pageCache = 'edgepad-pages';
const assetCache = 'edgepad-assets';
/** How long the network may take to bring a page that is here already, in milliseconds. */
const patience = 4000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && (pathname === '/' || pathname.startsWith('/d/'))) {
    // All documents have the same page: their name is in the address alone.
    event.respondWith(openPage(event, pathname === '/' ? '/' : '/d/'));
  } else if (pathname.startsWith('/assets/')) {
    event.respondWith(openAsset(event));
  }
});

/** The newest page if the network brings it in time; else the one kept. */
async function openPage(event, key) {
  const pages = await caches.open(pageCache);
  const kept = await pages.match(key);
  const fetched = fetch(event.request).then(async (response) => {
    if (response.ok) await keepPage(pages, key, response.clone());
    return response;
  });
  event.waitUntil(fetched.catch(() => {}));
  if (!kept) return await fetched;
  const inTime = new Promise((resolve) => setTimeout(() => resolve(kept), patience));
  return await Promise.race([fetched.catch(() => kept), inTime]);
}

async function keepPage(pages, key, response) {
  const before = await (await pages.match(key))?.text();
  const html = await response.clone().text();
  if (html === before) return;
  await pages.put(key, response);
  // Another page is another version of its files: the old ones need not stay.
  if (before !== undefined && filesOf(html) !== filesOf(before)) await caches.delete(assetCache);
}

/** The names of the files a page asks for; they change when the files do. */
function filesOf(html) {
  return [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path).sort().join(' ');
}

/** Files have names that change with their content, so one that is here is the right one. */
async function openAsset(event) {
  const assets = await caches.open(assetCache);
  const kept = await assets.match(event.request);
  if (kept) return kept;
  const response = await fetch(event.request);
  if (response.ok) event.waitUntil(assets.put(event.request, response.clone()));
  return response;
}
