// The rhythm: the page names it with the network of its own origin, as the program does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, idle, launch, openWindow, press, root, serve, settled, shown, telltale } from './page.mjs';
import { ectopy, leads212, sinus, wfdb16 } from './recordings.mjs';

let server, browser;
before(async () => { server = await serve(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.close(); });

for (const [name, files] of /** @type {any[][]} */ ([['sinus', sinus], ['ectopy', ectopy]])) {
  test(`sample "${name}": the page names the rhythms that the program names`, async () => {
    const page = await openWindow(browser, server);
    await analyze(page, files());
    await idle(page);
    const { rhythm } = await page.evaluate(() => window.telltale.state());
    assert.ok(rhythm, 'the rhythm is known');
    const told = JSON.parse(execFileSync(telltale, ['analyze', join(root, `assets/samples/${name}.hea`), '--json'],
      { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] }));
    const there = told.recordings[0].rhythm;
    const places = (list) => list.map(({ rhythm, first, last }) => ({ rhythm, first, last }));
    assert.deepEqual(places(rhythm.episodes), places(there.episodes));
    rhythm.episodes.forEach(({ probability }, i) => assert.ok(Math.abs(probability - there.episodes[i].probability) < 1e-3));
    assert.equal(rhythm.recording?.kind, there.recording?.kind);
    assert.equal(rhythm.episodes.reduce((sum, { first, last }) => sum + last - first, 0),
      await page.evaluate(() => window.telltale.state().recording.length), 'every sample has its rhythm');
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

/** Sinus rhythm with 20 s in which both leads swing like a wide tachycardia of 180 a minute. */
function tachycardia() {
  const leads = leads212(sinus()[1].bytes);
  leads.forEach((lead, k) => {
    for (let i = 20 * 360; i < 40 * 360; ++i) lead[i] = Math.round((k === 0 ? 240 : 160) * Math.sin(2 * Math.PI * 3 * i / 360));
  });
  return wfdb16('made', leads);
}

test('a made tachycardia stands first in the summary and leads to its strip', async () => {
  const page = await openWindow(browser, server);
  await analyze(page, tachycardia());
  await idle(page);
  const { rhythm } = await page.evaluate(() => window.telltale.state());
  const [gravest] = rhythm.episodes;
  assert.ok(['VT', 'VFL'].includes(gravest.rhythm), `the gravest is ${gravest.rhythm}`);
  assert.ok(gravest.first < 30 * 360 && gravest.last > 30 * 360, 'it holds in the middle');
  await press(page, 'tab:Summary');
  await press(page, 'episode:0');
  await settled(page);
  const { first, last } = await shown(page);
  assert.ok(first <= gravest.last && last >= gravest.first, 'the strip shows it');
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('without its model the page tells why, and all else', async () => {
  const page = await openWindow(browser, server);
  await page.route('**/telltale-rhythm.onnx*', (route) => route.abort());
  await analyze(page, sinus());
  await idle(page);
  const state = await page.evaluate(() => window.telltale.state());
  assert.equal(state.rhythm, null);
  assert.ok(await page.evaluate(() => window.telltale.findings().rhythm !== null), 'the other findings are there');
  await page.context().close();
});
