// Files of every kind in the page: large records that are read in pieces, beat sets, conversion,
// and the question for a sampling rate.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, asText, drop, exported, launch, openPage, patience, root, screenshots, serve, telltale } from './page.mjs';
import { sinus } from './recordings.mjs';

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

/** A record of 12 leads at 1000 Hz in format 16 on disk: one synthetic minute, over and over. */
function largeRecord(hours) {
  const minute = join(folder, 'minute');
  execFileSync(telltale, ['synth', '--out', minute, '--leads', '12', '--rate', '1000', '--duration', '60', '--pvc', '0.1']);
  execFileSync(telltale, ['convert', `${minute}.hea`, join(folder, 'one.hea'), '--wfdb-format', '16']);
  const block = readFileSync(join(folder, 'one.dat'));
  const data = openSync(join(folder, 'large.dat'), 'w');
  for (let i = 0; i < hours * 60; ++i) writeSync(data, block);
  closeSync(data);
  const lines = readFileSync(join(folder, 'one.hea'), 'utf8').trimEnd().split('\n');
  // Name, length and file are others now; the checksum is of a minute.
  const header = lines.map((line, i) => (i === 0
    ? line.replace(/^one /, 'large ').replace(/ 60000\b/, ` ${60000 * 60 * hours}`)
    : line.replace('one.dat', 'large.dat').replace(/^(\S+ \S+ \S+ \S+ \S+ \S+) \S+/, '$1 0')));
  writeFileSync(join(folder, 'large.hea'), header.join('\n') + '\n');
  return [join(folder, 'large.hea'), join(folder, 'large.dat')];
}

/** Files on disk through a real file input, so that the page gets Files and not bytes. */
async function openFromDisk(page, paths, options) {
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.id = 'from-disk';
    document.body.append(input);
  });
  await page.setInputFiles('#from-disk', paths);
  return page.evaluate(async (given) => {
    const started = performance.now();
    try {
      const { recording, beats } = await window.telltale.analyze(document.querySelector('#from-disk').files, given);
      return { recording, beats: beats.length, seconds: (performance.now() - started) / 1000, memory: window.telltale.state().memory };
    } catch (error) {
      return { errors: error.errors ?? [String(error)], memory: window.telltale.state().memory };
    }
  }, options);
}

test('a large record is read in pieces: the page never holds its file', { timeout: 4 * patience }, async (t) => {
  // TELLTALE_LARGE_HOURS=24 makes it 2 GB.
  const hours = Number(process.env.TELLTALE_LARGE_HOURS ?? 1);
  const paths = largeRecord(hours);
  const page = await openPage(browser, server);
  page.setDefaultTimeout(8 * patience);
  const got = await openFromDisk(page, paths, {});
  assert.equal(got.errors, undefined);
  const full = hours * 3600 * 1000 * 12 * 4;
  const halvings = Math.max(0, Math.ceil(Math.log2(full / (1280 * 2 ** 20))));
  assert.equal(got.recording.sampling_rate, 1000 / 2 ** halvings);
  assert.equal(got.recording.length, hours * 3600 * 1000 / 2 ** halvings);
  assert.equal(got.recording.leads.length, 12);
  assert.equal(got.recording.warnings.some((w) => w.startsWith('The recording is opened at')), halvings > 0);
  assert.ok(got.beats > 55 * 60 * hours, `${got.beats} beats`);
  t.diagnostic(`${hours} h: ${got.seconds.toFixed(1)} s, ${(got.memory / 2 ** 20).toFixed(0)} MB in the core, samples ${(full / 2 ** halvings / 2 ** 20).toFixed(0)} MB, ${got.beats} beats`);
  // Samples, their levels of detail and working room; the file's own bytes would come on top.
  assert.ok(got.memory < 2 * full / 2 ** halvings + 300 * 2 ** 20, `${got.memory} bytes`);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('a large file that can only be read whole is refused before memory is touched', { timeout: 2 * patience }, async () => {
  const path = join(folder, 'huge.csv');
  const data = openSync(path, 'w');
  const block = Buffer.alloc(1 << 24, '0.004,1.25\n');
  for (let i = 0; i < 40; ++i) writeSync(data, block);
  closeSync(data);
  const page = await openPage(browser, server);
  const before = await page.evaluate(() => window.telltale.state().memory);
  const got = await openFromDisk(page, [path], {});
  assert.match(got.errors[0], /huge\.csv: it has 640 MB; files of its kind are read whole, and all of them together may have 512 MB here/);
  assert.ok(got.memory - before < 64 * 2 ** 20);
  await page.context().close();
});

/** A set of cut-out beats as the public `heartbeat` files have them: 187 values, then the class. */
function beatSet(rows, name = 'beats.csv') {
  const lines = [];
  for (let r = 0; r < rows; ++r) {
    const values = Array.from({ length: 187 }, (_, i) => {
      const wide = r % 3 === 1 ? 400 : 20;
      return Math.exp(-((i - 20) ** 2) / wide) + 0.2 * Math.exp(-((i - 70) ** 2) / 300);
    });
    lines.push([...values.map((v) => v.toFixed(6)), `${r % 3 === 1 ? 2 : 0}.000000`].join(','));
  }
  return asText(name, lines.join('\n') + '\n');
}

const said = (page) => page.evaluate(() => {
  const { name, model, models, given } = window.telltale.beatSet();
  return { name, model, models, given };
});

test('a set of beats is named by the model in use if it takes them, else by the most trustworthy that does; the person chooses among those', async () => {
  const page = await openPage(browser, server);
  await drop(page, [beatSet(40)]);
  await page.waitForSelector('#beat-set[open]');
  const first = await said(page);
  assert.equal(first.model, first.models[0]);
  assert.ok(first.models.length > 1 && !first.models.includes('telltale'), first.models.join());
  // The figures are those of the cards: on patients never seen, a twin's counting less.
  assert.ok(first.models.indexOf('cnn-lstm-honest') < first.models.indexOf('cnn-lstm'), first.models.join());
  console.log(`  models of such beats: ${first.models.join(', ')}`);
  const other = first.models.at(-1);
  await page.selectOption('#beat-set-model', { label: other });
  await page.waitForFunction((name) => window.telltale.beatSet().model === name, other);
  assert.match(await page.textContent('#beat-set-summary'), new RegExp(`The model ${other} says`));
  assert.ok(await page.isVisible('#beat-set'), 'the table stays');
  await page.click('#beat-set-close');
  // In use, it names the next set too; the recording that is opened afterwards is explained by it.
  const { analysis } = await analyze(page, sinus(), { model: other });
  assert.equal(analysis.model.name, other);
  await drop(page, [beatSet(20, 'more.csv')]);
  await page.waitForSelector('#beat-set[open]');
  assert.equal((await said(page)).model, other);
  await page.selectOption('#beat-set-model', { label: first.model });
  await page.waitForFunction((name) => window.telltale.beatSet().model === name, first.model);
  await page.click('#beat-set-close');
  await page.waitForFunction(() => window.telltale.state().phase === 'ready');
  await page.evaluate(() => window.telltale.explain(5));
  await page.waitForFunction(() => window.telltale.explanation() !== null);
  const beat = (await page.evaluate(() => window.telltale.beats()))[5];
  const why = await page.evaluate(() => window.telltale.explanation());
  assert.equal(why.class, beat.class);
  assert.ok(Math.abs(why.probability - Math.max(...beat.probabilities)) < 1e-3, 'by the network that named the beat');
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('sets of beats and recordings in one drop: all are offered', async () => {
  const page = await openPage(browser, server);
  await drop(page, [beatSet(12, 'first.csv'), beatSet(15, 'second.csv'), ...sinus()]);
  await page.waitForSelector('#recordings[open]');
  assert.equal(await page.textContent('#recordings-title'), '1 recording, 2 beat sets');
  assert.deepEqual((await page.locator('#recordings-list button b').allTextContents()).slice(1).sort(), ['first', 'second']);
  await page.locator('#recordings-list button', { hasText: '15 beats' }).click();
  await page.waitForSelector('#beat-set[open]');
  assert.equal((await said(page)).given.length, 15);
  // The other one, from the table itself.
  await page.selectOption('#beat-set-which', { label: 'first' });
  await page.waitForFunction(() => window.telltale.beatSet().given?.length === 12);
  assert.match(await page.textContent('#beat-set-title'), /12 beats/);
  await page.click('#beat-set-close');
  await page.waitForFunction(() => window.telltale.state().phase === 'ready');
  const { recording, recordings } = await page.evaluate(() => window.telltale.state());
  assert.equal(recording.name, 'sinus');
  assert.deepEqual(recordings, ['sinus']);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('two sets of beats and nothing else: the person chooses; who does not sees the first', async () => {
  const page = await openPage(browser, server);
  await drop(page, [beatSet(12, 'first.csv'), beatSet(15, 'second.csv')]);
  await page.waitForSelector('#recordings[open]');
  await page.waitForFunction(() => window.telltale.beatSet()?.given);
  assert.equal(await page.locator('#beat-set[open]').count(), 0, 'one question at a time');
  await page.click('#recordings-close');
  await page.waitForSelector('#beat-set[open]');
  assert.match(await page.textContent('#beat-set-title'), /12 beats/);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('a set of cut-out beats is named and shown as a table, with the confusion', async () => {
  const page = await openPage(browser, server);
  await drop(page, [beatSet(250)]);
  await page.waitForSelector('#beat-set[open]');
  assert.match(await page.textContent('#beat-set-title'), /beats\.csv.*250 beats|beats: 250 beats/);
  assert.match(await page.textContent('#beat-set-summary'), /187 values a beat\. Labels in the file: 0 167, 2 83\. The model \S+ says: N \d+/);
  assert.equal(await page.locator('#beat-set-rows tr').count(), 100);
  await page.click('#beat-set-more');
  await page.click('#beat-set-more');
  assert.equal(await page.locator('#beat-set-rows tr').count(), 250);
  assert.equal(await page.locator('#beat-set-more').isVisible(), false);
  const set = await page.evaluate(() => {
    const { labels, given, best, truth, confusion, classes } = window.telltale.beatSet();
    return { labels, given, best, truth, confusion, classes };
  });
  assert.equal(set.given.length, 250);
  assert.ok(set.best.every((p) => p > 0 && p <= 1));
  const counts = set.classes.map(() => set.classes.map(() => 0));
  set.labels.forEach((label, i) => { counts[set.truth[label]][set.given[i]] += 1; });
  assert.deepEqual(set.confusion, counts);
  const differing = set.labels.filter((label, i) => set.truth[label] !== set.given[i]).length;
  await page.selectOption('#beat-set-only', 'differ');
  assert.match(await page.textContent('#beat-set-shown'), new RegExp(`of ${differing} shown`));
  await page.screenshot({ path: join(screenshots, 'beat-set.png') });
  await page.click('#beat-set-close');
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('a set of beats that no model takes is shown with its labels, and why', async () => {
  const page = await openPage(browser, server);
  const text = '@problemName x\n@timeStamps false\n@univariate true\n@classLabel true a b\n@data\n1,2,3:a\n4,5,6:b\n';
  await drop(page, [asText('x.ts', text)]);
  await page.waitForSelector('#beat-set[open]');
  assert.match(await page.textContent('#beat-set-summary'), /3 values a beat\. Labels in the file: a 1, b 1\. The beats are not named/);
  await page.keyboard.press('Escape');
  const { errors } = await analyze(page, [asText('x.ts', text)]);
  assert.match(errors[0], /set of beats that are cut out already/);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('a recording in use stays when a set of beats is looked at', async () => {
  const page = await openPage(browser, server);
  await analyze(page, sinus());
  const before = (await exported(page, 'csv')).bytes.toString();
  await drop(page, [beatSet(30)]);
  await page.waitForSelector('#beat-set[open]');
  await page.click('#beat-set-close');
  assert.equal((await exported(page, 'csv')).bytes.toString(), before);
  await page.context().close();
});

test('a table without its sampling rate: the page asks, and opens it at the answer', async () => {
  const page = await openPage(browser, server);
  const rows = Array.from({ length: 3000 }, (_, i) => (Math.exp(-(((i % 250) - 60) ** 2) / 30)).toFixed(4));
  await drop(page, [asText('unknown.csv', ['II (mV)', ...rows].join('\n') + '\n')]);
  await page.waitForSelector('#rate[open]');
  await page.fill('#rate-other', '250');
  await page.click('#rate-open');
  await page.waitForFunction(() => window.telltale.state().recording?.sampling_rate === 250);
  // What is wrong for another reason asks nothing.
  const { errors } = await analyze(page, [asText('empty.csv', '')]);
  assert.match(errors[0], /empty/);
  assert.equal(await page.locator('#rate[open]').count(), 0);
  await page.context().close();
});

test('about a recording: what its file says; saved as WFDB, EDF+ and CSV it reads the same, without comments', async () => {
  const page = await openPage(browser, server);
  assert.equal(await exported(page, 'wfdb'), null, 'nothing to save before a recording is open');
  const files = sinus();
  const header = files.find((file) => file.name.endsWith('.hea'));
  header.bytes = Buffer.concat([header.bytes, Buffer.from('# Name: A Person\n')]);
  await analyze(page, files);
  const facts = await page.evaluate(() => window.telltale.facts());
  assert.ok(facts.comments.includes('Name: A Person'));
  await page.keyboard.press('Control+k');
  await page.fill('#palette-search', 'about this');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#about[open]');
  assert.match(await page.textContent('#about-facts'), new RegExp(`${facts.samples} samples in each of ${facts.leads.length} leads, ${facts.sampling_rate} Hz`));
  assert.match(await page.textContent('#about-facts'), /A Person/);
  await page.screenshot({ path: join(screenshots, 'about.png') });
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#about-wfdb')]);
  assert.equal(download.suggestedFilename(), 'sinus.zip');
  await page.click('#about-close');

  const before = JSON.parse(execFileSync(telltale, ['info', join(root, 'assets/samples/sinus.hea'), '--json'], { encoding: 'utf8' })).files[0].recordings[0];
  for (const kind of ['wfdb', 'edf', 'signals']) {
    const file = await exported(page, kind);
    assert.ok(!file.bytes.includes('A Person'), `${kind} does not name the patient`);
    const path = join(folder, file.name);
    writeFileSync(path, file.bytes);
    const again = JSON.parse(execFileSync(telltale, ['info', path, '--json'], { encoding: 'utf8' })).files[0];
    assert.deepEqual(again.errors, []);
    const read = again.recordings[0];
    assert.equal(read.sampling_rate, before.sampling_rate);
    assert.equal(read.samples, before.samples);
    assert.deepEqual(read.leads.map((lead) => lead.name), before.leads.map((lead) => lead.name));
    // As read: the beats are those of the file; CSV has none.
    if (kind !== 'signals') assert.deepEqual(read.beats, before.beats);
  }
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});
