// Builds the service worker: which of the page's files it holds, told by their content. And the
// manifest by which the page is installed.
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import type { Entry, Plan } from './plan';

const script = 'sw.js';
/** Models above this are kept when they are used, in bytes. */
const smallModel = 1_000_000;

type When = 'page' | 'idle' | 'used';

function when(file: string, bytes: number): When {
  if (file.startsWith('ort/')) return /webgpu|asyncify/.test(file) ? 'used' : 'idle';
  if (file.endsWith('.onnx')) return bytes > smallModel ? 'used' : 'idle';
  return 'page';
}

/** The name under which the page asks for a file: models are asked for with a part of their fingerprint. */
export const tag = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex').slice(0, 16);

function entry(file: string, content: string | Uint8Array): Entry {
  const named = file.startsWith('models/');
  return {
    url: named ? `${file}?${tag(content)}` : file.replace(/(^|\/)index\.html$/, '$1') || './',
    fixed: named || /^(assets|ort)\//.test(file),
    integrity: `sha256-${createHash('sha256').update(content).digest('base64')}`,
  };
}

export function serviceWorker(source: string): Plugin {
  return {
    name: 'telltale-offline',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: source, fileName: script });
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const plan: Plan = { build: '', page: [], idle: [], used: [] };
        for (const file of Object.keys(bundle).sort()) {
          if (file === script) continue;
          const made = bundle[file]!;
          const content = made.type === 'chunk' ? made.code : made.source;
          plan[when(file, content.length)].push(entry(file, content));
        }
        plan.build = tag(JSON.stringify(plan));
        const chunk = bundle[script];
        if (chunk?.type !== 'chunk' || chunk.imports.length > 0) this.error('the service worker must be one file');
        const place = /["'`]__TELLTALE_PLAN__["'`]/;
        if (!place.test(chunk.code)) this.error('the service worker has no place for its plan');
        chunk.code = chunk.code.replace(place, () => JSON.stringify(JSON.stringify(plan)));
      },
    },
  };
}

/** Endings of the files that the page reads; site/formats.md has the list for people. */
const kinds: Record<string, string[]> = {
  'application/octet-stream': ['.hea', '.dat', '.atr', '.mat', '.edf', '.bdf', '.scp', '.ecg', '.ann', '.atc', '.acq', '.inf', '.onnx'],
  'application/dicom': ['.dcm'],
  'application/xml': ['.xml'],
  'application/json': ['.json'],
  'application/zip': ['.zip'],
  'application/gzip': ['.gz'],
  'text/csv': ['.csv'],
  'text/tab-separated-values': ['.tsv'],
  'text/plain': ['.txt', '.arff', '.ts'],
};

/** The icons that assets/icons.mjs draws: place under the page, file in assets/, sizes, purpose. */
export const icons = [
  { place: 'icons/icon-192.png', file: 'icon-192.png', sizes: '192x192', purpose: 'any' },
  { place: 'icons/icon-512.png', file: 'icon-512.png', sizes: '512x512', purpose: 'any' },
  { place: 'icons/icon-maskable-512.png', file: 'icon-maskable-512.png', sizes: '512x512', purpose: 'maskable' },
];

export const manifest = JSON.stringify({
  id: './',
  name: 'Telltale: ECG beats, found and named',
  short_name: 'Telltale',
  description: 'Drop in an ECG recording and see every heartbeat found and named. Nothing leaves your machine.',
  start_url: './',
  scope: './',
  display: 'standalone',
  background_color: '#fbfaf7',
  theme_color: '#0b6b74',
  categories: ['medical', 'education', 'utilities'],
  icons: icons.map(({ place, sizes, purpose }) => ({ src: place, sizes, type: 'image/png', purpose })),
  file_handlers: [{ action: './', accept: kinds, launch_type: 'single-client' }],
  share_target: {
    action: 'share', method: 'POST', enctype: 'multipart/form-data',
    params: { files: [{ name: 'files', accept: Object.entries(kinds).flatMap(([type, endings]) => [type, ...endings]) }] },
  },
});
