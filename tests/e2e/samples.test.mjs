// A stranger's first minute: the page opens, a sample is clicked, its beats are there and right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { classified, exported, launch, openPage, serve, until } from './page.mjs';

let server, browser;
before(async () => { server = await serve(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.close(); });

/** Every true beat is found within 50 ms, and nothing else is. */
function assertFound(beats, reference, rate) {
  assert.equal(beats.length, reference.length, 'as many beats as the annotations tell');
  let most = 0;
  reference.forEach((sample, i) => { most = Math.max(most, Math.abs(beats[i] - sample)); });
  assert.ok(most <= 0.05 * rate, `the worst beat is ${most} samples off`);
  return most;
}

for (const [index, title, names] of /** @type {any[][]} */ ([[0, 'Sinus rhythm', ['N']], [1, 'Premature beats', ['N', 'S', 'V']]])) {
  test(`sample "${title}": beats equal its true annotations and are classified`, async () => {
    const page = await openPage(browser, server);
    assert.ok(await page.isVisible('#welcome'), 'the page opens to the drop zone');
    await page.click(`#samples button:nth-of-type(${index + 1})`);
    await classified(page);
    assert.ok(await page.isHidden('#welcome'), 'the recording takes the place of the drop zone');
    const csv = (await exported(page, 'csv')).bytes.toString();
    const [head, ...rows] = csv.trimEnd().split('\n').map((line) => line.split(','));
    assert.deepEqual(head.slice(0, 3), ['time_s', 'sample', 'class']);
    const beats = rows.map((row) => Number(row[1]));
    const state = await page.evaluate(() => window.telltale.state());
    assert.equal(rows.length, state.beats);
    assert.equal(state.counts.reduce((a, b) => a + b, 0), rows.length, 'every beat has a class');
    for (const row of rows) {
      assert.ok(state.model.classes.includes(row[2]), `class "${row[2]}"`);
      const sum = row.slice(3, 3 + state.model.classes.length).reduce((a, b) => a + Number(b), 0);
      assert.ok(Math.abs(sum - 1) < 1e-3, `probabilities sum to ${sum}`);
    }
    const truth = await page.evaluate(async (i) => {
      const list = await (await fetch('samples/index.json')).json();
      const files = await Promise.all(list.samples[i].files.map(async (name) =>
        ({ name, bytes: await (await fetch(`samples/${name}`)).arrayBuffer() })));
      return (await window.telltale.analyze(files)).reference;
    }, index);
    const off = assertFound(beats, truth.map((beat) => beat.sample), state.recording.sampling_rate);
    const letters = [...new Set(truth.map((beat) => 'NSVFQ'[beat.aami]))].sort();
    assert.deepEqual(letters, names, 'the sample shows what its title says');
    const agree = truth.filter((beat, i) => rows[i][2] === 'NSVFQ'[beat.aami]).length;
    console.log(`  ${title}: ${beats.length} beats, at most ${off} samples from the annotations; ` +
      `${state.model.name} names ${agree} of them as the synthesiser does; counts ${state.counts}`);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('what is fetched before the first paint, and in all', async () => {
  server.requests.length = 0;
  const page = await openPage(browser, server, { serviceWorkers: 'allow' });
  await page.waitForFunction(() => window.telltale.state().times.painted !== undefined);
  // The page's own mark: a browser without a display may report its first paint late or never.
  const paint = await page.evaluate(() => {
    const painted = window.telltale.state().times.painted;
    const entries = [performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')];
    return {
      painted,
      reported: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      before: entries.filter((e) => e.startTime < painted).map((e) => ({ name: e.name, bytes: e.encodedBodySize })),
    };
  });
  const bytes = paint.before.reduce((sum, e) => sum + e.bytes, 0);
  console.log(`  painted after ${paint.painted.toFixed(0)} ms (the browser says ${paint.reported?.toFixed(0) ?? 'nothing'}), ` +
    `${bytes} bytes in ${paint.before.length} files asked for before it`);
  assert.ok(bytes > 0, 'the page itself is counted');
  assert.ok(bytes < 120_000, 'the first paint waits for little more than the page and its two scripts');
  assert.ok(!paint.before.some((e) => /\.wasm|\.onnx/.test(e.name)));
  await until(() => server.requests.some(({ path }) => path.endsWith('threaded.wasm')), 'ONNX Runtime to be asked for');
  const total = new Map();
  for (const { path, size } of server.requests) total.set(path, size);
  const sum = (pattern) => [...total].filter(([path]) => pattern.test(path)).reduce((n, [, size]) => n + size, 0);
  console.log(`  own WebAssembly ${sum(/^\/assets\/.*\.wasm$/)}, own JavaScript ${sum(/^\/assets\/.*\.js$/)}, ` +
    `ONNX Runtime ${sum(/^\/ort\//)}, model ${sum(/\.onnx$/)}, in all ${sum(/./)} bytes`);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});
