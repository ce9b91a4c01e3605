// Being in charge: cancel, a worker that hangs, a newer drop, themes, keyboard, no WebGL.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { analyze, classified, exported, launch, openPage, serve } from './page.mjs';
import { ectopy, ectopyLeads, sinus, wfdb16 } from './recordings.mjs';

let server, browser;
before(async () => { server = await serve(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.close(); });

const hours = () => wfdb16('long', ectopyLeads(), { repeat: 120 });

test('cancel: at once, with the recording kept, and the page ready for the next', async () => {
  const page = await openPage(browser, server);
  await analyze(page, sinus());
  // The slowest of the models, so that there is something to cancel.
  const running = analyze(page, hours(), { model: 'cnn-skip' });
  await page.waitForFunction(() => {
    const s = window.telltale.state();
    return s.stage === 'Naming beats' && s.fraction > 0;
  }, null, { polling: 20 });
  const at = Date.now();
  await page.evaluate(() => window.telltale.cancel());
  const { cancelled } = await running;
  console.log(`  cancelled after ${Date.now() - at} ms`);
  assert.equal(cancelled, true);
  const state = await page.evaluate(() => window.telltale.state());
  assert.equal(state.recording.name, 'long', 'what was read stays');
  assert.deepEqual(state.errors, []);
  const { analysis } = await analyze(page, ectopy());
  assert.ok(analysis.beats.every((beat) => beat.class !== null));
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('a newer drop ends the older one', async () => {
  const page = await openPage(browser, server);
  const first = analyze(page, hours());
  await page.waitForFunction(() => window.telltale.state().phase === 'busy');
  const second = await analyze(page, sinus());
  assert.equal((await first).cancelled, true);
  assert.equal(second.analysis.recording.name, 'sinus');
  await page.context().close();
});

test('a worker that no longer answers is replaced, and the recording kept', async () => {
  const page = await openPage(browser, server);
  await analyze(page, ectopy());
  // The runtime's threads are workers too; the page's own is the one that came first.
  const [worker] = page.workers();
  const running = analyze(page, hours());
  void worker.evaluate(() => { for (;;); }).catch(() => undefined);
  await page.waitForFunction(() => window.telltale.state().phase === 'busy');
  await page.evaluate(() => window.telltale.cancel());
  const { errors } = await running;
  assert.match(errors[0], /did not stop in time/);
  await page.waitForFunction(() => window.telltale.state().phase === 'ready');
  const { analysis } = await analyze(page, sinus());
  assert.equal(analysis.recording.name, 'sinus');
  assert.ok(await exported(page, 'csv'));
  await page.context().close();
});

test('the mirror: commands by keyboard, the result as text', async () => {
  const page = await openPage(browser, server);
  await page.click('#samples button');
  await classified(page);
  await page.locator('#mirror-commands button').first().focus();
  const box = await page.locator('#mirror').boundingBox();
  assert.ok(box.width > 100 && box.height > 50, 'it shows itself when it has the focus');
  await page.keyboard.press('Tab');
  const next = page.locator('#mirror-commands button', { hasText: 'Next beat' });
  await next.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /Beat 1 of \d+ at/.test(document.getElementById('mirror-beat').textContent));
  console.log(`  ${await page.textContent('#mirror-beat')}`);
  const live = await page.getAttribute('#mirror-live', 'aria-live');
  assert.equal(live, 'polite');
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('the look is remembered', async () => {
  const page = await openPage(browser, server);
  await page.evaluate(() => {
    const select = [...document.querySelectorAll('#mirror-commands select')].find((s) => [...s.options].some((o) => o.value === 'dark'));
    select.value = 'dark';
    select.dispatchEvent(new Event('change'));
  });
  await page.reload();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.context().close();
});

test('without WebGL: a plain sentence, and analysis still works', async () => {
  const plain = await launch({ webgl: false });
  const page = await openPage(plain, server);
  await page.waitForSelector('#problem:not([hidden])');
  assert.match(await page.textContent('#problem'), /WebGL 2/);
  const { analysis } = await analyze(page, ectopy());
  assert.ok(analysis.beats.length > 60);
  await plain.close();
});
