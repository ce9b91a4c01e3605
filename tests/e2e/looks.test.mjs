// What the page looks like, for people to look at (build/screenshots), and the part of it that a
// program can judge: something is drawn, in the right light, within the screen.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, classified, database, drop, idle, launch, onDisk, openWindow, press, settled, screenshots, serve, still } from './page.mjs';
import { readPng, writePalettePng } from './png.mjs';
import { ectopy } from './recordings.mjs';

let server, browser;
before(async () => { server = await serve(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.close(); });

/** How many colours a picture has, and how bright it is on average (0 to 255). */
function judge(page, png) {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const colours = new Set();
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) {
      colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      sum += (data[i] + data[i + 1] + data[i + 2]) / 3;
    }
    return { colours: colours.size, brightness: sum / (data.length / 4) };
  }, png.toString('base64'));
}

async function picture(page, path) {
  const png = await still(page);
  writeFileSync(path, png);
  return png;
}

for (const [device, viewport, scale, touch] of [
  ['desktop', { width: 1440, height: 900 }, 1, false], ['phone', { width: 390, height: 844 }, 2, true]]) {
  for (const theme of ['light', 'dark', 'contrast']) {
    test(`${device}, ${theme}`, async () => {
      const page = await openWindow(browser, server,
        { viewport, deviceScaleFactor: scale, hasTouch: touch, settings: { theme } });
      const empty = await judge(page, await picture(page, join(screenshots, `${device}-${theme}-empty.png`)));
      assert.ok(empty.colours > 20, `the empty page has ${empty.colours} colours`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
      await drop(page, ectopy());
      await classified(page);
      const shown = await judge(page, await picture(page, join(screenshots, `${device}-${theme}.png`)));
      assert.ok(shown.colours > 40, `the window has ${shown.colours} colours`);
      for (const { brightness } of [empty, shown]) {
        if (theme === 'light') assert.ok(brightness > 170, `light: ${brightness}`);
        else assert.ok(brightness < 90, `${theme}: ${brightness}`);
      }
      assert.deepEqual(page.wrong, []);
      await page.context().close();
    });
  }
}

test('the picture for the README', async () => {
  const page = await openWindow(browser, server, { settings: { theme: 'light' } });
  await analyze(page, ectopy());
  await idle(page);
  // A beat that came early, and why the model calls it so.
  await press(page, 'class:S');
  await press(page, 'step:next');
  await press(page, 'step:stop');
  await press(page, 'tab:Beat');
  await press(page, 'explain');
  await page.waitForFunction(() => window.telltale.explanation() !== null);
  await page.mouse.move(700, 880);
  const png = await still(page);
  writeFileSync(join(screenshots, 'page.png'), writePalettePng(readPng(png)));
  assert.ok((await judge(page, png)).colours > 40);
  console.log('  assets/page.png is a copy of build/screenshots/page.png');
  await page.context().close();
});

/** Every view, on the sample and on two real records with much to see. */
const mitdb = database('mitdb');
for (const [name, files] of /** @type {any[][]} */ ([
  ['ectopy', ectopy], ...['208', '119'].map((record) => [record,
    mitdb && (() => onDisk(...['hea', 'dat', 'atr'].map((ending) => join(mitdb, `${record}.${ending}`))))])])) {
  const skip = files ? false : 'SKIPPED: the MIT-BIH records are not on this machine';
  for (const [device, viewport, scale, touch, theme] of /** @type {any[][]} */ ([
    ['desktop', { width: 1440, height: 900 }, 1, false, 'light'],
    ['phone', { width: 390, height: 844 }, 2, true, 'dark'],
    // The smallest phone that the page is made for, and 4K as a wide screen and as a fine one.
    ...(name === 'ectopy' ? [['small', { width: 360, height: 640 }, 2, true, 'light'],
      ['large', { width: 3840, height: 2160 }, 1, false, 'light'], ['fine', { width: 1920, height: 1080 }, 2, false, 'dark']] : [])])) {
    test(`every view of ${name}, ${device}, ${theme}`, { skip }, async () => {
      const page = await openWindow(browser, server,
        { viewport, deviceScaleFactor: scale, hasTouch: touch, settings: { theme } });
      await analyze(page, files());
      await idle(page);
      await page.keyboard.press('ArrowRight');
      // In 4K software drawing takes half a minute a picture: the two that differ most.
      const fourK = viewport.width * scale > 3000;
      for (const view of fourK ? ['Summary', 'disclosure'] : ['Summary', 'Beat', 'Events', 'HRV', 'Intervals', 'Clusters', 'Compare', 'Model', 'disclosure']) {
        // By its key: on a small screen the row of tabs is wider than the panel.
        if (view === 'disclosure') await press(page, 'view:disclosure');
        else {
          await page.keyboard.press(String(['Summary', 'Beat', 'Events', 'HRV', 'Intervals', 'Clusters', 'Compare', 'Model'].indexOf(view) + 1));
          await settled(page);
        }
        const { colours, brightness } = await judge(page, await picture(page, join(screenshots, `${name}-${device}-${theme}-${view}.png`)));
        assert.ok(colours > 40, `${view} has ${colours} colours`);
        assert.ok(theme === 'light' ? brightness > 170 : brightness < 90, `${view}: ${brightness}`);
      }
      assert.deepEqual(page.wrong, []);
      await page.context().close();
    });
  }
}
