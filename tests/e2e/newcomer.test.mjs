// Tried as by somebody who has never seen the page: from the empty page to a report and to an
// annotation file, only by what can be seen, with a mouse and with a finger, in under a minute.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { idle, launch, openPage, root, screenshots, serve, settled, shown, telltale } from './page.mjs';
import { ectopy } from './recordings.mjs';

let server, browser, folder;
before(async () => {
  server = await serve();
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'telltale-'));
});
after(async () => {
  await browser?.close();
  await server?.close();
  if (folder) rmSync(folder, { recursive: true });
});

for (const [device, viewport, finger] of /** @type {any[][]} */ ([
  ['1440', { width: 1440, height: 900 }, false], ['390', { width: 390, height: 844 }, true]])) {
  /** A person at that screen: what they press must be there to be seen, whole, and under nothing. */
  async function person(t) {
    const page = await openPage(browser, server, { viewport, hasTouch: finger, isMobile: finger, deviceScaleFactor: finger ? 2 : 1, serviceWorkers: 'allow' });
    // The chooser of every browser: that with handles cannot be answered from here.
    await page.evaluate(() => { window.showOpenFilePicker = undefined; });
    const started = Date.now();
    let pressed = 0, pictures = 0;
    const picture = () => page.screenshot({ path: join(screenshots, `newcomer-${device}-${t.name.split(':')[0]}-${++pictures}.png`) });
    return {
      page,
      async press(name) {
        const see = async () => (await shown(page))?.targets.find((target) => target.name === name);
        await page.waitForFunction((n) => window.telltale.window()?.targets.some((target) => target.name === n), name);
        await settled(page);
        await picture();
        const { x, y, width, height } = await see();
        assert.ok(x >= 0 && y >= 0 && x + width <= viewport.width + 1 && y + height <= viewport.height + 1, `${name} is on the screen`);
        if (finger) assert.ok(width >= 32 && height >= 32, `${name} is large enough for a finger: ${width} x ${height}`);
        const at = [x + width / 2, y + height / 2];
        assert.equal(await page.evaluate(([px, py]) => document.elementFromPoint(px, py)?.id, at), 'canvas', `${name} is under nothing`);
        if (finger) await page.touchscreen.tap(...at);
        else await page.mouse.click(...at);
        pressed += 1;
        await settled(page);
      },
      async pressText(selector, text) {
        const element = page.locator(selector, { hasText: text });
        await picture();
        if (finger) await element.tap();
        else await element.click();
        pressed += 1;
      },
      async done(what) {
        await picture();
        const seconds = (Date.now() - started) / 1000;
        console.log(`  ${what} at ${device} px: ${pressed} presses, ${seconds.toFixed(1)} s`);
        assert.ok(seconds < 60, `under a minute: ${seconds} s`);
        assert.deepEqual(page.wrong, []);
        await page.context().close();
      },
    };
  }

  test(`report: from the empty page by a sample, ${device} px`, async (t) => {
    const { page, press, pressText, done } = await person(t);
    await pressText('#samples button', 'Premature beats');
    await page.waitForFunction(() => window.telltale.findings().rhythm !== null);
    if (finger) await press('menu:menu');
    await press('menu:export');
    const download = page.waitForEvent('download');
    await press('export:html');
    const file = await download;
    assert.equal(file.suggestedFilename(), 'ectopy.html');
    const html = readFileSync(await file.path(), 'utf8');
    assert.match(html, /ectopy/);
    assert.match(html, /not a medical device/i);
    assert.ok(html.split('<svg').length > 2, 'with strips');
    await done('a report');
  });

  test(`annotations: from the empty page by files of one's own, ${device} px`, async (t) => {
    const { page, press, pressText, done } = await person(t);
    const chooser = page.waitForEvent('filechooser');
    await pressText('#choose', 'Choose files');
    // Without the reference: as people's own recordings are.
    const [hea, dat] = ectopy();
    await (await chooser).setFiles([hea, dat].map(({ name, bytes }) => ({ name, mimeType: 'application/octet-stream', buffer: bytes })));
    await page.waitForFunction(() => window.telltale.findings().rhythm !== null);
    await idle(page);
    if (finger) await press('menu:menu');
    await press('menu:export');
    const download = page.waitForEvent('download');
    await press('export:atr');
    const file = await download;
    assert.equal(file.suggestedFilename(), 'ectopy.atr');
    await file.saveAs(join(folder, 'ectopy.atr'));
    for (const { name, bytes } of [hea, dat]) writeFileSync(join(folder, name), bytes);
    const { beats } = JSON.parse(execFileSync(telltale, ['info', join(folder, 'ectopy.hea'), '--json'], { encoding: 'utf8', cwd: root })).files[0].recordings[0];
    const counts = {};
    for (const beat of await page.evaluate(() => window.telltale.beats())) counts[beat.class] = (counts[beat.class] ?? 0) + 1;
    assert.deepEqual(beats, counts, 'the program reads the beats that the page shows');
    await done('annotations');
  });

  test(`beat: a doubtful beat is found, corrected and taken back, ${device} px`, async (t) => {
    const { page, press, pressText, done } = await person(t);
    await pressText('#samples button', 'Premature beats');
    await page.waitForFunction(() => window.telltale.findings().rhythm !== null);
    await idle(page);
    await press('tab:Events');
    await press('review');
    const { selected, tab } = await shown(page);
    const was = (await page.evaluate(() => window.telltale.beats()))[selected].class;
    const other = was === 'V' ? 'S' : 'V';
    // On a phone, which has no keys, the answers come by themselves.
    assert.equal(tab, finger ? 'beat' : 'events');
    if (!finger) await press('tab:Beat');
    await press(`call:${other}`);
    await page.waitForFunction(([i, c]) => window.telltale.beats()[i].class === c, [selected, other]);
    await press('undo');
    await page.waitForFunction(([i, c]) => window.telltale.beats()[i].class === c, [selected, was]);
    await done('a correction');
  });
}
