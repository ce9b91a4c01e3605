// The service worker: holds the page's own files, so that it opens and works without a network. It
// asks nothing of any other place, and it sees no recording but those that another program shares,
// which it hands to the page and never sends or stores.
import type { Entry, Plan, ToOffline } from './plan';

declare const self: ServiceWorkerGlobalScope;

/** The plugin puts the plan here. */
const plan = JSON.parse('__TELLTALE_PLAN__') as Plan;
const scope = self.registration.scope;
// Several copies of the page may live on one origin, each below its own folder.
const prefix = `telltale ${new URL(scope).pathname} `;
const name = prefix + plan.build;

const whole = (url: string) => new URL(url, scope).href;
const entries = new Map([...plan.page, ...plan.idle, ...plan.used].map((entry) => [whole(entry.url), entry]));

// --- keeping -----------------------------------------------------------------------------------

/** A file from the network, if it is the one that this build was made with. */
async function load(entry: Entry): Promise<Response> {
  const response = await fetch(whole(entry.url), {
    integrity: entry.integrity, credentials: 'same-origin', cache: entry.fixed ? 'default' : 'no-cache',
  });
  if (!response.ok) throw new Error(`${entry.url} did not load (${response.status})`);
  // A redirected answer may not open a page.
  return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
}

/** What older builds hold under an address that names its content need not be fetched again. */
async function held(entry: Entry): Promise<Response | undefined> {
  if (!entry.fixed) return undefined;
  for (const key of await caches.keys()) {
    if (!key.startsWith(prefix) || key === name) continue;
    const found = await (await caches.open(key)).match(whole(entry.url));
    if (found) return found;
  }
  return undefined;
}

async function keep(list: Entry[]): Promise<void> {
  const cache = await caches.open(name);
  for (const entry of list) {
    if (await cache.match(whole(entry.url))) continue;
    await cache.put(whole(entry.url), (await held(entry)) ?? (await load(entry)));
  }
}

/** Deletes what builds hold that no open page is of. Each page holds a lock of its build's name. */
async function tidy(): Promise<void> {
  const { installing, waiting } = self.registration;
  if (installing || waiting) return;  // a newer build's files are not to be taken for an older one's
  const locks = (await navigator.locks.query()).held ?? [];
  const alive = new Set([name, ...locks.map((lock) => lock.name)]);
  for (const key of await caches.keys()) if (key.startsWith(prefix) && !alive.has(key)) await caches.delete(key);
}

self.addEventListener('install', (event) => {
  // Four at a time.
  event.waitUntil(Promise.all([0, 1, 2, 3].map((part) => keep(plan.page.filter((_, i) => i % 4 === part)))));
});

// Only the first build takes hold of open pages; a newer one waits until a person lets it.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim().then(tidy)));

// --- answering ---------------------------------------------------------------------------------

async function serve(event: FetchEvent, entry: Entry | undefined): Promise<Response> {
  const { request } = event;
  if (!entry) return (await caches.match(request)) ?? fetch(request);  // of an older build, or nothing of ours
  const cache = await caches.open(name);
  const found = await cache.match(whole(entry.url));
  if (found) return found;
  let response: Response;
  try {
    response = await load(entry);
  } catch {
    return fetch(request);  // whoever asked for it tells what is wrong with it
  }
  const copy = response.clone();
  event.waitUntil(cache.put(whole(entry.url), copy).catch(() => undefined));  // the disk may be full
  return response;
}

/** Where the host has taken the page away, or another one is at its address, this one goes too. */
async function stillThere(): Promise<void> {
  const answer = await fetch(whole('sw.js'), { cache: 'no-store', method: 'HEAD' }).catch(() => null);
  if (!answer) return;  // no network
  const script = /javascript/.test(answer.headers.get('Content-Type') ?? '');
  if (answer.status !== 404 && answer.status !== 410 && (!answer.ok || script)) return;
  await self.registration.unregister();
  for (const key of await caches.keys()) if (key.startsWith(prefix)) await caches.delete(key);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (!url.href.startsWith(scope)) return;
  if (request.method === 'POST' && url.href === whole('share')) {
    event.respondWith(receive(event));
    return;
  }
  if (request.method !== 'GET') return;
  url.hash = '';
  if (request.mode === 'navigate') {
    url.search = '';
    event.waitUntil(stillThere());
  }
  event.respondWith(serve(event, entries.get(url.href.replace(/\/index\.html$/, '/'))));
});

// --- files that another program shares ---------------------------------------------------------

/** In memory, until the page that opens has taken them. */
const shared = new Map<string, { files: File[]; taken: () => void }>();

async function receive(event: FetchEvent): Promise<Response> {
  const form = await event.request.formData();
  const files = form.getAll('files').filter((value) => value instanceof File);
  const id = crypto.randomUUID();
  // The service worker is kept alive as long as they wait.
  event.waitUntil(new Promise<void>((taken) => {
    shared.set(id, { files, taken });
    setTimeout(() => { shared.delete(id); taken(); }, 60_000);
  }));
  return Response.redirect(whole(`./?shared=${id}`), 303);
}

async function answer(message: ToOffline): Promise<unknown> {
  switch (message.type) {
    case 'hello':
      await tidy();
      return name;
    case 'keep':
      await keep([...plan.idle, ...plan.used.filter(({ url }) => message.used.some((start) => url.startsWith(start)))]);
      return true;
    case 'shared': {
      const waiting = shared.get(message.id);
      shared.delete(message.id);
      waiting?.taken();
      return waiting?.files ?? null;
    }
    case 'take_over':
      return self.skipWaiting();
  }
}

self.addEventListener('message', (event) => {
  event.waitUntil(answer(event.data as ToOffline).catch(() => false).then((value) => event.ports[0]?.postMessage(value)));
});
