// By hand: what wheel, drag, pinch, menus and keys do in the window, where no other test of this
// folder does it already.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { analyze, classified, drop, idle, launch, openWindow, press, serve, settled, shown } from './page.mjs';
import { ectopy, ectopyLeads, sinus, wfdb16 } from './recordings.mjs';

let server, browser, page;
before(async () => {
  server = await serve();
  browser = await launch();
  page = await openWindow(browser, server);
  await analyze(page, ectopy());
  await idle(page);
});
after(async () => { await browser?.close(); await server?.close(); });

const state = () => page.evaluate(() => window.telltale.state());
const target = async (name, of = page) => (await shown(of)).targets.find((t) => t.name === name);
const key = async (name) => { await page.keyboard.press(name); await settled(page); };
/** Back to the usual scale, at the start, with the keys going to the window. */
const restart = async () => {
  await page.evaluate(() => document.getElementById('canvas').focus());
  for (const name of ['Escape', '0', 'Home']) await key(name);
};
async function drag(from, to) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await settled(page);
  await page.mouse.move(...to, { steps: 4 });
  await settled(page);
  await page.mouse.up();
  await settled(page);
}

test('the wheel zooms where the pointer is; with Shift it moves along, with Alt it changes the amplitude', async () => {
  await restart();
  await key('PageDown');
  const { x, y, width } = await target('strip');
  const at = x + width * 0.25;
  const under = (view) => view.first + 0.25 * (view.last - view.first);
  const before = await shown(page);
  await page.mouse.move(at, y + 100);
  await page.mouse.wheel(0, -100);
  await settled(page);
  const zoomed = await shown(page);
  assert.ok(Math.abs(zoomed.mm_per_s / before.mm_per_s - 1.2) < 1e-6, `${zoomed.mm_per_s}`);
  assert.ok(Math.abs(under(zoomed) - under(before)) < 2, 'what is under the pointer stays there');
  await page.keyboard.down('Shift');
  await page.mouse.wheel(0, 100);
  await settled(page);
  await page.keyboard.up('Shift');
  const moved = await shown(page);
  assert.equal(moved.mm_per_s, zoomed.mm_per_s);
  assert.ok(moved.first > zoomed.first, 'forward');
  await page.keyboard.down('Alt');
  await page.mouse.wheel(0, -100);
  await settled(page);
  await page.keyboard.up('Alt');
  const louder = await shown(page);
  assert.ok(Math.abs(louder.mm_per_mv / moved.mm_per_mv - 1.15) < 1e-6);
  assert.equal(louder.first, moved.first);
});

test("a trackpad's pinch, and two fingers, zoom between them", async () => {
  await restart();
  const { x, y, width } = await target('strip');
  const before = await shown(page);
  await page.evaluate(([clientX, clientY]) => document.getElementById('canvas').dispatchEvent(
    new WheelEvent('wheel', { clientX, clientY, deltaY: -20, ctrlKey: true, bubbles: true, cancelable: true })), [x + width / 2, y + 100]);
  await settled(page);
  assert.ok(Math.abs((await shown(page)).mm_per_s / before.mm_per_s - Math.exp(0.2)) < 1e-6);

  const phone = await openWindow(browser, server, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await analyze(phone, ectopy());
  await idle(phone);
  await settled(phone);
  const strip = await target('strip', phone);
  const touch = await phone.context().newCDPSession(phone);
  const fingers = async (type, ...xs) => {
    await touch.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((fx, id) => ({ x: fx, y: strip.y + 60, id })) });
    await settled(phone);
  };
  const first = await shown(phone);
  await fingers('touchStart', 100);
  await fingers('touchStart', 100, 200);
  await fingers('touchMove', 50, 250);
  await fingers('touchEnd', 50);
  await fingers('touchEnd');
  const wide = await shown(phone);
  assert.ok(Math.abs(wide.mm_per_s / first.mm_per_s - 2) < 0.05, `${first.mm_per_s} to ${wide.mm_per_s} mm/s`);
  assert.equal(wide.selected, null, 'two fingers select nothing');
  // One finger moves along.
  await fingers('touchStart', 300);
  await fingers('touchMove', 200);
  await fingers('touchMove', 100);
  await fingers('touchEnd');
  assert.ok((await shown(phone)).first > wide.first);
  assert.deepEqual(phone.wrong, []);
  await phone.context().close();
});

test('the overview: a press goes there, a drag takes the view along', async () => {
  await restart();
  const { x, y, width, height } = await target('overview');
  const middle = async () => { const v = await shown(page); return (v.first + v.last) / 2 / 21600; };
  await page.mouse.click(x + width * 0.5, y + height / 2);
  await settled(page);
  const half = await middle();
  assert.ok(Math.abs(half - 0.5) < 0.02, `${half}`);
  await drag([x + width * 0.5, y + height / 2], [x + width * 0.7, y + height / 2]);
  assert.ok(Math.abs(await middle() - 0.7) < 0.03, `${await middle()}`);
});

test('the edge of the panel is dragged; the paper stays true', async () => {
  await restart();
  const before = await shown(page);
  const strip = before.targets.find((t) => t.name === 'strip');
  const edge = strip.x + strip.width;
  await drag([edge, 500], [edge - 150, 500]);
  const after = await shown(page);
  const now = after.targets.find((t) => t.name === 'strip');
  assert.ok(Math.abs(strip.width - now.width - 150) <= 8, `${strip.width} to ${now.width}`);
  assert.equal(after.px_per_s, before.px_per_s);
  assert.equal(after.first, before.first);
  await drag([now.x + now.width, 500], [edge, 500]);
});

test('the selected beat is moved by keys, and moved back', async () => {
  await restart();
  await key('ArrowRight');
  const { selected } = await shown(page);
  const sample = () => page.evaluate((i) => window.telltale.beats()[i].sample, selected);
  const was = await sample();
  await page.keyboard.press('Alt+ArrowRight');
  await page.waitForFunction(([i, s]) => window.telltale.beats()[i].sample > s, [selected, was]);
  // 4 ms, and at least a sample.
  assert.ok(await sample() - was <= 2);
  await page.keyboard.press('Alt+ArrowLeft');
  await page.waitForFunction(([i, s]) => window.telltale.beats()[i].sample === s, [selected, was]);
  for (let i = 0; i < 2; ++i) await page.keyboard.press('Control+z');
  await page.waitForFunction(() => !window.telltale.edits().undo);
});

test('the menus: sample, lead, model, provider, theme', async () => {
  await press(page, 'menu:open');
  await press(page, 'open:sample:0');
  await page.waitForFunction(() => window.telltale.state().recording.name === 'sinus');
  await classified(page);
  await idle(page);
  const { recording, model, models } = await state();
  const other = recording.leads[1 - model.lead].name;
  await press(page, 'menu:lead');
  await press(page, `classify:${other}`);
  await page.waitForFunction((lead) => window.telltale.state().model.lead === lead && window.telltale.state().phase === 'ready', 1 - model.lead);
  const name = models.find((m) => m !== model.name);
  await press(page, 'menu:model');
  await press(page, `model:${name}`);
  await page.waitForFunction((n) => window.telltale.state().model.name === n && window.telltale.state().phase === 'ready', name);
  await press(page, 'menu:model');
  await press(page, `model:${model.name}`);
  await page.waitForFunction((n) => window.telltale.state().model.name === n && window.telltale.state().phase === 'ready', model.name);
  await press(page, 'menu:provider');
  await press(page, 'provider:wasm');
  await page.waitForFunction(() => window.telltale.state().provider.choice === 'wasm' && window.telltale.state().phase === 'ready');
  await press(page, 'menu:theme');
  await press(page, 'theme:dark');
  assert.equal((await state()).theme, 'dark');
  await key('t');
  assert.notEqual((await state()).theme, 'dark');
  await press(page, 'menu:theme');
  await press(page, 'theme:light');
});

test("the recording's name, and the menu, lead to what its file says", async () => {
  for (const way of [['about'], ['menu:open', 'open:about']]) {
    for (const name of way) await press(page, name);
    await page.waitForSelector('#about[open]');
    assert.match(await page.textContent('#about-facts'), /360 Hz/);
    await page.click('#about-close');
    assert.equal(await page.evaluate(() => document.getElementById('about').open), false);
  }
});

test('a class in the summary, and the arrows beside the count, step through its beats', async () => {
  await analyze(page, ectopy());
  await idle(page);
  await press(page, 'tab:Summary');
  await press(page, 'class:V');
  const beats = await page.evaluate(() => window.telltale.beats().map((beat) => beat.class));
  const { steps } = await shown(page);
  assert.equal(steps.count, beats.filter((name) => name === 'V').length);
  const visited = [];
  for (let i = 0; i < 3; ++i) {
    visited.push((await shown(page)).selected);
    await press(page, 'step:next');
  }
  await press(page, 'step:previous');
  assert.equal((await shown(page)).selected, visited[2]);
  assert.deepEqual(visited.map((i) => beats[i]), ['V', 'V', 'V']);
  await press(page, 'step:stop');
  assert.equal((await shown(page)).steps.count, 0);
});

test('a click as quick as a script makes it leaves the window as it should be', async () => {
  // Move, press and release come within one frame: what is drawn last must be what they lead to.
  for (const tab of ['Events', 'Beat', 'Summary']) {
    const { x, y, width, height } = await target(`tab:${tab}`);
    await page.mouse.click(x + width / 2, y + height / 2);
    await settled(page);
    await settled(page);
    const seen = await page.screenshot();
    await page.evaluate(() => dispatchEvent(new Event('resize')));  // a frame more
    await settled(page);
    assert.ok(seen.equals(await page.screenshot()), `${tab}: a frame was still to come`);
  }
});

test('cancelled while the findings are made: beats and classes stay, and the page goes on', async () => {
  const running = analyze(page, wfdb16('long', ectopyLeads(), { repeat: 240 }));
  await page.waitForFunction(() => /Judging|Reading the rhythm|Grouping/.test(window.telltale.state().stage), null, { polling: 5 });
  // As a person does it, by the button; where that comes too late, by the same command.
  const button = await target('progress:cancel');
  if (button) await page.mouse.click(button.x + button.width / 2, button.y + button.height / 2);
  await page.evaluate(() => window.telltale.cancel());
  const { cancelled } = await running;
  assert.equal(cancelled, true);
  const after = await state();
  assert.equal(after.recording.name, 'long');
  assert.deepEqual(after.errors, []);
  assert.equal(after.counts.reduce((a, b) => a + b), after.beats, 'every beat has its class');
  assert.ok(after.beats > 240 * 60);
  const findings = await page.evaluate(() => window.telltale.findings());
  assert.equal(findings.clusters, null, 'what was not made is not there');
  const csv = await page.evaluate(async () => new TextDecoder().decode((await window.telltale.export('csv')).bytes));
  assert.equal(csv.trimEnd().split('\n').length, after.beats + 1);
  // A change brings the rhythm after all.
  await page.evaluate(() => window.telltale.edit({ action: 'relabel', beats: [3], class: 'V' }));
  await page.waitForFunction(() => window.telltale.findings().rhythm !== null);
  assert.equal((await page.evaluate(() => window.telltale.beats()[3])).by, 'person');
  const { analysis } = await analyze(page, sinus());
  assert.equal(analysis.recording.name, 'sinus');
});

test('several recordings: the chooser finds one by a part of its name', async () => {
  const many = Array.from({ length: 9 }, (_, i) => wfdb16(`patient${i}`, ectopyLeads().map((lead) => lead.slice(0, 3600)))).flat();
  await drop(page, many);
  await page.waitForSelector('#recordings[open]');
  await page.fill('#recordings-search', 'ENT7');
  assert.deepEqual(await page.locator('#recordings-list button:not([hidden]) b').allTextContents(), ['patient7']);
  await page.click('#recordings-list button:not([hidden])');
  await page.waitForFunction(() => window.telltale.state().recording?.name === 'patient7');
  await idle(page);
  await press(page, 'menu:open');
  await press(page, 'open:other');
  await page.waitForSelector('#recordings[open]');
  assert.equal(await page.textContent('#recordings-list [aria-current] b'), 'patient7');
  await page.keyboard.press('Escape');
});

test('a browser set to German: decimal commas are read, and what is written has points', async () => {
  const german = await openWindow(browser, server, { locale: 'de-DE' });
  const [lead] = ectopyLeads();
  const comma = (value, digits) => value.toFixed(digits).replace('.', ',');
  const rows = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');
  const { analysis, errors } = await analyze(german, [{ name: 'zeit.csv',
    bytes: Buffer.from(`Zeit [s];II [mV]\n${rows(21600, (i) => `${comma(i / 360, 6)};${comma(lead[i] / 200, 3)}`)}\n`) }]);
  assert.equal(errors, undefined);
  assert.equal(Math.round(analysis.recording.sampling_rate), 360);
  const whole = await analyze(page, ectopy());
  assert.equal(analysis.beats.length, whole.analysis.beats.length);
  const csv = await german.evaluate(async () => new TextDecoder().decode((await window.telltale.export('csv')).bytes));
  assert.match(csv.split('\n')[1], /^\d+\.\d+,\d+,/, 'seconds with a point, columns with a comma');
  // Without its time column the rate is asked for, and may be given with a comma.
  await drop(german, [{ name: 'ohne.csv', bytes: Buffer.from(`II [mV]\n${rows(21600, (i) => comma(lead[i] / 200, 3))}\n`) }]);
  await german.waitForSelector('#rate[open]');
  await german.fill('#rate-other', '360,5 Hz');
  await german.click('#rate-open');
  await german.waitForFunction(() => window.telltale.state().recording?.sampling_rate === 360.5);
  await idle(german);
  assert.deepEqual(german.wrong, []);
  await german.context().close();
});

test('nothing went wrong in all of that', () => assert.deepEqual(page.wrong, []));
