// Whatever is dropped, the page says in a sentence what is wrong, keeps what is on screen, and
// goes on working.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { analyze, asText, drop, launch, openPage, serve } from './page.mjs';
import { csv, ectopy, ectopyLeads, sample, sinus, wfdb16 } from './recordings.mjs';

let server, browser, page;
before(async () => {
  server = await serve();
  browser = await launch();
  page = await openPage(browser, server);
  const { analysis } = await analyze(page, sinus());
  assert.equal(analysis.recording.name, 'sinus');
});
after(async () => { await browser?.close(); await server?.close(); });

const [hea, dat] = sample('ectopy', 'hea', 'dat');
const noise = Buffer.alloc(50_000);
for (let i = 0, x = 1; i < noise.length; ++i) { x = (x * 48271) % 2147483647; noise[i] = x & 255; }

/** What must be refused, and what the sentence must name. */
/** @type {any[][]} */
const refused = [
  ['a header without its signal file', [hea], /ectopy\.dat/],
  ['a signal file without its header', [dat], /\.hea/],
  ['a header naming a missing file', [asText('x.hea', 'x 1 360 1000\nelsewhere.dat 212 200 12 0 0 0 0 II\n')], /elsewhere\.dat/],
  ['zero samples', [asText('zero.hea', 'zero 1 360 0\nzero.dat 16 200 12 0 0 0 0 II\n'), { name: 'zero.dat', bytes: Buffer.alloc(0) }], /zero/],
  ['a text file named .dat', [asText('notes.dat', 'These are my notes.\nNothing else.\n')], /notes\.dat/],
  ['an empty file', [{ name: 'nothing.csv', bytes: Buffer.alloc(0) }], /nothing\.csv/],
  ['random bytes', [{ name: 'noise.bin', bytes: noise }], /noise\.bin/],
  ['random bytes named .hea', [{ name: 'noise.hea', bytes: noise }], /noise\.hea/],
  ['a broken model', [{ name: 'mine.onnx', bytes: noise }], /mine\.onnx/],
  ['an annotation file alone', sample('ectopy', 'atr'), /ectopy/],
];

/** What may be opened with a warning or refused with a sentence, but never without a word. */
/** @type {any[][]} */
const told = [
  ['a truncated .dat', [hea, { name: 'ectopy.dat', bytes: dat.bytes.subarray(0, 20_001) }], /ectopy/],
  ['a header claiming 10^12 samples', wfdb16('huge', ectopyLeads(), { length: 1e12 }), /huge/],
  ['NaN in a CSV', [csv('gaps.csv', 21600, (text) => text.replace(/^(5\.0\d+),.*$/gm, '$1,NaN'))], /gaps|NaN|sample/],
  ['words in a CSV', [csv('words.csv', 21600, (text) => text.replace(/^(7\.[01]\d+),.*$/gm, '$1,hello'))], /words|no numbers/],
];

async function stillWorks() {
  const { analysis, errors } = await analyze(page, ectopy());
  assert.equal(errors, undefined);
  assert.ok(analysis.beats.length > 60);
}

for (const [what, files, names] of refused) {
  test(`${what}: a sentence, and what is on screen stays`, async () => {
    await analyze(page, sinus());
    const { analysis, errors } = await analyze(page, files);
    assert.equal(analysis, undefined, 'refused');
    assert.ok(errors.length > 0);
    assert.match(errors.join('\n'), names);
    console.log(`  ${what}: ${errors.join(' | ')}`);
    const state = await page.evaluate(() => window.telltale.state());
    assert.deepEqual(state.errors, errors);
    assert.equal(state.recording.name, 'sinus', 'the recording stays');
    assert.ok(state.beats > 0, 'with its beats');
    assert.equal(await page.textContent('#mirror-alert'), errors.join('\n'));
    await stillWorks();
  });
}

for (const [what, files, names] of told) {
  test(`${what}: a warning or an error, never silence`, async () => {
    const { analysis, errors } = await analyze(page, files);
    const said = [...(errors ?? []), ...(analysis?.errors ?? []), ...(analysis?.recording.warnings ?? [])];
    assert.ok(said.length > 0, 'something is said');
    assert.match(said.join('\n'), names);
    console.log(`  ${what}: ${analysis ? 'opened' : 'refused'}: ${said.join(' | ')}`);
    const memory = await page.evaluate(() => window.telltale.state().memory);
    assert.ok(memory < 128 * 2 ** 20, `the core holds ${memory} bytes`);
    await stillWorks();
  });
}

test('40 leads: all of them, or a sentence', async () => {
  const [lead] = ectopyLeads();
  const files = wfdb16('forty', new Array(40).fill(lead));
  const { analysis, errors } = await analyze(page, files);
  console.log(`  40 leads: ${analysis ? `opened with ${analysis.recording.leads.length} leads` : errors.join(' | ')}`);
  if (analysis) assert.equal(analysis.recording.leads.length, 40);
  else assert.ok(errors.length > 0);
  await stillWorks();
});

test('one bad file among good ones does not hide them', async () => {
  const { analysis } = await analyze(page, [...ectopy(), { name: 'noise.hea', bytes: noise }]);
  assert.equal(analysis.recording.name, 'ectopy');
  assert.match(analysis.errors.join('\n'), /noise\.hea/);
});

test('half a set, dropped: the sentence is on the page', async () => {
  const fresh = await openPage(browser, server);
  await drop(fresh, [hea]);
  await fresh.waitForSelector('#problem:not([hidden])');
  assert.match(await fresh.textContent('#problem'), /ectopy\.dat/);
  assert.ok(await fresh.isVisible('#welcome'), 'the drop zone is still there');
  await fresh.context().close();
});

test('nothing went wrong behind the sentences', () => assert.deepEqual(page.wrong, []));
