// A person calls stretches of a recording: by a drag, by keys, in full disclosure, with a finger.
// What is called so is on screen, in all figures and files, can be undone, and is there later.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { analyze, classified, drop, idle, launch, openWindow, press, screenshots, serve, settled, shown } from './page.mjs';
import { ectopy } from './recordings.mjs';

let server, browser, page;
before(async () => {
  server = await serve();
  browser = await launch();
  page = await openWindow(browser, server);
  await analyze(page, ectopy());
  await idle(page);
});
after(async () => { await browser?.close(); await server?.close(); });

const stretches = (on = page) => on.evaluate(() => window.telltale.edits().stretches);
const rhythm = (on = page) => on.evaluate(() => window.telltale.findings().rhythm);
const key = async (name) => { await page.keyboard.press(name); await settled(page); };
const exported = (kind) => page.evaluate(async (k) => new TextDecoder().decode((await window.telltale.export(k)).bytes), kind);

async function called(count, on = page) {
  await on.waitForFunction((n) => window.telltale.edits().stretches.length === n, count);
  await idle(on);
  await settled(on);
}

/** A drag over the middle of something in the window, between two shares of its width. */
async function drag(on, name, from, to, modifier) {
  const { x, y, width, height } = (await shown(on)).targets.find((t) => t.name === name);
  const at = (share) => [x + share * width, y + Math.min(height / 2, 120)];
  if (modifier) await on.keyboard.down(modifier);
  await on.mouse.move(...at(from));
  await on.mouse.down();
  for (let i = 1; i <= 6; ++i) await on.mouse.move(...at(from + ((to - from) * i) / 6));
  await settled(on);
  await on.mouse.up();
  if (modifier) await on.keyboard.up(modifier);
  await settled(on);
}

test('Shift and a drag take a stretch in hand; artefact leaves all figures, and undo brings them back', async () => {
  await page.evaluate(() => document.getElementById('canvas').focus());
  const before = await rhythm();
  await drag(page, 'strip', 0.25, 0.6, 'Shift');
  const { mark, first, last } = await shown(page);
  assert.ok(mark.on && Math.abs((mark.first - first) / (last - first) - 0.25) < 0.01, JSON.stringify(mark));
  assert.ok(Math.abs((mark.last - first) / (last - first) - 0.6) < 0.01);
  await page.screenshot({ path: join(screenshots, 'stretch-card.png') });
  await key('1');
  await called(1);
  const [one] = await stretches();
  assert.deepEqual([one.name, one.first, one.last], ['artefact', mark.first, mark.last]);
  const now = await rhythm();
  assert.ok(now.beats < before.beats, `${now.beats} of ${before.beats} beats count`);
  assert.ok(now.unreadable_s >= before.unreadable_s + 1);
  assert.equal(now.pauses.length, before.pauses.length);
  assert.ok(!(await shown(page)).mark.on, 'the card is closed');
  await page.screenshot({ path: join(screenshots, 'stretch-artefact.png') });
  await key('Control+z');
  await called(0);
  assert.deepEqual((await rhythm()).beats, before.beats);
});

test('L takes what is in view, keys move its ends, a digit names a rhythm that stands above the machine', async () => {
  const { first, last } = await shown(page);
  await key('l');
  let { mark } = await shown(page);
  assert.deepEqual([mark.first, mark.last], [Math.floor(first), Math.ceil(last)]);
  await key('.');
  assert.ok((await shown(page)).mark.last > mark.last);
  await key('Escape');
  assert.ok(!(await shown(page)).mark.on);
  await key('l');
  ({ mark } = await shown(page));
  await key('4');
  await called(1);
  const { episodes, extremes } = await rhythm();
  const mine = episodes.find((episode) => episode.by_person);
  assert.deepEqual([mine.rhythm, mine.first, mine.last], ['AFIB', mark.first, mark.last]);
  assert.ok(extremes.some(({ text }) => text.includes('atrial fibrillation')));
  const report = await exported('html');
  assert.ok(report.includes('Marked by a person') && report.includes('<td class="number">a person</td>'));
  assert.match(await exported('atr'), /\(AFIB/);
  assert.equal(JSON.parse(await exported('session')).review.stretches[0].name, 'AFIB');
  assert.equal(JSON.parse(await exported('json')).marked[0].called, 'atrial fibrillation');
});

test('a note on a stretch is listed, shown and taken away; a new word cuts the old one', async () => {
  await drag(page, 'strip', 0.4, 0.5, 'Shift');
  await press(page, 'stretch:note');
  await page.waitForSelector('#note[open]');
  await page.keyboard.type('stairs <here>');
  await page.keyboard.press('Control+Enter');
  await called(2);
  await press(page, 'tab:Events');
  await press(page, 'filter:Marked by you');
  assert.equal((await shown(page)).events, 2);
  await page.screenshot({ path: join(screenshots, 'stretch-list.png') });
  await press(page, 'filter:Marked by you');
  assert.ok((await exported('html')).includes('stairs &lt;here&gt;'));

  await page.evaluate(() => document.getElementById('canvas').focus());
  await drag(page, 'strip', 0.3, 0.35, 'Shift');
  await press(page, 'stretch:no_ecg');
  await called(4);
  assert.deepEqual((await stretches()).map(({ name }) => name), ['AFIB', 'no_ecg', 'AFIB', 'note']);
  await key('l');
  await key('Delete');
  await called(0);
  await key('Control+z');
  await called(4);
});

test('full disclosure: a drag over its rows, the words on them; the review is there after a reload', async () => {
  await key('d');
  await press(page, 'tab:Summary');
  await drag(page, 'disclosure', 0.5, 0.7, 'Shift');
  assert.ok((await shown(page)).disclosure, 'still the full disclosure');
  await press(page, 'stretch:VT');
  await called(5);
  await page.screenshot({ path: join(screenshots, 'stretch-disclosure.png') });
  await page.waitForFunction(() => window.telltale.state().storage === 'kept');
  await page.reload();
  await page.waitForFunction(() => window.telltale?.state().phase === 'ready');
  await drop(page, ectopy());
  await classified(page);
  await called(5);
  assert.equal((await rhythm()).episodes.filter((episode) => episode.by_person && episode.rhythm === 'VT').length, 1);
});

test('extremes: stepped through with their words, and put into the report', async () => {
  await page.evaluate(() => document.getElementById('canvas').focus());
  await key('y');
  const { steps } = await shown(page);
  const { extremes } = await rhythm();
  assert.deepEqual([steps.title, steps.count, steps.at], ['extremes', extremes.length, 0]);
  await press(page, 'tab:Events');
  await press(page, 'extremes:report');
  assert.deepEqual((await shown(page)).strips, extremes.map(({ first }) => first));
  const report = await exported('html');
  for (const { text } of extremes) assert.ok(report.includes(text.replaceAll('<', '&lt;')), text);
});

test('on a phone: the menu marks, a finger drags, a tap names', async () => {
  const phone = await openWindow(browser, server, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await analyze(phone, ectopy());
  await idle(phone);
  await press(phone, 'menu:menu').catch(() => press(phone, 'menu'));
  await press(phone, 'menu:mark');
  await drag(phone, 'strip', 0.2, 0.8);
  await phone.screenshot({ path: join(screenshots, 'stretch-phone.png') });
  await press(phone, 'stretch:artefact');
  await called(1, phone);
  await phone.screenshot({ path: join(screenshots, 'stretch-phone-called.png') });
  assert.deepEqual(phone.wrong, []);
  await phone.context().close();
});

test('nothing went wrong on the way', () => assert.deepEqual(page.wrong, []));
