// Builds the page into web/dist: the app at /, the landing page at /about/, the documentation at
// /docs/. The WebAssembly modules come from `cmake --build --preset web`.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { marked } from 'marked';
import { defineConfig, type Plugin } from 'vite';
import { icons, manifest, serviceWorker, tag } from './web/offline/plugin';

const root = import.meta.dirname;
const bin = join(root, 'build/web/bin');
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
const ortDist = join(root, 'node_modules/onnxruntime-web/dist');
const ortVersion = (JSON.parse(
  readFileSync(join(root, 'node_modules/onnxruntime-web/package.json'), 'utf8')) as { version: string }).version;
const ortFolder = `ort/${ortVersion}/`;

/** Of a model's card what choosing needs; see shared/classify/card.hpp. */
interface Card {
  title?: string;
  default_for?: string;
  twin?: string;
  training_records?: string[];
  input?: { kind?: string };
}

/** The card inside an ONNX file: its metadata property "telltale" (protobuf, field 14 of the outermost message). */
function readCard(path: string): Card {
  const bytes = readFileSync(path);
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag % 8 !== 2) { varint(); continue; }
    const length = varint();
    const end = at + length;
    if (Math.floor(tag / 8) !== 14) { at = end; continue; }
    const entry: string[] = [];
    while (at < end) {
      varint();
      const size = varint();
      entry.push(bytes.toString('utf8', at, at + size));
      at += size;
    }
    if (entry[0] === 'telltale') return JSON.parse(entry[1]!) as Card;
  }
  return {};
}

/** Groups of the models' menu, in its order. */
const modelGroups = ['For recordings', 'Published systems', 'Published systems, on unseen patients'] as const;

/** Files that the page fetches as they are: their place under the page, and where they come from. */
function served(): Map<string, { path?: string; text?: string }> {
  const files = new Map<string, { path?: string; text?: string }>();
  for (const name of [
    'ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm',
    'ort.webgpu.bundle.min.mjs', 'ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm',
  ]) files.set(ortFolder + name, { path: join(ortDist, name) });

  const models = join(root, 'models');
  const onnx = existsSync(models) ? readdirSync(models).filter((name) => name.endsWith('.onnx')).sort() : [];
  for (const name of onnx) files.set(`models/${name}`, { path: join(models, name) });
  // With these the page asks for a model, and sees whether it is the one it was made with.
  const print = (file: string) => {
    const bytes = readFileSync(join(models, file));
    return { tag: tag(bytes), sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  // Those that name the rhythm or mark waves are none to name beats with; the page asks for them by themselves.
  const takeOut = (what: string) => {
    const found = onnx.filter((name) => readCard(join(models, name)).default_for === what);
    for (const name of found) onnx.splice(onnx.indexOf(name), 1);
    return found[0] ? { file: found[0], ...print(found[0]) } : null;
  };
  const rhythm = takeOut('rhythm');
  const waves = takeOut('waves');
  const twins = new Set<string>();
  const listed = onnx.map((file) => {
    const card = readCard(join(models, file));
    const { title = '', twin = '', training_records = [], default_for = '' } = card;
    if (card.input?.kind !== 'sequence' && twin) twins.add(twin);
    return { name: file.replace(/\.onnx$/, ''), file, ...print(file), bytes: statSync(join(models, file)).size, title, twin, training_records,
      default_for, sequence: card.input?.kind === 'sequence' };
  }).map(({ sequence, ...model }) => ({ ...model,
    group: modelGroups[sequence ? 0 : twins.has(model.name) || model.name.endsWith('-honest') ? 2 : 1] }));
  // The page takes the first one unless the person chose another.
  const order = (model: { group: string; default_for: string }) =>
    modelGroups.findIndex((group) => group === model.group) - (model.default_for === 'recordings' ? 0.5 : 0);
  listed.sort((a, b) => order(a) - order(b));
  files.set('models/index.json', { text: JSON.stringify({ models: listed, rhythm, waves }) });

  const samples = join(root, 'assets/samples');
  for (const name of readdirSync(samples)) files.set(`samples/${name}`, { path: join(samples, name) });
  for (const { place, file } of icons) files.set(place, { path: join(root, 'assets', file) });
  files.set('manifest.webmanifest', { text: manifest });
  return new Map([...files, ...site()]);
}

/** The landing page and the documentation, rendered from site/. */
const pages = [
  { file: 'index.md', place: 'docs/', name: 'Using it' },
  { file: 'formats.md', place: 'docs/formats/', name: 'Formats' },
  { file: 'check.md', place: 'docs/check/', name: 'Nothing leaves' },
  { file: 'models.md', place: 'docs/models/', name: 'Models' },
  { file: 'limits.md', place: 'docs/limits/', name: 'Limits' },
  { file: 'adapt.md', place: 'docs/adapt/', name: 'Answers' },
  { file: 'features.md', place: 'docs/features/', name: 'Features' },
  { file: 'detector.md', place: 'docs/detector/', name: 'Detector' },
  { file: 'rhythm.md', place: 'docs/rhythm/', name: 'Rhythm' },
  { file: 'waves.md', place: 'docs/waves/', name: 'Waves' },
  { file: 'training.md', place: 'docs/training/', name: 'Reading a training' },
  { file: 'data.md', place: 'docs/data/', name: 'Data' },
  { file: 'batch.md', place: 'docs/batch/', name: 'Many recordings' },
  { file: 'cluster.md', place: 'docs/cluster/', name: 'Clusters' },
  { file: 'scripting.md', place: 'docs/scripting/', name: 'Scripting' },
  { file: 'architecture.md', place: 'docs/architecture/', name: 'Architecture' },
];

function site(): Map<string, { path?: string; text?: string }> {
  const read = (name: string) => readFileSync(join(root, 'site', name), 'utf8');
  const layout = read('layout.html');
  const files = new Map<string, { path?: string; text?: string }>();
  const add = (place: string, title: string, kind: string, content: string) => {
    const up = '../'.repeat(place.split('/').length - 1);
    const nav = pages.map((page) =>
      `<a href="${up}${page.place}"${page.place === place ? ' aria-current="page"' : ''}>${page.name}</a>`).join('');
    files.set(`${place}index.html`, { text: layout.replace('{content}', () => content)
      .replaceAll('{title}', title).replaceAll('{kind}', kind).replaceAll('{nav}', nav).replaceAll('{root}', up) });
  };
  add('about/', 'Telltale: ECG beats, found and named', 'landing', read('landing.html'));
  for (const { file, place } of pages) {
    const text = read(file);
    add(place, `${/^# (.*)$/m.exec(text)?.[1] ?? file} - Telltale`, 'docs', marked.parse(text, { async: false }));
  }
  files.set('about/site.css', { path: join(root, 'site/site.css') });
  files.set('docs/architecture/architecture.svg', { path: join(root, 'site/architecture.svg') });
  files.set('about/icon.svg', { path: join(root, 'assets/icon.svg') });
  files.set('about/page.png', { path: join(root, 'assets/page.png') });
  return files;
}

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8', css: 'text/css', svg: 'image/svg+xml', png: 'image/png', mjs: 'text/javascript', json: 'application/json', wasm: 'application/wasm', webmanifest: 'application/manifest+json',
};

function telltale(): Plugin {
  return {
    name: 'telltale',
    buildStart() {
      for (const name of ['core.mjs', 'core.wasm', 'app.mjs', 'app.wasm']) {
        if (!existsSync(join(bin, name))) {
          this.error(`build/web/bin/${name} is not there: run  ./dev exec cmake --preset web  and  ` +
            './dev exec cmake --build --preset web  first (./dev run does)');
        }
      }
    },
    generateBundle() {
      for (const [fileName, { path, text }] of served()) {
        this.emitFile({ type: 'asset', fileName, source: text ?? readFileSync(path!) });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const asked = (request.url ?? '/').slice(1).split('?')[0]!;
        const name = asked.endsWith('/') ? `${asked}index.html` : asked;
        const file = served().get(name);
        if (!file) { next(); return; }
        response.setHeader('Content-Type', types[name.split('.').pop()!] ?? 'application/octet-stream');
        if (file.text !== undefined) response.end(file.text);
        else createReadStream(file.path!).pipe(response);
      });
    },
    // Inline styles and scripts are allowed by their hash, so that nothing else inline runs.
    transformIndexHtml: {
      order: 'post',
      handler(built, context) {
        // Left as they are named: the manifest's own addresses are relative to it.
        const html = built.replace('<link rel="icon"', '<link rel="manifest" href="./manifest.webmanifest">' +
          '<link rel="apple-touch-icon" href="./icons/icon-192.png"><link rel="icon"');
        if (context.server) return html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
        const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
        const all = (tag: string) =>
          [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map((m) => hash(m[1]!)).join(' ');
        return html.replace('{style-hashes}', all('style')).replace('{script-hashes}', all('script'));
      },
    },
  };
}

// Cross-origin isolation lets the network use threads; without these headers it runs on one.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: join(root, 'web'),
  base: './',
  publicDir: false,
  plugins: [telltale(), serviceWorker(join(root, 'web/offline/service_worker.ts'))],
  resolve: { alias: { '@core': bin, '@app': bin } },
  define: { __VERSION__: JSON.stringify(version), __ORT_FOLDER__: JSON.stringify(ortFolder),
    __MODELS__: JSON.stringify(`models/index.json?${tag(served().get('models/index.json')!.text!)}`) },
  build: {
    outDir: resolve(root, 'web/dist'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rollupOptions: { input: { index: join(root, 'web/index.html') } },
  },
  worker: { format: 'es' },
  preview: { headers, port: 4173 },
  server: { headers, fs: { allow: [root] } },
});
