// What a trace looks like, pixel by pixel, and what shows while files are dragged over it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { analyze, drop, idle, launch, openWindow, serve, settled, shown, still } from './page.mjs';
import { readPng } from './png.mjs';
import { sinus, wfdb16 } from './recordings.mjs';

let server, browser;
before(async () => { server = await serve(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.close(); });

/** A triangle of 12 Hz and 1.6 mV: steep everywhere, and without noise that could close a gap. */
function triangle(rate, seconds) {
  const period = rate / 12;
  return Array.from({ length: rate * seconds }, (_, i) => {
    const t = (i % period) / period;
    return Math.round(320 * (t < 0.5 ? 2 * t : 2 - 2 * t) - 160);
  });
}

/**
 * Where the trace is, column by column of device pixels, within a part of the picture: the highest
 * and lowest row, and how many rows between them are not of the trace.
 */
function columnsOf({ width, rgb }, { x, y, columns, rows }, isTrace) {
  return Array.from({ length: columns }, (_, c) => {
    const found = [];
    for (let r = 0; r < rows; ++r) {
      const at = 3 * ((y + r) * width + x + c);
      if (isTrace(rgb[at], rgb[at + 1], rgb[at + 2])) found.push(r);
    }
    return { top: found[0] ?? null, bottom: found.at(-1) ?? null, holes: found.length === 0 ? 0 : found.at(-1) - found[0] + 1 - found.length };
  });
}

// Paper is light and its lines are of one hue: nothing else in the strip is this dark.
const isDark = (r, g, b) => r < 150 && g < 150 && b < 150;

for (const rate of [250, 500, 1000]) {
  for (const scale of [1, 2]) {
    test(`a trace of ${rate} Hz is one line at a device pixel ratio of ${scale}`, async () => {
      const page = await openWindow(browser, server,
        { viewport: { width: 1280, height: 800 }, deviceScaleFactor: scale, settings: { theme: 'light' } });
      await analyze(page, wfdb16('triangle', [triangle(rate, 20)], { rate }));
      await idle(page);
      await page.evaluate(() => document.getElementById('canvas').focus());
      for (const name of ['Escape', 'PageDown']) await page.keyboard.press(name);
      await settled(page);
      const strip = (await shown(page)).targets.find((t) => t.name === 'strip');
      // The middle of the row: its edges hold the name, the calibration pulse and the marks of beats.
      const part = {
        x: Math.round((strip.x + 0.3 * strip.width) * scale), columns: Math.round(0.4 * strip.width * scale),
        y: Math.round((strip.y + 40) * scale), rows: Math.round((strip.height - 80) * scale),
      };
      const columns = columnsOf(readPng(await still(page)), part, isDark);
      const empty = columns.filter(({ top }) => top === null).length;
      assert.equal(empty, 0, `${empty} of ${columns.length} columns have no trace`);
      const tall = columns.filter(({ top, bottom }) => bottom - top > 3 * scale).length;
      assert.ok(tall > columns.length / 2, `the trace is steep: ${tall} of ${columns.length}`);
      const holes = columns.filter((c) => c.holes > 0).length;
      assert.equal(holes, 0, `${holes} of ${columns.length} columns are broken`);
      const apart = columns.filter((c, i) => i > 0 && (c.top > columns[i - 1].bottom + 1 || columns[i - 1].top > c.bottom + 1)).length;
      assert.equal(apart, 0, `${apart} of ${columns.length} columns do not touch the one before`);
      assert.deepEqual(page.wrong, []);
      await page.context().close();
    });
  }
}

test('a place to drop shows while files are over an open recording, and only then', async () => {
  const page = await openWindow(browser, server, { settings: { theme: 'light' } });
  await analyze(page, sinus());
  await idle(page);
  const visible = () => page.isVisible('#over');
  assert.equal(await visible(), false);
  const drag = async (type, files = true) => {
    const transfer = await page.evaluateHandle((withFiles) => {
      const data = new DataTransfer();
      if (withFiles) data.items.add(new File(['x'], 'x.csv'));
      else data.setData('text/plain', 'x');
      return data;
    }, files);
    await page.dispatchEvent('#canvas', type, { dataTransfer: transfer });
  };
  await drag('dragenter');
  await drag('dragover');
  assert.equal(await visible(), true);
  assert.match(await page.textContent('#over'), /Drop to open/);
  const box = await page.locator('#over').boundingBox();
  assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, 1440, 900], 'the whole window');
  await drag('dragleave');
  assert.equal(await visible(), false, 'gone with the files');
  await drag('dragenter', false);
  assert.equal(await visible(), false, 'text is no file');
  await drop(page, sinus());
  assert.equal(await visible(), false, 'gone once they are dropped');
  await idle(page);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});
