/**
 * Lets the engineer's page start without a net: keeps one version of its files, whole, and hands
 * them out. What the API answers is none of its business; the page keeps that itself.
 *
 * The service fills in the version and the files when it hands out this script, so a change of any
 * of them is a new script, and browsers fetch the files anew.
 */
{
  const VERSION = "{version}";
  /** @type {string[]} */
  const FILES = JSON.parse('["{files}"]');
  const CACHE = `dispatch-me-${VERSION}`;
  const PAGE = "/me/";
  const worker = /** @type {any} */ (self);

  worker.addEventListener("install", (/** @type {any} */ event) => {
    event.waitUntil((async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    })());
  });

  worker.addEventListener("activate", (/** @type {any} */ event) => {
    event.waitUntil((async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("dispatch-me-") && name !== CACHE) await caches.delete(name);
      }
      await worker.clients.claim();
    })());
  });

  worker.addEventListener("message", (/** @type {any} */ event) => {
    if (event.data === "take over") worker.skipWaiting();
    if (event.data === "look after me") event.waitUntil(worker.clients.claim());
  });

  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return;
    const wanted = request.mode === "navigate" && /^\/me(\/(index\.html)?)?$/.test(url.pathname) ? PAGE : url.pathname;
    if (!FILES.includes(wanted)) return;
    event.respondWith((async () => {
      const cache = await caches.open(CACHE);
      return (await cache.match(wanted)) ?? fetch(request);
    })());
  });
}
