// Builds the page into web/dist: the app at /, the landing page at /about/, the documentation at
// /docs/. The WebAssembly modules come from `cmake --build --preset web`.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;
const bin = join(root, 'build/web/bin');
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
const ortDist = join(root, 'node_modules/onnxruntime-web/dist');
const ortVersion = (JSON.parse(
  readFileSync(join(root, 'node_modules/onnxruntime-web/package.json'), 'utf8')) as { version: string }).version;
const ortFolder = `ort/${ortVersion}/`;

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
  files.set('models/index.json', { text: JSON.stringify({
    models: onnx.map((file) => ({
      name: file.replace(/\.onnx$/, ''), file, bytes: statSync(join(models, file)).size,
    })),
  }) });

  const samples = join(root, 'assets/samples');
  for (const name of readdirSync(samples)) files.set(`samples/${name}`, { path: join(samples, name) });
  return files;
}

const types: Record<string, string> = {
  mjs: 'text/javascript', js: 'text/javascript', json: 'application/json', wasm: 'application/wasm',
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
        const file = served().get((request.url ?? '/').slice(1).split('?')[0]!);
        if (!file) { next(); return; }
        const name = file.path ?? 'index.json';
        response.setHeader('Content-Type', types[name.split('.').pop()!] ?? 'application/octet-stream');
        if (file.text !== undefined) response.end(file.text);
        else createReadStream(file.path!).pipe(response);
      });
    },
    // Inline styles and scripts are allowed by their hash, so that nothing else inline runs.
    transformIndexHtml: {
      order: 'post',
      handler(html, context) {
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
  plugins: [telltale()],
  resolve: { alias: { '@core': bin, '@app': bin } },
  define: { __VERSION__: JSON.stringify(version), __ORT_FOLDER__: JSON.stringify(ortFolder) },
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
