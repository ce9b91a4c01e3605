// Files as people have them: WFDB sets, CSV, folders, several at once, a real record; and what
// comes out of the page again.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, classified, database, drop, exported, launch, onDisk, openPage, serve, telltale } from './page.mjs';
import { csv, ectopy, sinus } from './recordings.mjs';

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

const native = (...args) =>
  JSON.parse(execFileSync(telltale, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }));

test('a WFDB set dropped on the page', async () => {
  const page = await openPage(browser, server);
  await drop(page, ectopy());
  await classified(page);
  const state = await page.evaluate(() => window.telltale.state());
  assert.equal(state.recording.name, 'ectopy');
  assert.equal(state.recording.has_reference, true);
  assert.ok(state.beats > 60);
  assert.deepEqual(state.errors, []);
  assert.match(await page.textContent('#mirror-summary'), /Recording ectopy.*beats: N \d+/);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('a CSV dropped on the page gives the beats of the recording it was made from', async () => {
  const page = await openPage(browser, server);
  await drop(page, [csv('lead.csv')]);
  await classified(page);
  const state = await page.evaluate(() => window.telltale.state());
  const whole = await analyze(page, ectopy());
  assert.equal(state.beats, whole.analysis.beats.length);
  assert.equal(Math.round(state.recording.sampling_rate), 360);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('two recordings at once: both are there, each can be chosen', async () => {
  const page = await openPage(browser, server);
  const { analysis } = await analyze(page, [...ectopy(), ...sinus()]);
  const state = await page.evaluate(() => window.telltale.state());
  assert.deepEqual([...state.recordings].sort(), ['ectopy', 'sinus']);
  assert.equal(analysis.recording.name, state.recordings[0]);
  const second = await analyze(page, [...ectopy(), ...sinus()], { index: 1 });
  assert.equal(second.analysis.recording.name, state.recordings[1]);
  await page.context().close();
});

test('a folder dropped on the page: recordings in the folders within it are found', async () => {
  const root = join(folder, 'ward');
  const place = (path, bytes) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  };
  for (const { name, bytes } of ectopy()) place(join('monday', name), bytes);
  for (const { name, bytes } of sinus()) place(join('tuesday', 'morning', name), bytes);
  const page = await openPage(browser, server);
  const devtools = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await devtools.send('Input.dispatchDragEvent', {
      type, x: 200, y: 200, data: { items: [], files: [root], dragOperationsMask: 1 },
    });
  }
  await classified(page);
  const state = await page.evaluate(() => window.telltale.state());
  assert.deepEqual(state.recordings.map((name) => name.split('/').at(-1)).sort(), ['ectopy', 'sinus']);
  assert.ok(state.beats > 60);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('the other lead, asked for by name', async () => {
  const page = await openPage(browser, server);
  const { analysis } = await analyze(page, ectopy(), { lead: 'V1' });
  assert.equal(analysis.model.lead, 1);
  const wrong = await analyze(page, ectopy(), { lead: 'V9' });
  assert.match(wrong.errors[0], /V9/);
  await page.context().close();
});

test('exports: CSV, JSON, and annotations that the native program reads back', async () => {
  const page = await openPage(browser, server);
  assert.equal(await exported(page, 'csv'), null, 'nothing to export before a recording is open');
  const { analysis } = await analyze(page, ectopy());
  const rows = (await exported(page, 'csv')).bytes.toString().trimEnd().split('\n').slice(1).map((l) => l.split(','));
  assert.deepEqual(rows.map((r) => Number(r[1])), analysis.beats.map((b) => b.sample));
  assert.deepEqual(rows.map((r) => r[2]), analysis.beats.map((b) => b.class));
  const json = JSON.parse((await exported(page, 'json')).bytes.toString());
  assert.equal(json.beats.length, analysis.beats.length);
  assert.equal(await exported(page, 'nonsense'), null);

  const download = page.waitForEvent('download');
  await page.evaluate(() => [...document.querySelectorAll('#mirror-commands button')]
    .find((b) => b.textContent.includes('.atr')).click());
  const saved = await download;
  assert.equal(saved.suggestedFilename(), 'ectopy.atr');
  for (const { name, bytes } of ectopy()) writeFileSync(join(folder, name), bytes);
  await saved.saveAs(join(folder, 'ectopy.atr'));
  const info = native('info', join(folder, 'ectopy.hea'), '--json');
  const counts = {};
  for (const beat of analysis.beats) counts[beat.class] = (counts[beat.class] ?? 0) + 1;
  const { beats } = info.files[0].recordings[0];
  console.log(`  the native program reads the page's .atr: ${JSON.stringify(beats)}`);
  assert.deepEqual(beats, counts);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('MIT-BIH record 100 dropped: 2 273 beats, seconds cold and warm', async (t) => {
  const mitdb = database('mitdb');
  if (!mitdb) { console.log('  SKIPPED: no MIT-BIH records (set TELLTALE_DATA)'); t.skip('no MIT-BIH records'); return; }
  const files = onDisk(...['hea', 'dat', 'atr'].map((e) => join(mitdb, `100.${e}`)));
  // Cold: a browser that has never seen the page; the drop follows the page at once.
  const fresh = await launch();
  const page = await openPage(fresh, server);
  const seconds = [];
  for (const temperature of ['cold', 'warm', 'warm']) {
    const finished = await page.evaluate(() => {
      addEventListener('drop', () => { window.droppedAt = performance.now(); }, { capture: true, once: true });
      return window.telltale.state().finished;
    });
    await drop(page, files);
    const end = await page.waitForFunction((n) => window.telltale.state().finished > n && performance.now(), finished);
    const took = (await end.jsonValue() - await page.evaluate(() => window.droppedAt)) / 1000;
    seconds.push(`${temperature} ${took.toFixed(2)} s`);
  }
  const { analysis } = await analyze(page, files);
  const reference = analysis.reference.map((b) => b.sample);
  const beats = analysis.beats.map((b) => b.sample);
  const near = (list, s) => list.some((x) => Math.abs(x - s) <= 54);
  const missed = reference.filter((s) => !near(beats, s)).length;
  const extra = beats.filter((s) => !near(reference, s)).length;
  console.log(`  record 100: ${beats.length} beats (${reference.length} annotated, ${missed} missed, ${extra} extra), ` +
    `counts ${analysis.model.classes.map((c, i) => `${c} ${analysis.counts[i]}`).join(', ')}; ` +
    `drop to classified: ${seconds.join(', ')}; ${analysis.provider.current}, ${analysis.provider.beats_per_second} beats/s`);
  assert.equal(reference.length, 2273);
  assert.ok(missed + extra <= 5, 'at most a handful of detector errors');
  assert.deepEqual(page.wrong, []);
  await fresh.close();
});
