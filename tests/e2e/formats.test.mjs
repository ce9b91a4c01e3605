// Files of every kind in the page: large records that are read in pieces, beat sets, conversion,
// and the question for a sampling rate.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage, patience, serve, telltale } from './page.mjs';

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
