// P, QRS and T: the page measures with the network of its own origin, as the program does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, idle, launch, openWindow, press, root, serve, settled, shown, telltale } from './page.mjs';
import { sinus } from './recordings.mjs';

let server, browser;
before(async () => { server = await serve(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.close(); });

test('intervals are those of the program, and follow a person', async () => {
  const page = await openWindow(browser, server);
  await analyze(page, sinus());
  await idle(page);
  const { intervals, waves } = await page.evaluate(() => window.telltale.findings());
  assert.ok(intervals && waves, 'waves are known');
  const told = JSON.parse(execFileSync(telltale, ['analyze', join(root, 'assets/samples/sinus.hea'), '--json', '--no-beats'],
    { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] }));
  const there = told.recordings[0].intervals;
  assert.equal(intervals.all.beats, there.all.beats);
  assert.equal(intervals.all.with_p, there.all.with_p);
  for (const figure of ['pr', 'qrs', 'qt', 'qtc_fridericia']) {
    assert.ok(intervals.all[figure], `${figure} is known`);
    assert.ok(Math.abs(intervals.all[figure].median - there.all[figure].median) < 1, figure);
  }
  assert.ok(intervals.all.with_p > 0.9 * intervals.all.beats, 'a P wave before nearly every beat');

  // A beat that a person calls V is no normal beat any more.
  await page.evaluate(() => window.telltale.edit({ action: 'relabel', beats: [10], class: 'V' }));
  await page.waitForFunction((before) => window.telltale.findings().intervals?.all.beats === before - 1, intervals.all.beats);
  await page.evaluate(() => window.telltale.edit({ action: 'undo' }));
  await page.waitForFunction((before) => window.telltale.findings().intervals?.all.beats === before, intervals.all.beats);

  const file = await page.evaluate(async () => {
    const { name, bytes } = await window.telltale.export('waves_csv');
    return { name, text: new TextDecoder().decode(bytes) };
  });
  assert.match(file.name, /\.waves\.csv$/);
  assert.equal(file.text.trim().split('\n').length, waves.beats.length + 1);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('the tab tells them, the strip marks them', async () => {
  const page = await openWindow(browser, server);
  await analyze(page, sinus());
  await idle(page);
  await press(page, 'tab:Intervals');
  await settled(page);
  assert.equal((await shown(page)).tab, 'intervals');
  await press(page, 'course:QTc (Fridericia), ms by half minutes');
  await page.keyboard.press('1');
  await page.keyboard.press('p');
  await settled(page);
  assert.match(await page.textContent('#mirror-findings'), /Intervals of normal beats/);
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});
