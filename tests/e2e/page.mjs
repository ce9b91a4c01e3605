// A browser with the built page in it, for the tests of this folder: serves web/dist itself,
// drives Debian's Chromium, and hands out helpers that wait for conditions and never for time.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const dist = join(root, 'web/dist');
export const telltale = join(root, 'build/native/bin/telltale');
export const screenshots = join(root, 'build/screenshots');
mkdirSync(screenshots, { recursive: true });

/** Generous: the machine may be slow and shared. */
export const patience = Number(process.env.TELLTALE_PATIENCE ?? 120_000);

/** What the native program finds in files, which it gets in `folder`, with a model of that name. */
export function nativeBeats(folder, files, model) {
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  const header = files.find(({ name }) => name.endsWith('.hea')).name;
  const { recordings: [{ beats }] } = JSON.parse(execFileSync(telltale,
    ['analyze', join(folder, header), '--model', join(root, 'models', `${model}.onnx`), '--json'],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }));
  return {
    positions: beats.map((beat) => beat.sample),
    probabilities: beats.flatMap((beat) => Object.values(beat.probabilities)),
  };
}

/** The folder of a public database, or null where it is not on this machine. */
export function database(name) {
  const data = process.env.TELLTALE_DATA ?? join(root, '../shared/data');
  const folder = join(data, name);
  return existsSync(folder) ? folder : null;
}

const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript',
  '.json': 'application/json', '.wasm': 'application/wasm', '.svg': 'image/svg+xml',
  '.css': 'text/css', '.png': 'image/png', '.webmanifest': 'application/manifest+json',
};

/** Serves web/dist. `isolated` adds the headers that allow threads; `place` is where the page is on
 * the host; `folder()` gives another build than that in web/dist; `port` 0 takes any that is free. */
export async function serve({ isolated = true, place = '/', folder = () => dist, port = 0 } = {}) {
  const requests = [];
  const server = createServer((request, response) => {
    let path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    if (path.endsWith('/')) path += 'index.html';
    const built = folder();
    const file = join(built, normalize(path.replace(place, '/')));
    if (!path.startsWith(place) || request.method === 'POST' || !file.startsWith(built) || !existsSync(file) || !statSync(file).isFile()) {
      requests.push({ path, size: 0 });
      response.writeHead(404).end();
      return;
    }
    const size = statSync(file).size;
    requests.push({ path, size });
    const headers = {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Length': size,
      'Cache-Control': 'max-age=600',
    };
    if (isolated) {
      headers['Cross-Origin-Opener-Policy'] = 'same-origin';
      headers['Cross-Origin-Embedder-Policy'] = 'require-corp';
    }
    response.writeHead(200, headers);
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => { server.listen(port, '127.0.0.1', () => done(null)); });
  const { port: taken } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${taken}${place}`,
    port: taken,
    requests,
    close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }),
  };
}

/** `webgpu` turns on Chromium's software WebGPU; `webgl: false` takes WebGL away. */
export async function launch({ webgpu = false, webgl = true } = {}) {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-dev-shm-usage',
      ...(webgl ? ['--enable-unsafe-swiftshader', '--use-angle=swiftshader'] : ['--disable-gpu', '--disable-3d-apis']),
      ...(webgpu
        ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan',
          '--use-vulkan=swiftshader']
        : []),
    ],
  });
}

/**
 * The page, opened and ready. Fails the test at its end if the page asked anything of another
 * origin or raised an error that nobody caught.
 * Without its service worker, which would answer before the tests that stand in for files can;
 * serviceWorkers: 'allow' gives the page as people have it.
 * @param {any} options of the page: viewport and settings; and those of a browser context
 */
export async function openPage(browser, server, options = {}) {
  const { viewport = { width: 1440, height: 900 }, settings = {}, ...context } = options;
  const page = await (await browser.newContext({ viewport, acceptDownloads: true, serviceWorkers: 'block', ...context })).newPage();
  page.setDefaultTimeout(patience);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(`uncaught: ${error.message}\n${error.stack}`));
  page.on('console', (message) => {
    if (process.env.TELLTALE_VERBOSE) console.log(`  [page] ${message.type()}: ${message.text()}`);
    if (message.type() === 'error') wrong.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(server.url) && !/^(blob|data):/.test(url)) wrong.push(`asked another place: ${url}`);
  });
  await page.addInitScript((values) => {
    for (const [key, value] of Object.entries(values)) {
      if (localStorage.getItem(`telltale.${key}`) === null) localStorage.setItem(`telltale.${key}`, value);
    }
  }, settings);
  await page.goto(server.url);
  await page.waitForFunction(() => window.telltale?.state().phase === 'ready', null, { timeout: patience });
  page.wrong = wrong;
  return page;
}

/** A page whose window is drawn, so that keys and presses reach it. */
export async function openWindow(browser, server, options = {}) {
  const page = await openPage(browser, server, options);
  await page.waitForFunction(() => window.telltale.state().times.window !== undefined);
  return page;
}

/** Waits for a condition of this process. */
export async function until(condition, what) {
  const end = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => { setTimeout(done, 20); });
  }
}

/** Waits until nothing runs any more. */
export function idle(page) {
  return page.waitForFunction(() => window.telltale.state().phase === 'ready', null, { timeout: patience });
}

/** Waits until a recording is classified. */
export function classified(page) {
  return page.waitForFunction(() => {
    const s = window.telltale.state();
    return s.phase === 'ready' && s.counts !== null;
  }, null, { timeout: patience });
}

/** Some frames later: what was asked of the window has been drawn. */
export function settled(page) {
  return page.evaluate(() => new Promise((done) => {
    let frames = 0;
    const next = () => (++frames > 6 ? done() : requestAnimationFrame(next));
    next();
  }));
}

/** The picture once two in a row are the same: fonts, frames and notices have come to rest. */
export async function still(page) {
  let last = null;
  for (let i = 0; i < 60; ++i) {
    const png = await page.screenshot();
    if (last?.equals(png)) break;
    last = png;
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
  }
  return last;
}

/** What the window shows, and what in it can be pressed. */
export const shown = (page) => page.evaluate(() => window.telltale.window());

/** A click on something in the window, by its name. */
export async function press(page, name) {
  await page.waitForFunction((n) => window.telltale.window()?.targets.some((t) => t.name === n), name, { timeout: 20_000 })
    .catch(async () => { throw new Error(`there is no "${name}" among ${(await shown(page)).targets.map((t) => t.name).join(', ')}`); });
  const { targets } = await shown(page);
  const { x, y, width, height } = targets.find((t) => t.name === name);
  await page.mouse.click(x + width / 2, Math.min(y + height / 2, page.viewportSize().height - 4));
  await settled(page);
}

export const onDisk = (...paths) => paths.map((path) => ({ name: basename(path), bytes: readFileSync(path) }));
export const asText = (name, text) => ({ name, bytes: Buffer.from(text) });

/** A real drop of files on the page, as the browser would report it. */
export async function drop(page, files) {
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    return data;
  }, files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })));
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
  }
}

/** Files through window.telltale.analyze; gives the analysis or the errors. */
export async function analyze(page, files, options = {}) {
  return page.evaluate(async ([list, opts]) => {
    const inputs = list.map(({ name, base64 }) => ({
      name, bytes: Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)),
    }));
    try {
      return { analysis: await window.telltale.analyze(inputs, opts) };
    } catch (error) {
      return { errors: error.errors ?? [String(error)], cancelled: error.cancelled ?? false };
    }
  }, [files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })), options]);
}

export async function exported(page, kind) {
  const file = await page.evaluate(async (k) => {
    const result = await window.telltale.export(k);
    return result && { name: result.name, bytes: [...result.bytes] };
  }, kind);
  return file && { name: file.name, bytes: Buffer.from(file.bytes) };
}

export function largestDifference(a, b) {
  if (a.length !== b.length) return Infinity;
  let most = 0;
  for (let i = 0; i < a.length; ++i) {
    const d = Math.abs(a[i] - b[i]);
    if (!(d <= most)) most = Number.isNaN(d) ? Infinity : d;
  }
  return most;
}
