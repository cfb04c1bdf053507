// A service worker that keeps the files of Run here. Their addresses bear digests, so that what is kept is right
// for ever; a newer file takes the place of the older one. All other requests go their way as without it.
"use strict";
const CACHE = "actmath-run-here";
const OURS = /\/_static\/runtime\/[^/]+\.js$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(cache, request, answer) {
  for (const older of await cache.keys(request, { ignoreSearch: true })) await cache.delete(older);
  await cache.put(request, answer);
}

async function answered(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  // Where there is no room, nothing is kept.
  if (answer.ok) await keep(cache, request, answer.clone()).catch(() => {});
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { pathname, search } = new URL(event.request.url);
  if (search && OURS.test(pathname)) event.respondWith(answered(event.request));
});
