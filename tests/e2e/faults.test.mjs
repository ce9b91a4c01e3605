// What can go wrong under the page while somebody works: each time the recording, its beats and the
// changes are still there, a sentence says what happened, and there is a way on. Others of this kind
// are in trust (worker, storage, two tabs, graphics), control (no answer), bad_input and offline.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, asText, classified, drop, exported, idle, largestDifference, launch, openPage as openAny, patience, serve } from './page.mjs';
import { ectopy, ectopyLeads, sinus, wfdb16 } from './recordings.mjs';

let server, browser, folder;
before(async () => {
  server = await serve();
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'telltale-'));
});
after(async () => {
  await browser?.close();
  await server?.close();
  if (folder) rmSync(folder, { recursive: true });
});

// Nothing is looked at here: a small window is drawn sooner.
const openPage = (from, at) => openAny(from, at, { viewport: { width: 480, height: 400 } });
const state = (page) => page.evaluate(() => window.telltale.state());
const beats = (page) => page.evaluate(() => window.telltale.beats());
const relabel = (page, list) => page.evaluate((b) => window.telltale.edit({ action: 'relabel', beats: b, class: 'F' }), list);
const changes = (page, n) => page.waitForFunction((wanted) => window.telltale.edits()?.count === wanted, n);
const storage = (page, what) => page.waitForFunction((wanted) => window.telltale.state().storage === wanted, what);
const person = (list) => list.flatMap((beat, i) => (beat.by === 'person' ? [i] : []));
const errors = async (page) => (await state(page)).errors.join('\n');
const ready = (page) => page.waitForFunction(() => window.telltale?.state().phase === 'ready', null, { timeout: patience });
const hours = () => wfdb16('long', ectopyLeads(), { repeat: 60 });

/** A page whose worker first runs `script`; the first `workers` of them. */
async function openWith(script, from = browser, workers = Infinity) {
  const page = await openPage(from, server);
  await page.route(/\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${workers-- > 0 ? script : ''}\n${await response.text()}` });
  });
  await page.reload();
  await ready(page);
  return page;
}

/** Tells a worker of openWith() something. The runtime's threads, which wait and do not answer, are workers of the page too. */
const tell = (page, what) => page.evaluate((text) => new BroadcastChannel('test').postMessage(text), what);

/** A sample with two changes by a person. */
async function work(page) {
  await analyze(page, ectopy());
  await idle(page);
  await relabel(page, [3, 5]);
  await changes(page, 2);
  await storage(page, 'kept');
}

test('the worker is killed in the middle of an analysis: a sentence, the work of before, and the next file', async () => {
  const page = await openWith(`addEventListener('message', ({ data }) => { if (data.type === 'open' && data.files.some((f) => f.name === 'long.hea')) setTimeout(() => close(), 50); });`, browser, 1);
  await work(page);
  const result = await analyze(page, hours());
  assert.match(result.errors.join(), /ended unexpectedly.*starts again; changes of the beats are kept/s);
  // Whichever was on screen by then is there again, with its beats.
  await classified(page);
  if ((await state(page)).recording.name === 'long') await analyze(page, ectopy());
  assert.equal((await state(page)).recording.name, 'ectopy');
  await changes(page, 2);
  assert.deepEqual(person(await beats(page)), [3, 5]);
  const { analysis } = await analyze(page, sinus());
  assert.equal(analysis.recording.name, 'sinus');
  await page.context().close();
});

test('the core finds no more memory: a sentence says so, the work of before is there, and a smaller file opens', async () => {
  // So much and no more, for every worker of this page.
  const page = await openWith(`{ const grow = WebAssembly.Memory.prototype.grow;
    WebAssembly.Memory.prototype.grow = function (pages) {
      // The core's; that of the runtime is shared among its threads.
      if (!(this.buffer instanceof SharedArrayBuffer) && this.buffer.byteLength + pages * 65536 > 40 * 2 ** 20) throw new RangeError('no more');
      return grow.call(this, pages);
    }; }`);
  await work(page);
  const result = await analyze(page, wfdb16('long', ectopyLeads(), { repeat: 200 }));
  console.log(`  ${result.errors?.join(' | ')}`);
  assert.match(result.errors.join(), /enough memory/);
  await ready(page);
  await changes(page, 2);
  assert.equal((await state(page)).recording.name, 'ectopy');
  assert.deepEqual(person(await beats(page)), [3, 5]);
  assert.ok(await exported(page, 'csv'));
  const { analysis } = await analyze(page, sinus());
  assert.equal(analysis.recording.name, 'sinus');
  await page.context().close();
});

test('the graphics processor goes away in the middle: the same beats on WebAssembly, and the note says why', async () => {
  const gpu = await launch({ webgpu: true });
  const page = await openWith(`{ const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...options) { return (self.device = await request.apply(this, options)); };
    const test = new BroadcastChannel('test');
    test.onmessage = ({ data }) => {
      if (data !== 'take it away') return;
      self.device?.destroy();
      test.postMessage(self.device === undefined ? 'there is none' : 'gone');
    }; }`, gpu);
  const short = wfdb16('short', ectopyLeads().map((lead) => lead.slice(0, 3600)));  // ten seconds: it is very slow here
  const { analysis } = await analyze(page, short, { provider: 'webgpu' });
  assert.equal(analysis.provider.current, 'webgpu', analysis.provider.note);
  await relabel(page, [3]);
  await changes(page, 1);
  const lost = await page.evaluate(() => new Promise((done) => {
    const test = new BroadcastChannel('test');
    test.onmessage = ({ data }) => done(data);
    test.postMessage('take it away');
  }));
  assert.equal(lost, 'gone');
  const again = await analyze(page, short);
  assert.equal(again.errors, undefined);
  assert.equal(again.analysis.provider.current, 'wasm');
  console.log(`  ${again.analysis.provider.note}`);
  assert.match(again.analysis.provider.note, /WebGPU stopped in the middle.*WebAssembly/);
  assert.deepEqual(again.analysis.beats.map((beat) => beat.sample), analysis.beats.map((beat) => beat.sample));
  const flat = (list) => list.flatMap((beat) => beat.probabilities);
  assert.ok(largestDifference(flat(again.analysis.beats), flat(analysis.beats)) <= 1e-4);
  await changes(page, 1);
  await gpu.close();
});

test('a model, the list of models or the runtime that is missing: a sentence, and what is there works on', async () => {
  const page = await openPage(browser, server);
  await work(page);
  await page.route('**/models/telltale-ds1.onnx*', (route) => route.fulfill({ status: 404 }));
  const missing = await analyze(page, ectopy(), { model: 'telltale-ds1' });
  assert.match(missing.errors.join(), /telltale-ds1 did not load \(404\)/);
  await analyze(page, ectopy(), { model: 'telltale' });
  await changes(page, 2);
  assert.deepEqual(person(await beats(page)), [3, 5]);
  await page.context().close();

  const bare = await browser.newContext({ serviceWorkers: 'block' });
  const none = await bare.newPage();
  await none.route('**/models/**', (route) => route.fulfill({ status: 404 }));
  await none.goto(server.url);
  await ready(none);
  assert.match((await analyze(none, sinus())).errors.join(), /No model is there to name beats with/);
  await none.unroute('**/models/**');
  await none.route('**/ort/**', (route) => route.fulfill({ status: 404 }));
  await none.reload();
  await ready(none);
  assert.match((await analyze(none, sinus())).errors.join(), /runtime of networks could not be fetched/);
  await none.unroute('**/ort/**');
  assert.equal((await analyze(none, sinus())).analysis?.recording.name, 'sinus', 'it is asked for again');
  await bare.close();
});

test('storage that is full: said at once, asked before it closes, and kept once there is room', async () => {
  // A disk cannot be filled from here (the browser's own limit lets small writings through): the writing fails as it
  // would then, after a while and with its transaction, since the same key cannot be added twice.
  const page = await openWith(`{ const { put } = IDBObjectStore.prototype; let full = false;
    IDBObjectStore.prototype.put = function (...what) {
      return full ? this.add(...what) : put.apply(this, what);
    };
    new BroadcastChannel('test').onmessage = ({ data }) => { full = data === 'full'; }; }`);
  await work(page);
  await tell(page, 'full');
  await relabel(page, [7]);
  await storage(page, 'refused');
  assert.match(await errors(page), /does not keep the review.*Save it as a session file/s);
  await changes(page, 3);
  await tell(page, 'room');
  await relabel(page, [9]);
  await storage(page, 'kept');
  await page.reload();
  await ready(page);
  await analyze(page, ectopy());
  await changes(page, 4);
  assert.deepEqual(person(await beats(page)), [3, 5, 7, 9]);
  await page.context().close();
});

test('a tab that is closed in the middle of a review: another one has all of it', async () => {
  const page = await openPage(browser, server);
  await work(page);
  await page.evaluate(() => window.telltale.edit({ action: 'beat_note', beat: 7, text: 'looked at' }));
  await relabel(page, [9]);
  await storage(page, 'kept');
  await page.close({ runBeforeUnload: false });
  const next = await page.context().newPage();
  await next.goto(server.url);
  await ready(next);
  await analyze(next, ectopy());
  await changes(next, 3);
  assert.deepEqual(person(await beats(next)), [3, 5, 9]);
  assert.deepEqual((await next.evaluate(() => window.telltale.edits())).beat_notes.map(({ text }) => text), ['looked at']);
  await page.context().close();
});

/** The kept reviews of the page; those given are written over them. */
const reviews = (page, rows = []) => page.evaluate((given) => new Promise((resolve, reject) => {
  const request = indexedDB.open('telltale', 1);
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const transaction = request.result.transaction('reviews', 'readwrite');
    const store = transaction.objectStore('reviews');
    for (const row of given) store.put(row);
    const all = store.getAll();
    transaction.onabort = () => reject(transaction.error);
    transaction.oncomplete = () => { request.result.close(); resolve(all.result); };
  };
}), rows);

/** The same, changed by `change`, which gets a kept review and its session file. */
const rewrite = async (page, change) => reviews(page, (await reviews(page)).map((kept) => {
  const session = JSON.parse(kept.session);
  change(kept, session);
  return { ...kept, session: JSON.stringify(session) };
}));

test('a review of an older version is taken over; one of a newer version is left as it is, and said', async () => {
  const page = await openPage(browser, server);
  await work(page);
  // As it was written before there were answers, and before tabs joined their changes.
  await rewrite(page, (kept, session) => {
    for (const key of ['answers', 'done', 'undone']) delete session.review[key];
    delete kept.version;
  });
  await page.reload();
  await ready(page);
  await analyze(page, ectopy());
  await changes(page, 2);
  await relabel(page, [7]);
  await storage(page, 'kept');

  const [newer] = await rewrite(page, (_, session) => {
    session.telltale_session = 2;
    session.review = { of: 'a form that does not exist yet' };
  });
  await page.reload();
  await ready(page);
  const { analysis } = await analyze(page, ectopy());
  assert.ok(analysis.beats.length > 60);
  await storage(page, 'refused');
  assert.match(await errors(page), /made by a newer Telltale.*stays as it is/s);
  await relabel(page, [11]);
  await changes(page, 1);
  await page.waitForFunction(() => window.telltale.state().storage === 'refused');
  assert.ok(await exported(page, 'session'), 'a way to keep it');
  assert.deepEqual(await reviews(page), [newer], 'nothing was written over it');
  // A session file of a newer version is refused with a sentence.
  const file = asText('theirs.telltale.json', JSON.stringify({ telltale_session: 2, review: {}, fingerprint: '' }));
  assert.match((await analyze(page, [file])).errors?.join() ?? await errors(page), /newer Telltale/);
  assert.deepEqual(person(await beats(page)), [11]);
  await page.context().close();
});

test('a file that changes on the disk: said by its name; what is on screen stays', async () => {
  const page = await openPage(browser, server);
  await page.evaluate(() => { window.showOpenFilePicker = undefined; });
  await work(page);
  const paths = sinus().map(({ name, bytes }) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  });
  const choose = async () => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.evaluate(() => document.querySelector('#mirror-commands button').click())]);
    return chooser;
  };
  // Chosen, and changed before the page's worker comes to read it: what is to be opened is held meanwhile.
  await page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    window.held = [];
    Worker.prototype.postMessage = function (...message) {
      if (message[0]?.type === 'open') window.held.push(() => post.apply(this, message));
      else post.apply(this, message);
    };
    window.go = () => { Worker.prototype.postMessage = post; for (const send of window.held) send(); };
  });
  await (await choose()).setFiles(paths);
  await page.waitForFunction(() => window.held.length > 0);
  writeFileSync(join(folder, 'sinus.dat'), Buffer.alloc(1000));
  await page.evaluate(() => window.go());
  await page.waitForFunction(() => /sinus\.dat/.test(window.telltale.state().errors.join()));
  console.log(`  ${await errors(page)}`);
  assert.equal((await state(page)).recording.name, 'ectopy');
  await changes(page, 2);
  assert.deepEqual(person(await beats(page)), [3, 5]);
  await relabel(page, [7]);
  await changes(page, 3);
  await drop(page, sinus());
  await page.waitForFunction(() => window.telltale.state().recording.name === 'sinus');
  await page.context().close();
});
