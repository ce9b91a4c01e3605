// What the page costs, printed: bytes, first paint, seconds from drop to classified, beats a second,
// memory; and frames a second on a day's recording. Run by hand or by `./dev bench`; nothing is asserted.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze, database, drop, launch, onDisk, openPage, patience, serve, settled, shown, telltale, until } from '../e2e/page.mjs';
import { ectopyLeads, wfdb16 } from '../e2e/recordings.mjs';

const server = await serve();
const print = (what, value) => console.log(`${what.padEnd(44)} ${value}`);
const mb = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

async function timed(page, files) {
  const finished = await page.evaluate(() => {
    addEventListener('drop', () => { window.droppedAt = performance.now(); }, { capture: true, once: true });
    return window.telltale.state().finished;
  });
  await drop(page, files);
  const end = await page.waitForFunction((n) => window.telltale.state().finished > n && performance.now(), finished);
  return (await end.jsonValue() - await page.evaluate(() => window.droppedAt)) / 1000;
}

const mitdb = database('mitdb');
const [name, files] = mitdb
  ? ['MIT-BIH record 100', onDisk(...['hea', 'dat', 'atr'].map((e) => join(mitdb, `100.${e}`)))]
  : ['30 min synthetic', wfdb16('half-hour', ectopyLeads(), { repeat: 30 })];

for (const isolated of [true, false]) {
  const threads = isolated ? 'threads' : 'one thread';
  const place = isolated ? server : await serve({ isolated: false });
  const browser = await launch();
  const page = await openPage(browser, place);
  if (isolated) {
    await until(() => place.requests.some(({ path }) => /threaded\.wasm$/.test(path)), 'ONNX Runtime');
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
    const sizes = new Map(place.requests.map(({ path, size }) => [path, size]));
    const sum = (pattern) => [...sizes].filter(([path]) => pattern.test(path)).reduce((n, [, size]) => n + size, 0);
    print('first contentful paint', `${paint.toFixed(0)} ms`);
    print('own WebAssembly', mb(sum(/^\/assets\/.*\.wasm$/)));
    print('own JavaScript', mb(sum(/^\/assets\/.*\.js$/)));
    print('ONNX Runtime (after the first paint)', mb(sum(/^\/ort\//)));
    print('models', mb(sum(/\.onnx$/)));
  }
  const seconds = [];
  for (let i = 0; i < 4; ++i) seconds.push(await timed(page, files));
  const { analysis } = await analyze(page, files);
  print(`${name}, drop to classified, ${threads}`,
    `first ${seconds[0].toFixed(2)} s, then ${Math.min(...seconds.slice(1)).toFixed(2)} s (${analysis.beats.length} beats)`);
  print(`network, ${threads}`, `${analysis.provider.beats_per_second} beats/s (${analysis.provider.current})`);
  print('core memory', mb(await page.evaluate(() => window.telltale.state().memory)));
  await browser.close();
  if (!isolated) await place.close();
}

// --- a day: two leads at 250 Hz --------------------------------------------------------------

/** Frames a second, and milliseconds of script a frame, while `move` is done on every frame. */
async function frames(page, seconds, move) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const script = async () => (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'ScriptDuration').value;
  const [drawn, before] = [(await shown(page)).frames, await script()];
  const spent = await page.evaluate(([length, action]) => new Promise((done) => {
    const canvas = document.getElementById('canvas');
    const { x, y, width, height } = window.telltale.window().targets.find((t) => t.name === 'strip' || t.name === 'disclosure');
    const start = performance.now();
    let count = 0;
    const next = () => {
      const now = performance.now() - start;
      if (now > length * 1000) { done(now / 1000); return; }
      ++count;
      const turn = { pan: { deltaX: 40, deltaY: 0 }, zoom: { deltaX: 0, deltaY: Math.floor(count / 40) % 2 ? -30 : 30 }, scroll: { deltaX: 0, deltaY: 60 } }[action];
      canvas.dispatchEvent(new WheelEvent('wheel', { ...turn, clientX: x + width / 2, clientY: y + height / 2, bubbles: true, cancelable: true }));
      requestAnimationFrame(next);
    };
    canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: x + width / 2, clientY: y + height / 2, pointerType: 'mouse' }));
    requestAnimationFrame(next);
  }), [seconds, move]);
  const count = (await shown(page)).frames - drawn;
  return `${(count / spent).toFixed(0)} frames/s, ${((1000 * (await script() - before)) / count).toFixed(1)} ms of script a frame`;
}

if (existsSync(telltale)) {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-'));
  execFileSync(telltale, ['synth', '--out', folder, '--name', 'day', '--duration', '86400', '--rate', '250', '--leads', '2',
    '--pvc', '0.03', '--apb', '0.02'], { stdio: 'ignore' });
  const browser = await launch();
  const page = await openPage(browser, server);
  await page.waitForFunction(() => window.telltale.state().times.window !== undefined);
  const chooser = page.waitForEvent('filechooser');
  await page.click('#choose');
  await (await chooser).setFiles(['hea', 'dat'].map((ending) => join(folder, `day.${ending}`)));
  const start = Date.now();
  const since = () => `${((Date.now() - start) / 1000).toFixed(2)} s`;
  await page.waitForFunction(() => window.telltale.state().recording !== null && window.telltale.window().targets.some((t) => t.name === 'strip'), null, { polling: 20 });
  print('24 h, 2 leads, 250 Hz: files to first view', since());
  await page.waitForFunction(() => window.telltale.state().stage === 'Naming beats', null, { polling: 20, timeout: 10 * patience });
  print('  to all beats found', since());
  await page.waitForFunction(() => window.telltale.state().counts !== null, null, { polling: 100, timeout: 10 * patience });
  const { beats } = await page.evaluate(() => window.telltale.state());
  print(`  to all ${beats} beats named`, since());
  await page.waitForFunction(() => window.telltale.state().phase === 'ready', null, { polling: 100, timeout: 10 * patience });
  print('  to all findings', since());
  print('  core memory', mb(await page.evaluate(() => window.telltale.state().memory)));
  await settled(page);
  print('  panning at 25 mm/s', await frames(page, 4, 'pan'));
  print('  zooming', await frames(page, 4, 'zoom'));
  await page.keyboard.press('d');
  await settled(page);
  print('  scrolling the full disclosure', await frames(page, 4, 'scroll'));
  print('  (drawn by', `${await page.evaluate(() => {
    const gl = document.createElement('canvas').getContext('webgl2');
    return gl.getParameter(gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  })})`);
  await browser.close();
  rmSync(folder, { recursive: true });
}
await server.close();
