// Draws the icons of the installed page from icon.svg:  ./dev exec node assets/icons.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const folder = import.meta.dirname;
const svg = readFileSync(join(folder, 'icon.svg'), 'utf8');
// A maskable icon may be cut to any shape: no corners of its own, and what matters within the middle four fifths.
const maskable = svg.replace(' rx="14"', '').replace('<path ', '<path transform="translate(9.6 9.6) scale(.7)" ');
if (maskable.length < svg.length) throw new Error('icon.svg is drawn otherwise than this script knows');

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, size, drawing] of /** @type {[string, number, string][]} */ ([
  ['icon-192', 192, svg], ['icon-512', 512, svg], ['icon-maskable-512', 512, maskable]])) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawing}`);
  await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
  await page.close();
}
await browser.close();
