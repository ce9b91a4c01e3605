// Every model that comes along, in the page: listed with its card, run on WebAssembly and, on a few
// beats, on WebGPU, with the probabilities of the native program.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, largestDifference, launch, nativeBeats, openPage, root, serve } from './page.mjs';
import { ectopy, ectopyLeads, wfdb16 } from './recordings.mjs';

const allowed = 1e-4;
// Those that name beats; rhythm.test.mjs and waves.test.mjs hold the others.
const models = readdirSync(join(root, 'models')).filter((f) => f.endsWith('.onnx')).map((f) => f.slice(0, -5))
  .filter((name) => name !== 'telltale-rhythm' && name !== 'telltale-waves');
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

async function compareAll(page, files, provider) {
  for (const model of models) {
    const { analysis, errors } = await analyze(page, files, { model, provider });
    assert.ok(analysis, `${model}: ${errors}`);
    assert.equal(analysis.model.name, model);
    assert.equal(analysis.provider.current, provider);
    assert.ok(analysis.model.description.length > 40, `${model} says how good it is`);
    const difference = largestDifference(flat(analysis), nativeBeats(folder, files, model).probabilities);
    console.log(`  ${provider}, ${model}: ${analysis.beats.length} beats, probabilities differ by at most ${difference.toExponential(2)}`);
    assert.ok(difference <= allowed, `${model}: ${difference} > ${allowed}`);
  }
}

test('every model gives the native probabilities on WebAssembly', async () => {
  const browser = await launch();
  const page = await openPage(browser, server);
  assert.deepEqual([...(await page.evaluate(() => window.telltale.state().models))].sort(), [...models].sort());
  await compareAll(page, ectopy(), 'wasm');
  assert.deepEqual(page.wrong, []);
  await browser.close();
});

test('every model gives the native probabilities on WebGPU', async () => {
  const browser = await launch({ webgpu: true });
  const page = await openPage(browser, server);
  // Three seconds: Chromium's software adapter is very slow.
  await compareAll(page, wfdb16('few', ectopyLeads().map((lead) => lead.slice(0, 1080))), 'webgpu');
  assert.deepEqual(page.wrong, []);
  await browser.close();
});
