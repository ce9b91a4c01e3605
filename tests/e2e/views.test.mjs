// Every view of the window, worked as a person would: real clicks and keys at the places that the
// window tells of, on the synthetic sample with premature beats.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { analyze, asText, classified, drop, idle, launch, openWindow, press, serve, settled, shown } from './page.mjs';
import { csv, ectopy, sinus } from './recordings.mjs';

let server, browser, page;
before(async () => {
  server = await serve();
  browser = await launch();
  page = await openWindow(browser, server);
});
after(async () => { await browser?.close(); await server?.close(); });

/** The sample, as it is right after opening. */
beforeEach(async () => {
  await analyze(page, ectopy());
  await idle(page);
  await press(page, 'view:strip');
  await press(page, 'tab:Summary');
});

const findings = () => page.evaluate(() => window.telltale.findings());
const beatAt = (index) => page.evaluate((i) => window.telltale.beats()[i], index);

test('summary: figures agree with the findings, and lead to their places', async () => {
  const { rhythm } = await findings();
  const state = await page.evaluate(() => window.telltale.state());
  assert.equal(rhythm.beats, state.beats);
  await press(page, 'figure:Pauses:Longest RR');
  const view = await shown(page);
  assert.ok(view.first <= rhythm.longest_rr.first && rhythm.longest_rr.first <= view.last, 'the longest RR is in view');
  await press(page, 'class:V');
  const { steps, selected } = await shown(page);
  assert.equal(steps.count, state.counts[2], 'all V beats can be stepped through');
  assert.equal(steps.at, 0);
  await page.keyboard.press('j');
  await settled(page);
  const next = await shown(page);
  assert.equal(next.steps.at, 1);
  assert.ok(next.selected > selected, 'J goes on to the next one');
  await page.keyboard.press('k');
  await settled(page);
  assert.equal((await shown(page)).selected, selected, 'K goes back');
  await page.keyboard.press('Escape');
  await settled(page);
  assert.equal((await shown(page)).steps.count, 0);
});

test('beat: a click in the strip tells of the beat, neighbours lead on', async () => {
  await page.keyboard.press('ArrowRight');
  await settled(page);
  const first = (await shown(page)).selected;
  const { x, y, width } = (await shown(page)).targets.find((t) => t.name === 'strip');
  const view = await shown(page);
  const at = await beatAt(first + 3);
  await page.mouse.click(x + ((at.sample - view.first) / (view.last - view.first)) * width, y + 60);
  await settled(page);
  const after = await shown(page);
  assert.equal(after.selected, first + 3);
  assert.equal(after.tab, 'beat');
  await press(page, 'neighbour:1');
  assert.equal((await shown(page)).selected, first + 4);
  assert.match(await page.textContent('#mirror-beat'), new RegExp(`^Beat ${first + 5} of`));
});

test('events: filtered, sorted, stepped through', async () => {
  await press(page, 'tab:Events');
  const all = (await shown(page)).events;
  const { rhythm } = await findings();
  assert.ok(all >= rhythm.events.length && rhythm.events.length > 0, `${all} listed, ${rhythm.events.length} events`);
  const filter = (await shown(page)).targets.find((t) => t.name.startsWith('filter:'));
  await press(page, filter.name);
  const some = (await shown(page)).events;
  assert.ok(some > 0 && some <= all);
  await press(page, 'sort:importance');
  await press(page, 'event:0');
  const { steps, first, last } = await shown(page);
  assert.deepEqual([steps.title, steps.count, steps.at], ['events', some, 0]);
  assert.ok(last > first);
  if (some > 1) {
    await page.keyboard.press('j');
    await settled(page);
    assert.equal((await shown(page)).steps.at, 1);
  }
  await press(page, 'step:stop');
  assert.equal((await shown(page)).steps.count, 0);
  await press(page, filter.name);
  await press(page, 'sort:time');
  assert.equal((await shown(page)).events, all);
});

test('HRV: a click in a plot selects, a loop picks out several', async () => {
  await press(page, 'tab:HRV');
  await press(page, 'tachogram');
  const { selected } = await shown(page);
  assert.notEqual(selected, null);
  const beats = (await page.evaluate(() => window.telltale.state())).beats;
  assert.ok(Math.abs(selected - beats / 2) < beats * 0.15, 'the middle of the plot is the middle of the recording');
  await press(page, 'histogram');
  await page.keyboard.press('Escape');
  // Round the whole plot: every pair of intervals inside its range.
  const plot = (await shown(page)).targets.find((t) => t.name === 'poincare');
  const corners = [[2, 2], [plot.width - 3, 2], [plot.width - 3, Math.min(plot.height, 880 - plot.y) - 3], [2, Math.min(plot.height, 880 - plot.y) - 3], [2, 8]];
  await page.mouse.move(plot.x + corners[0][0], plot.y + corners[0][1]);
  await page.mouse.down();
  for (const [dx, dy] of corners.slice(1)) await page.mouse.move(plot.x + dx, plot.y + dy, { steps: 6 });
  await page.mouse.up();
  await settled(page);
  const { steps } = await shown(page);
  assert.equal(steps.title, 'Poincaré selection');
  assert.ok(steps.count > 5 && steps.count <= beats - 2, `${steps.count} beats in the loop`);
});

test('clusters: every member can be stepped through', async () => {
  await press(page, 'tab:Clusters');
  const { clusters } = await findings();
  assert.ok(clusters.clusters.length > 1, 'premature beats have a shape of their own');
  await press(page, 'cluster:1');
  const { steps, selected } = await shown(page);
  assert.equal(steps.count, clusters.clusters[1].beats);
  assert.equal(clusters.cluster_of[selected], 1);
});

test('compare: the matrix counts all beats, a cell steps through its own', async () => {
  const { comparison } = await findings();
  const reference = comparison.matrix.slice(0, 5).flat().reduce((a, b) => a + b, 0);
  const truth = await page.evaluate(() => window.telltale.state().recording.has_reference);
  assert.ok(truth && reference > 60);
  await press(page, 'tab:Compare');
  await press(page, 'cell:NN');
  assert.equal((await shown(page)).steps.count, comparison.matrix[0][0]);
  for (const [row, column] of [[1, 0], [2, 0], [1, 2], [2, 3], [0, 1], [0, 2]]) {
    const count = comparison.matrix[row][column];
    if (count === 0) continue;
    await press(page, `cell:${'NSVFQ'[row]}${'NSVFQ'[column]}`);
    const { steps, selected } = await shown(page);
    assert.equal(steps.count, count);
    assert.equal((await beatAt(selected)).class, 'NSVFQ'[column]);
  }
});

test('without reference beats there is no matrix', async () => {
  const [hea, dat] = sinus();
  await analyze(page, [hea, dat]);
  await idle(page);
  await settled(page);
  await press(page, 'tab:Compare');
  const { targets } = await shown(page);
  assert.ok(!targets.some((t) => t.name.startsWith('cell:')), 'no matrix');
  assert.ok(targets.some((t) => t.name.startsWith('second:')), 'another model can still be asked');
});

test('model: the card is there', async () => {
  await press(page, 'tab:Model');
  assert.equal((await shown(page)).tab, 'model');
});

test('keys: tabs by number, the full record by D', async () => {
  await page.keyboard.press('4');
  await settled(page);
  assert.equal((await shown(page)).tab, 'variability');
  await page.keyboard.press('d');
  await settled(page);
  assert.equal((await shown(page)).disclosure, true);
  await page.keyboard.press('Escape');
  await settled(page);
  assert.equal((await shown(page)).disclosure, false);
});

test('keys by their sign: help, zoom, amplitude', async () => {
  await page.keyboard.press('?');
  await settled(page);
  assert.ok((await shown(page)).targets.some((t) => t.name === 'help:close'));
  await press(page, 'help:close');
  assert.ok(!(await shown(page)).targets.some((t) => t.name === 'help:close'));
  const before = await shown(page);
  await page.keyboard.press('+');
  await page.keyboard.press(']');
  await settled(page);
  const louder = await shown(page);
  assert.ok(Math.abs(louder.mm_per_s / before.mm_per_s - 1.25) < 1e-9);
  assert.ok(Math.abs(louder.mm_per_mv / before.mm_per_mv - Math.SQRT2) < 1e-9);
  await page.keyboard.press('0');
  await settled(page);
  assert.deepEqual([(await shown(page)).mm_per_s, (await shown(page)).mm_per_mv], [25, 10]);
});

test('full disclosure: a click goes there', async () => {
  await press(page, 'view:disclosure');
  await press(page, 'menu:rows');
  await press(page, 'rows:10');
  const stack = (await shown(page)).targets.find((t) => t.name === 'disclosure');
  // The third row begins at 20 s.
  await page.mouse.click(stack.x + stack.width / 2, stack.y + 10 + 2.5 * 64);
  await settled(page);
  const view = await shown(page);
  assert.equal(view.disclosure, false);
  const middle = (view.first + view.last) / 2 / 360;
  assert.ok(middle > 20 && middle < 30, `the strip shows ${middle.toFixed(1)} s`);
});

test('paper: speeds and amplitudes are true, and stay so when the window changes size', async () => {
  const mm = 96 / 25.4;
  for (const [speed, gain] of [[50, 20], [25, 5], [25, 10]]) {
    await press(page, 'menu:speed');
    await press(page, `speed:${speed}`);
    await press(page, 'menu:gain');
    await press(page, `gain:${gain}`);
    const view = await shown(page);
    assert.equal(view.mm_per_s, speed);
    assert.equal(view.mm_per_mv, gain);
    assert.ok(Math.abs(view.px_per_s - speed * mm) < 1e-6 && Math.abs(view.px_per_mv - gain * mm) < 1e-6);
    const strip = view.targets.find((t) => t.name === 'strip');
    assert.ok(Math.abs(strip.width / view.px_per_s - (view.last - view.first) / 360) < 0.02, 'as many seconds as fit');
  }
  const before = await shown(page);
  for (const size of [{ width: 800, height: 700 }, { width: 1900, height: 1000 }, { width: 1440, height: 900 }]) {
    await page.setViewportSize(size);
    await settled(page);
    const view = await shown(page);
    assert.deepEqual([view.mm_per_s, view.mm_per_mv, view.px_per_s], [before.mm_per_s, before.mm_per_mv, before.px_per_s]);
  }
  assert.equal((await shown(page)).first, before.first);
});

test('leads: any choice of them', async () => {
  assert.deepEqual((await shown(page)).leads, [true, true]);
  await press(page, 'menu:leads');
  const leads = await page.evaluate(() => window.telltale.state().recording.leads.map((lead) => lead.name));
  await press(page, `lead:${leads[1]}`);
  assert.deepEqual((await shown(page)).leads, [true, false]);
  await press(page, `lead:${leads[0]}`);
  assert.deepEqual((await shown(page)).leads, [true, false], 'the last one stays');
  await press(page, 'lead:all');
  assert.deepEqual((await shown(page)).leads, [true, true]);
});

test('nothing is drawn while nothing moves', async () => {
  await page.waitForFunction(() => {
    const now = window.telltale.window().frames;
    const same = window.lastFrames === now;
    window.lastFrames = now;
    return same;
  }, null, { polling: 1500 });
  const before = (await shown(page)).frames;
  await page.evaluate(() => new Promise((done) => {
    let frames = 0;
    const next = () => (++frames > 30 ? done() : requestAnimationFrame(next));
    next();
  }));
  assert.equal((await shown(page)).frames, before);
});

test('the mirror holds the findings, and its events lead to their places', async () => {
  const text = await page.textContent('#mirror-findings');
  assert.match(text, /Mean heart rate\d+ per minute/);
  assert.match(text, /Ventricular beats\d+/);
  const { rhythm } = await findings();
  const last = rhythm.events.at(-1);
  await page.locator('#mirror-findings button').last().evaluate((button) => button.click());
  await settled(page);
  const view = await shown(page);
  assert.ok(view.first <= last.first && last.first <= view.last);
});

test('a CSV without a sampling rate: asked for, with a decimal comma, and opened', async () => {
  const table = csv('no-rate.csv', 21600, (text) => text.replaceAll(/^[^,]*,/gm, ''));
  await drop(page, [table]);
  await page.waitForSelector('#rate[open]');
  assert.match(await page.textContent('#rate-why'), /no sampling rate/);
  assert.ok(await page.isHidden('#problem'), 'a question, not an error');
  await page.fill('#rate-other', 'many');
  assert.ok(await page.isDisabled('#rate-open'));
  await page.fill('#rate-other', '360,0');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.telltale.state().recording?.name === 'no-rate');
  await classified(page);
  const state = await page.evaluate(() => window.telltale.state());
  assert.equal(state.recording.sampling_rate, 360);
  assert.ok(state.beats > 60);
  assert.deepEqual(state.errors, []);
});

test('several recordings dropped: the person chooses', async () => {
  await drop(page, [...ectopy(), ...sinus()]);
  await page.waitForSelector('#recordings[open]');
  const rows = page.locator('#recordings-list button');
  assert.equal(await rows.count(), 2);
  assert.match(await rows.nth(1).textContent(), /sinus.*reference beats/);
  await rows.nth(1).click();
  await page.waitForFunction(() => window.telltale.state().recording?.name === 'sinus');
  await classified(page);
  assert.ok(await page.isHidden('#recordings'));
});

test('what was assumed is said', async () => {
  const half = asText('plain.csv', csv('x.csv').bytes.toString().replace('II (mV)', 'II'));
  await analyze(page, [half]);
  await idle(page);
  const { recording } = await page.evaluate(() => window.telltale.state());
  assert.ok(recording.warnings.length > 0, 'a column without a unit is a guess');
  assert.match(await page.textContent('#mirror-summary'), /Note: /);
});

test('nothing went wrong in all of that', () => {
  assert.deepEqual(page.wrong, []);
});
