// What the page costs, printed: bytes, first paint, seconds from drop to classified, beats a second,
// memory. Run by hand or by `./dev bench`; nothing is asserted.
import { join } from 'node:path';
import { analyze, database, drop, launch, onDisk, openPage, serve, until } from '../e2e/page.mjs';
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
await server.close();
