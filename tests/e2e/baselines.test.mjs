// Every view of the built-in sample against the picture of it that is kept in baselines/. Where a
// view is meant to look otherwise now, look at the new pictures and keep them:
//
//   ./dev exec env TELLTALE_RENEW=1 ctest --preset all -R "e2e: baselines"
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { analyze, idle, launch, openWindow, press, screenshots, serve, settled, shown, still } from './page.mjs';
import { readPng, writePalettePng, writePng } from './png.mjs';
import { ectopy } from './recordings.mjs';

/** A pixel differs where a channel is this far from the baseline's, whose colours are a palette. */
const channel = 40;
/** So many of a picture's pixels may differ: 129 on the desktop, 32 on a phone. The palette alone
 * makes up to 0.003 % differ. */
const share = 0.0001;

const kept = join(dirname(fileURLToPath(import.meta.url)), 'baselines');
const renew = process.env.TELLTALE_RENEW === '1';
const out = join(screenshots, 'baselines');
mkdirSync(out, { recursive: true });

let server, browser;
before(async () => { server = await serve(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.close(); });

/** Blanks what changes from run to run: how fast the model was. */
function blank(picture, { x, y, width, height }) {
  for (let row = Math.floor(y); row < Math.min(picture.height, Math.ceil(y + height)); ++row) {
    picture.rgb.fill(128, (row * picture.width + Math.floor(x)) * 3, (row * picture.width + Math.min(picture.width, Math.ceil(x + width))) * 3);
  }
}

function compare(name, picture) {
  const path = join(kept, `${name}.png`);
  if (renew) {
    writeFileSync(path, writePalettePng(picture));
    return;
  }
  const hint = 'if it is meant to look like this, renew the baselines (see the top of baselines.test.mjs)';
  writeFileSync(join(out, `${name}-actual.png`), writePng(picture));
  assert.ok(existsSync(path), `there is no baseline ${name}.png; ${hint}`);
  const expected = readPng(readFileSync(path));
  assert.deepEqual([picture.width, picture.height], [expected.width, expected.height], `${name}: the size differs; ${hint}`);
  // What differs in red, over the picture in pale grey.
  const difference = { ...picture, rgb: Buffer.alloc(picture.rgb.length) };
  let differing = 0;
  for (let i = 0; i < picture.rgb.length; i += 3) {
    const far = Math.max(...[0, 1, 2].map((c) => Math.abs(picture.rgb[i + c] - expected.rgb[i + c])));
    if (far > channel) differing += 1;
    difference.rgb.set(far > channel ? [220, 0, 0] : new Array(3).fill(192 + (picture.rgb[i + 1] >> 2)), i);
  }
  const pixels = picture.rgb.length / 3;
  const text = `${differing} of ${pixels} pixels differ (${(100 * differing / pixels).toFixed(3)} %)`;
  if (differing > 0) console.log(`  ${name}: ${text}`);
  if (differing <= share * pixels) return;
  writeFileSync(join(out, `${name}-difference.png`), writePng(difference));
  assert.fail(`${name}: ${text}, ${100 * share} % may. Compare ${name}-actual.png and ${name}-difference.png in ${out} ` +
    `with ${path}; ${hint}`);
}

for (const [device, viewport, touch] of /** @type {any[][]} */ ([
  ['desktop', { width: 1440, height: 900 }, false], ['phone', { width: 390, height: 844 }, true]])) {
  for (const theme of ['light', 'dark']) {
    test(`${device}, ${theme}`, async (t) => {
      const page = await openWindow(browser, server, { viewport, hasTouch: touch, settings: { theme } });
      const take = async (view) => {
        const picture = readPng(await still(page));
        for (const target of (await shown(page)).targets) if (target.name === 'changing') blank(picture, target);
        compare(`${device}-${theme}-${view}`, picture);
      };
      await t.test('empty', () => take('empty'));
      await analyze(page, ectopy());
      await idle(page);
      await page.keyboard.press('ArrowRight');
      await page.mouse.move(viewport.width / 2, 1);
      for (const view of ['Summary', 'Beat', 'Events', 'HRV', 'Intervals', 'Clusters', 'Compare', 'Model', 'disclosure']) {
        await press(page, view === 'disclosure' ? 'view:disclosure' : `tab:${view}`);
        await t.test(view, () => take(view.toLowerCase()));
      }
      await press(page, 'view:strip');
      await page.evaluate(() => window.telltale.second('telltale-ds1'));
      await press(page, 'tab:Compare');
      await settled(page);
      await t.test('two models', () => take('two-models'));
      assert.deepEqual(page.wrong, []);
      await page.context().close();
    });
  }
}
