// Opens documents without a network: the page and its files as they were last time. What is in a
// document lies elsewhere on the device (web/provider/offline/offline-copy.ts), and goes by other ways.
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
  const fetched = fetch(event.request);
  event.waitUntil(
    fetched.then((response) => keepPage(pages, key, response.clone())).catch(() => {}),
  );
  if (!kept) return await fetched;
  const inTime = new Promise((resolve) => setTimeout(() => resolve(kept), patience));
  return await Promise.race([fetched.catch(() => kept), inTime]);
}

/**
 * Keeps a page once its files are kept, and not before: without them it would open no document. What
 * names no files of ours, such as a proxy's own page, is not kept at all.
 */
async function keepPage(pages, key, response) {
  if (!response.ok) return;
  const html = await response.clone().text();
  const files = filesOf(html);
  const before = await (await pages.match(key))?.text();
  if (files.length === 0 || html === before) return;
  const assets = await caches.open(assetCache);
  const old = (await assets.keys()).map(({ url }) => new URL(url).pathname);
  for (const path of files) {
    if (!old.includes(path)) await keepAsset(assets, path, await fetch(path));
  }
  await pages.put(key, response);
  // A document's page loads more files than it names, the home page does not: so only a new one of
  // the former shows which of them are of no use any more.
  if (key !== '/d/' || before === undefined || `${filesOf(before)}` === `${files}`) return;
  const home = await (await pages.match('/'))?.text() ?? '';
  const wanted = [...files, ...filesOf(home)];
  for (const path of old) if (!wanted.includes(path)) await assets.delete(path);
}

/** The names of the files a page asks for; they change when the files do. */
function filesOf(html) {
  return [...new Set([...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path))].sort();
}

/** Files have names that change with their content, so one that is here is the right one. */
async function openAsset(event) {
  const assets = await caches.open(assetCache);
  const kept = await assets.match(event.request);
  if (kept) return kept;
  const response = await fetch(event.request);
  event.waitUntil(keepAsset(assets, event.request, response.clone()).catch(() => {}));
  return response;
}

/** Throws for what is no file of ours: kept once it would be taken for the file for ever. */
async function keepAsset(assets, request, response) {
  const type = response.headers.get('content-type') ?? 'text/html';
  if (!response.ok || response.redirected || type.includes('text/html')) {
    throw new TypeError('Cannot keep file: something else came');
  }
  await assets.put(request, response);
}
