// The same beats and the same probabilities wherever the network runs: natively, on WebAssembly
// with and without threads, and on WebGPU; and an honest word on which one was taken.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, database, largestDifference, launch, nativeBeats, onDisk, openPage, serve } from './page.mjs';
import { ectopy, ectopyLeads, wfdb16 } from './recordings.mjs';

const allowed = 1e-4;
let server, folder;
before(async () => {
  server = await serve();
  folder = mkdtempSync(join(tmpdir(), 'telltale-'));
});
after(async () => {
  await server?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const flat = (analysis) => analysis.beats.flatMap((beat) => beat.probabilities);
const positions = (analysis) => analysis.beats.map((beat) => beat.sample);

function compare(what, analysis, other) {
  assert.deepEqual(positions(analysis), other.positions, `${what}: the same beats`);
  const difference = largestDifference(flat(analysis), other.probabilities);
  console.log(`  ${what}: ${analysis.beats.length} beats, probabilities differ by at most ${difference.toExponential(2)}`);
  assert.ok(difference <= allowed, `${what}: ${difference} > ${allowed}`);
}

test('native and the page: identical beats, probabilities within 1e-4', async () => {
  const browser = await launch();
  const page = await openPage(browser, server);
  const { analysis } = await analyze(page, ectopy());
  compare('synthetic, native and WebAssembly', analysis, nativeBeats(folder, ectopy(), analysis.model.name));
  const mitdb = database('mitdb');
  if (mitdb) {
    for (const record of ['100', '208']) {
      const files = onDisk(...['hea', 'dat', 'atr'].map((e) => join(mitdb, `${record}.${e}`)));
      const real = (await analyze(page, files)).analysis;
      compare(`record ${record}, native and WebAssembly`, real, nativeBeats(folder, files, real.model.name));
    }
  } else {
    console.log('  SKIPPED for MIT-BIH records: none here (set TELLTALE_DATA)');
  }
  assert.deepEqual(page.wrong, []);
  await browser.close();
});

test('without cross-origin isolation: one thread, the same result', async () => {
  const plain = await serve({ isolated: false });
  const browser = await launch();
  const page = await openPage(browser, plain);
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  const { analysis } = await analyze(page, ectopy());
  compare('synthetic, native and WebAssembly on one thread', analysis, nativeBeats(folder, ectopy(), analysis.model.name));
  assert.deepEqual(page.wrong, []);
  await browser.close();
  await plain.close();
});

test('no adapter: WebAssembly, and the page says so, also when WebGPU was asked for', async () => {
  const browser = await launch();
  const page = await openPage(browser, server, { settings: { provider: 'webgpu' } });
  const { analysis } = await analyze(page, ectopy());
  assert.equal(analysis.provider.current, 'wasm');
  assert.match(analysis.provider.note, /no WebGPU adapter/);
  await browser.close();
});

test('WebGPU: self-test, the same probabilities, switchable, remembered, software adapters avoided', async () => {
  const browser = await launch({ webgpu: true });
  const page = await openPage(browser, server);
  const leads = ectopyLeads().map((lead) => lead.slice(0, 3600));  // ten seconds: it is very slow here
  const files = wfdb16('short', leads);
  const auto = await analyze(page, files);
  if (!auto.analysis.provider.available.includes('webgpu')) {
    assert.fail('Chromium gives no WebGPU adapter under its software flags');
  }
  assert.equal(auto.analysis.provider.current, 'wasm');
  assert.match(auto.analysis.provider.note, /imitated|slower/);
  assert.ok(!server.requests.some(({ path }) => path.includes('asyncify.wasm')), 'the WebGPU build was not loaded');

  await page.evaluate(() => {
    const select = [...document.querySelectorAll('#mirror-commands select')].find((s) => [...s.options].some((o) => o.value === 'webgpu'));
    select.value = 'webgpu';
    select.dispatchEvent(new Event('change'));
  });
  await page.waitForFunction(() => window.telltale.state().provider?.choice === 'webgpu' && window.telltale.state().phase === 'ready');
  const state = await page.evaluate(() => window.telltale.state());
  console.log(`  ${state.provider.note}`);
  assert.equal(state.provider.current, 'webgpu', state.provider.note);
  assert.ok(state.self_test.max_difference <= allowed);
  console.log(`  self-test: ${state.self_test.beats} beats, difference ${state.self_test.max_difference.toExponential(2)}, ` +
    `WebAssembly ${state.self_test.wasm_beats_per_second.toFixed(0)} and WebGPU (software) ` +
    `${state.self_test.webgpu_beats_per_second.toFixed(1)} beats/s`);
  assert.equal(await page.evaluate(() => localStorage.getItem('telltale.provider')), 'webgpu');

  const webgpu = await analyze(page, files);
  assert.equal(webgpu.analysis.provider.current, 'webgpu');
  compare('WebGPU and WebAssembly', webgpu.analysis,
    { positions: positions(auto.analysis), probabilities: flat(auto.analysis) });
  compare('WebGPU and native', webgpu.analysis, nativeBeats(folder, files, webgpu.analysis.model.name));

  const back = await analyze(page, files, { provider: 'wasm' });
  assert.equal(back.analysis.provider.current, 'wasm');
  assert.match(back.analysis.provider.note, /as chosen/);
  assert.deepEqual(page.wrong, []);
  await browser.close();
});
