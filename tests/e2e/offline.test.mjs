// The page without a network: after one visit everything works with the network cut and the server
// gone, nothing is asked of any other place, a newer version waits for a person, files that another
// program shares never leave, and the page that was taken away goes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, classified, dist, drop, exported, idle, launch, openPage, patience, screenshots, serve, settled } from './page.mjs';
import { ectopy, sinus } from './recordings.mjs';

let browser, folder;
before(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'telltale-'));
});
after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const open = (server, options = {}) => openPage(browser, server, { serviceWorkers: 'allow', ...options });
const all = (page) => page.waitForFunction(() => window.telltale?.state().offline === 'all', null, { timeout: patience });
const ready = (page) => page.waitForFunction(() => window.telltale?.state().phase === 'ready', null, { timeout: patience });

/** Waits until an answer that takes its time is yes. */
async function inTime(condition) {
  for (const end = Date.now() + patience; !(await condition());) assert.ok(Date.now() < end, `waited in vain: ${condition}`);
}

test('one visit, then no network and no server: the page opens and names the beats of samples and of dropped files', async () => {
  // As on a static host: below a folder.
  const server = await serve({ place: '/a/place/' });
  const page = await open(server);
  const requests = [];
  page.context().on('request', (request) => requests.push(request.url()));
  await page.click('#samples button:nth-of-type(2)');
  await classified(page);
  await idle(page);
  const online = await page.evaluate(() => window.telltale.beats());
  await all(page);
  assert.deepEqual(requests.filter((url) => !url.startsWith(server.url) && !/^(blob|data):/.test(url)), [], 'no other place is asked');
  assert.deepEqual(page.wrong, []);

  await page.context().setOffline(true);
  await server.close();
  await page.reload();
  await ready(page);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true, 'with threads, as before');
  await page.click('#samples button:nth-of-type(2)');
  await classified(page);
  await idle(page);
  assert.deepEqual(await page.evaluate(() => window.telltale.beats()), online, 'the same beats and probabilities');
  assert.ok(await page.evaluate(() => window.telltale.state().rhythm !== null), 'rhythms too');
  await drop(page, sinus().filter(({ name }) => !name.endsWith('.atr')));
  await page.waitForFunction(() => window.telltale.state().recording.name === 'sinus');
  await classified(page);
  assert.ok((await exported(page, 'html')).bytes.length > 1000);
  // A small model that nobody has used yet.
  await analyze(page, ectopy(), { model: 'telltale-ds1' });
  assert.equal(await page.evaluate(() => window.telltale.state().model.name), 'telltale-ds1');
  // A large one was not fetched ahead: a sentence says so, and the page goes on.
  const { errors } = await analyze(page, ectopy(), { model: 'cnn-skip' });
  assert.match(String(errors), /cnn-skip/);
  await analyze(page, ectopy(), { model: 'telltale' });
  // The documentation.
  await page.goto(`${server.url}docs/check/`);
  assert.match(await page.textContent('h1'), /check this yourself/i);
  await page.context().close();
});

test('once it is loaded an analysis asks nothing of anybody, not even of its own place', async () => {
  const server = await serve();
  const page = await open(server);
  await analyze(page, sinus());
  await idle(page);
  await all(page);
  const asked = [];
  page.context().on('request', (request) => asked.push(request.url()));
  server.requests.length = 0;
  await drop(page, ectopy());
  await page.waitForFunction(() => window.telltale.state().recording.name === 'ectopy');
  await classified(page);
  await page.waitForFunction(() => window.telltale.findings().rhythm !== null);
  await page.evaluate(() => window.telltale.edit({ action: 'relabel', beats: [3], class: 'F' }));
  await page.waitForFunction(() => window.telltale.state().storage === 'kept');
  for (const kind of ['csv', 'json', 'atr', 'html', 'edf_beats', 'session', 'wfdb', 'edf', 'signals']) assert.ok(await exported(page, kind), kind);
  assert.deepEqual(asked.filter((url) => !/^(blob|data):/.test(url)), []);
  // The browser by itself may look whether there is a newer service worker.
  assert.deepEqual(server.requests.filter(({ path }) => path !== '/sw.js'), []);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
  await server.close();
});

/** Another build: the title differs. */
function newerBuild() {
  const built = join(folder, 'newer');
  cpSync(dist, built, { recursive: true });
  const html = readFileSync(join(dist, 'index.html'), 'utf8').replace(/<title>[^<]*/, '<title>Telltale, newer');
  writeFileSync(join(built, 'index.html'), html);
  const script = readFileSync(join(dist, 'sw.js'), 'utf8');
  const [text] = /"\{\\"build\\".*?\}\]\}"/.exec(script);
  const plan = JSON.parse(JSON.parse(text));
  plan.build = 'newer';
  plan.page.find(({ url }) => url === './').integrity = `sha256-${createHash('sha256').update(html).digest('base64')}`;
  writeFileSync(join(built, 'sw.js'), script.replace(text, () => JSON.stringify(JSON.stringify(plan))));
  return built;
}

test('a newer version waits until a person wants it; the tabs beside keep theirs, and no change is lost', async () => {
  let built = dist;
  const server = await serve({ folder: () => built });
  const page = await open(server);
  await analyze(page, ectopy());
  await all(page);
  assert.equal(await page.isVisible('#newer'), false, 'a first visit is no newer version');
  const beside = await page.context().newPage();
  await beside.goto(server.url);
  await ready(beside);
  built = newerBuild();

  await page.reload();
  await ready(page);
  await analyze(page, ectopy());
  await idle(page);
  await page.waitForSelector('#newer:not([hidden])');
  assert.match(await page.title(), /^ectopy/);
  await page.evaluate(() => window.telltale.edit({ action: 'relabel', beats: [3], class: 'F' }));
  await page.waitForFunction(() => window.telltale.state().storage === 'kept');
  for (const [width, height] of [[390, 844], [2560, 1440], [1440, 900]]) {
    await page.setViewportSize({ width, height });
    await settled(page);
    await page.screenshot({ path: join(screenshots, `newer-${width}.png`) });
  }
  // Later: the page as it was, also after it is loaded anew.
  await page.click('#newer-later');
  assert.equal(await page.isVisible('#newer'), false);
  await page.reload();
  await ready(page);
  assert.equal(await page.title(), 'Telltale: ECG beats, found and named');

  await page.waitForSelector('#newer:not([hidden])');
  await Promise.all([page.waitForEvent('load'), page.click('#newer-now')]);
  await ready(page);
  assert.equal(await page.title(), 'Telltale, newer');
  await analyze(page, ectopy());
  await page.waitForFunction(() => window.telltale.edits()?.count === 1);
  await all(page);
  // The tab beside was not touched, and finds its own files.
  assert.equal(await beside.title(), 'Telltale: ECG beats, found and named');
  const { analysis } = await analyze(beside, sinus());
  assert.equal(analysis.recording.name, 'sinus');
  const builds = () => page.evaluate(async () => (await caches.keys()).map((key) => key.split(' ').at(-1)).sort());
  assert.equal((await builds()).length, 2, 'its files are kept');
  await beside.close();
  await page.reload();
  await ready(page);
  await inTime(async () => (await builds()).length === 1);
  assert.deepEqual(await builds(), ['newer'], 'and deleted with the last tab that needed them');
  assert.deepEqual(page.wrong, []);
  await page.context().close();
  await server.close();
});

test('files that another program shares are opened and never sent', async () => {
  const server = await serve();
  const page = await open(server);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null && window.telltale.state().offline !== 'none');
  server.requests.length = 0;
  const address = await page.evaluate(async (files) => {
    const body = new FormData();
    for (const { name, base64 } of files) body.append('files', new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    return (await fetch('share', { method: 'POST', body })).url;
  }, ectopy().map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })));
  assert.match(address, /\?shared=/);
  await page.goto(address);
  await classified(page);
  assert.equal(await page.evaluate(() => window.telltale.state().recording.name), 'ectopy');
  assert.equal(page.url(), server.url, 'the address tells nothing of it');
  assert.deepEqual(server.requests.filter(({ path }) => path.includes('share')), []);
  // They are handed over once; who comes again is told.
  await page.goto(address);
  await page.waitForSelector('#problem:not([hidden])');
  assert.match(await page.textContent('#problem'), /did not arrive/);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
  await server.close();
});

test('a damaged file is told and not kept', async () => {
  const other = join(folder, 'damaged');
  cpSync(dist, other, { recursive: true });
  const model = join(other, 'models/telltale-ds1.onnx');
  const bytes = readFileSync(model);
  bytes[bytes.length >> 1] ^= 1;  // one bit of one weight
  writeFileSync(model, bytes);
  const server = await serve({ folder: () => other });
  const page = await open(server);
  await page.waitForFunction(() => window.telltale.state().offline !== 'none');
  const { errors } = await analyze(page, ectopy(), { model: 'telltale-ds1' });
  assert.match(String(errors), /telltale-ds1 is not the file that this page was made with/);
  const kept = await page.evaluate(async () => (await (await caches.open((await caches.keys())[0])).keys()).map(({ url }) => url));
  assert.ok(kept.length > 20);
  assert.deepEqual(kept.filter((url) => url.includes('telltale-ds1')), []);
  await page.context().close();
  await server.close();
});

test('it can be installed: names, icons of their sizes, the kinds of files that the page reads', async () => {
  const server = await serve();
  const page = await openPage(browser, server);
  const client = await page.context().newCDPSession(page);
  const { errors, data } = await client.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    assert.equal(size, sizes, src);
  }
  const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
  // Every ending that the guide names can be opened from the system.
  const guide = readFileSync(join(dist, 'docs/index.html'), 'utf8');
  const named = [...guide.slice(0, guide.indexOf('</table>')).matchAll(/<code>(\.[a-z]+)<\/code>/gi)].map(([, ending]) => ending.toLowerCase());
  const opened = Object.values(manifest.file_handlers[0].accept).flat();
  assert.ok(named.length > 10);
  assert.deepEqual(named.filter((ending) => !opened.includes(ending)), []);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
  await server.close();
});

test('where there is no room for it the page works as before', async () => {
  const server = await serve();
  const context = await browser.newContext({ serviceWorkers: 'allow' });
  const full = await context.newPage();
  await full.goto(server.url);
  const client = await context.newCDPSession(full);
  await client.send('Storage.overrideQuotaForOrigin', { origin: server.url.slice(0, -1), quotaSize: 1000 });
  await full.reload();
  await ready(full);
  const { analysis } = await analyze(full, ectopy());
  assert.ok(analysis.beats.length > 60);
  await context.close();
  await server.close();
});
