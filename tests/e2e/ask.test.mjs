// Ask me: one question at a time, a key answers, the other beats follow; undone, kept and exported
// like every change.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { analyze, asText, database, idle, launch, onDisk, openWindow, press, screenshots, serve, settled, shown } from './page.mjs';
import { ectopy } from './recordings.mjs';

let server, browser, page;
const folder = database('svdb');
// A real recording with beats that the model takes for others; else the made one.
const files = () => (folder ? onDisk(...['hea', 'dat', 'atr'].map((ending) => join(folder, `841.${ending}`))) : ectopy());
before(async () => {
  server = await serve();
  browser = await launch();
  page = await openWindow(browser, server);
  await analyze(page, files());
  await idle(page);
});
after(async () => { await browser?.close(); await server?.close(); });

const beats = (on = page) => on.evaluate(() => window.telltale.beats());
const question = (on = page) => on.evaluate(() => window.telltale.question());
const names = async (on = page) => (await beats(on)).map((beat) => beat.class).join('');

/** Waits until so many questions were answered or passed, and the next one is known. */
async function answered(count, on = page) {
  await on.waitForFunction((n) => window.telltale.question()?.answers.length === n, count);
  await settled(on);
}

const model = { names: '', beats: /** @type {any[]} */ ([]) };

test('the key I asks about one beat, in the middle of the strip, and in the Events tab', async () => {
  model.beats = await beats();
  model.names = await names();
  await page.evaluate(() => document.getElementById('canvas').focus());
  await page.keyboard.press('i');
  await answered(0);
  const view = await shown(page);
  assert.equal(view.tab, 'events');
  assert.equal(view.asking, true);
  const { next: asked } = await question();
  assert.ok(asked, 'there is something to ask');
  assert.equal(view.asked, asked.beat);
  assert.equal(view.selected, asked.beat);
  assert.equal(asked.sample, model.beats[asked.beat].sample);
  assert.ok(asked.alike >= 1);
  const middle = (view.first + view.last) / 2;
  assert.ok(Math.abs(asked.sample - middle) < 0.1 * (view.last - view.first) || view.first === 0, 'in the middle');
  for (const name of ['answer:N', 'answer:V', 'answer:pass', 'ask']) assert.ok(view.targets.some((t) => t.name === name), name);
  await page.screenshot({ path: join(screenshots, 'ask-desktop.png') });
  assert.equal(await names(), model.names, 'a question moves nothing');
});

test('a key answers; the beats that look like it follow, and it is said how many', async () => {
  const { beat } = (await question()).next;
  const other = model.beats[beat].class === 'V' ? 'S' : 'V';
  await page.keyboard.press(other.toLowerCase());
  await answered(1);
  const { answers, moved } = await question();
  assert.deepEqual([answers[0].class, answers[0].sample], [other, model.beats[beat].sample]);
  const now = await beats();
  assert.deepEqual([now[beat].class, now[beat].by], [other, 'person']);
  const followed = now.filter((b, i) => i !== beat && b.class !== model.beats[i].class);
  assert.equal(answers[0].moved, followed.length);
  assert.equal(moved, followed.length);
  assert.ok(followed.every((b) => b.by === 'answers'));
  assert.ok(now.every((b, i) => b.by !== 'model' || b.class === model.beats[i].class));
  assert.notEqual((await shown(page)).asked, beat, 'the next question is of another beat');
});

test('Space passes, a button answers, undo takes back answer by answer', async () => {
  const steps = [await names()];
  const answers = (await question()).answers.length;
  if ((await question()).next) {
    await page.keyboard.press('Space');
    await answered(answers + 1);
    const passed = await question();
    assert.equal(passed.answers.at(-1).class, null);
    assert.equal(await names(), steps[0], 'a passed question moves nothing');
    if (passed.next) {
      await press(page, 'answer:N');
      await answered(answers + 2);
      await press(page, 'answer:undo');
      await answered(answers + 1);
    }
    await page.keyboard.press('Control+z');
    await answered(answers);
  }
  assert.equal(await names(), steps[0]);
  await page.keyboard.press('Control+z');
  await answered(answers - 1);
  assert.equal(await names(), model.names, 'nothing is left of an answer that was taken back');
  await page.keyboard.press('Control+y');
  await answered(answers);
  assert.equal(await names(), steps[0]);
});

test('exports tell what follows from answers; the session file brings it all back', async () => {
  const exported = (kind) => page.evaluate(async (k) => {
    const file = await window.telltale.export(k);
    return new TextDecoder().decode(file.bytes);
  }, kind);
  const by = (await beats()).map((beat) => beat.by);
  const lines = (await exported('csv')).trim().split('\n').slice(1);
  assert.deepEqual(lines.map((line) => line.split(',').find((cell) => ['model', 'person', 'answers'].includes(cell))), by);
  assert.deepEqual(JSON.parse(await exported('json')).beats.map((beat) => beat.by), by);

  const session = await exported('session');
  assert.equal(JSON.parse(session).review.answers.length, 1);
  const other = await openWindow(browser, server);
  await analyze(other, [...files(), asText('review.telltale.json', session)]);
  await idle(other);
  await other.waitForFunction((n) => window.telltale.edits()?.count === n, await page.evaluate(() => window.telltale.edits().count));
  assert.equal(await names(other), await names());
  assert.deepEqual((await beats(other)).map((beat) => beat.by), by);
  // And asks on where the first one stopped.
  await press(other, 'tab:Events');
  await press(other, 'ask');
  await answered(1, other);
  assert.deepEqual(await question(other), await question());
  assert.deepEqual(other.wrong, []);
  await other.context().close();
});

test('it ends where nothing would move, and says so', async () => {
  for (let i = 0; i < 60; ++i) {
    const { next, answers } = await question();
    if (!next) break;
    // As the model says: nothing new is learnt, and the doubt goes.
    await page.keyboard.press((await beats())[next.beat].class.toLowerCase());
    await answered(answers.length + 1);
  }
  assert.equal((await question()).next, undefined);
  const view = await shown(page);
  assert.equal(view.asked, null);
  assert.ok(!view.targets.some((t) => t.name === 'answer:N'));
  await page.screenshot({ path: join(screenshots, 'ask-ended.png') });
  await page.keyboard.press('Escape');
  await settled(page);
  assert.equal((await shown(page)).asking, false);
  assert.deepEqual(page.wrong, []);
});
