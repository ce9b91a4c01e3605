// Review as a person does it: keys and presses in the window change beats, everything follows, can
// be undone, is there after a reload, and goes out as files.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { analyze, asText, drop, idle, launch, openPage, press, serve, settled, shown } from './page.mjs';
import { ectopy, sinus } from './recordings.mjs';

let server, browser, page;
before(async () => {
  server = await serve();
  browser = await launch();
  page = await openPage(browser, server);
  await page.waitForFunction(() => window.telltale.state().times.window !== undefined);
  await analyze(page, ectopy());
  await idle(page);
});
after(async () => { await browser?.close(); await server?.close(); });

const beats = (on = page) => on.evaluate(() => window.telltale.beats());
const edits = (on = page) => on.evaluate(() => window.telltale.edits());
const counts = () => page.evaluate(() => window.telltale.state().counts);
const exported = (kind) => page.evaluate(async (k) => {
  const file = await window.telltale.export(k);
  return { name: file.name, text: new TextDecoder().decode(file.bytes) };
}, kind);

/** Waits until so many beats are a person's, and for the findings that follow. */
async function changed(count, on = page) {
  await on.waitForFunction((n) => window.telltale.edits()?.count === n, count);
  await settled(on);
}

test('a key renames the selected beat; counts, rhythm and exports follow; undo takes it back', async () => {
  const was = await counts();
  await page.evaluate(() => document.getElementById('canvas').focus());
  await page.keyboard.press('ArrowRight');
  await settled(page);
  const { selected } = await shown(page);
  const model = (await beats())[selected].class;
  const other = model === 'V' ? 'N' : 'V';
  await page.keyboard.press(other.toLowerCase());
  await changed(1);
  const now = (await beats())[selected];
  assert.deepEqual([now.class, now.by], [other, 'person']);
  assert.equal((await shown(page)).selected, selected, 'the beat stays selected');
  assert.equal((await counts())[2], was[2] + (other === 'V' ? 1 : -1));
  const { rhythm } = await page.evaluate(() => window.telltale.findings());
  assert.equal(rhythm.ventricular.total, (await counts())[2]);
  const line = (await exported('csv')).text.split('\n')[selected + 1];
  assert.match(line, new RegExp(`,${other},.*,person$`));
  assert.ok(now.probabilities[0] >= 0, 'what the model said is kept');

  await page.keyboard.press('Control+z');
  await changed(0);
  assert.equal((await beats())[selected].class, model);
  await page.keyboard.press('Control+y');
  await changed(1);
  assert.equal((await beats())[selected].class, other);
  await page.keyboard.press('Control+z');
  await changed(0);
});

test('a beat is removed and put back at the pointer, on its R peak', async () => {
  const all = await beats();
  const { selected } = await shown(page);
  const gone = all[selected].sample;
  await page.keyboard.press('Delete');
  await changed(1);
  assert.equal((await beats()).length, all.length - 1);
  const view = await shown(page);
  const { x, y, width } = view.targets.find((t) => t.name === 'strip');
  await page.mouse.move(x + ((gone + 8 - view.first) / (view.last - view.first)) * width, y + 120);
  await settled(page);
  await page.keyboard.press('a');
  await page.waitForFunction((n) => window.telltale.beats().length === n, all.length);
  const back = (await beats())[selected];
  assert.ok(Math.abs(back.sample - gone) <= 2, `put back ${back.sample - gone} samples aside`);
  assert.equal(back.by, 'person');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await changed(0);
});

test('a whole cluster is renamed with one press, and with one undo is as before', async () => {
  const was = (await beats()).map((beat) => beat.class).join('');
  await press(page, 'tab:Clusters');
  await press(page, 'cluster:1');
  const size = (await shown(page)).steps.count;
  await press(page, 'cluster-call:F');
  await page.waitForFunction((n) => window.telltale.beats().filter((b) => b.class === 'F').length >= n, size);
  await settled(page);
  await press(page, 'undo');
  await changed(0);
  assert.equal((await beats()).map((beat) => beat.class).join(''), was);
});

test('the review is there again after a reload, whatever model looks at the recording', async () => {
  await page.evaluate(() => window.telltale.edit({ action: 'relabel', beats: [3, 4], class: 'S' }));
  await changed(2);
  await page.waitForTimeout(300);  // the copy is written beside
  const session = await exported('session');
  assert.match(session.name, /\.telltale\.json$/);
  await page.reload();
  await page.waitForFunction(() => window.telltale?.state().times.window !== undefined);
  await analyze(page, ectopy());
  await idle(page);
  await changed(2);
  const again = await beats();
  assert.deepEqual([again[3].class, again[3].by, again[4].class, again[5].by], ['S', 'person', 'S', 'model']);

  // Another recording has a review of its own.
  await analyze(page, sinus());
  await idle(page);
  assert.equal((await edits()).count, 0);
  assert.ok((await beats()).every((beat) => beat.by === 'model'));

  // A session file is refused for it, and says why; what is on screen stays.
  await drop(page, [asText('review.telltale.json', session.text)]);
  await page.waitForFunction(() => window.telltale.state().errors.length > 0);
  assert.match((await page.evaluate(() => window.telltale.state().errors)).join(), /review\.telltale\.json.*another recording/);
  assert.equal((await edits()).count, 0);
});

test('somebody else opens the session file and sees the same review', async () => {
  const session = await (async () => {
    await analyze(page, ectopy());
    await idle(page);
    await changed(2);
    return exported('session');
  })();
  const other = await openPage(browser, server);
  await other.waitForFunction(() => window.telltale.state().times.window !== undefined);
  await analyze(other, [...ectopy(), asText('review.telltale.json', session.text)]);
  await idle(other);
  await changed(2, other);
  assert.deepEqual((await beats(other)).map((b) => [b.sample, b.class, b.by]), (await beats()).map((b) => [b.sample, b.class, b.by]));
  assert.deepEqual(other.wrong, []);
  await other.context().close();
});

test('without the canvas: the same by the buttons of the mirror', async () => {
  const before = await edits();
  await page.evaluate(() => {
    const press = (text) => [...document.querySelectorAll('#mirror-commands button')].find((b) => b.textContent === text).click();
    press('Next beat');
    press('Call the selected beat V');
  });
  await page.waitForFunction((n) => window.telltale.edits().count > n, before.count);
  await page.evaluate(() => [...document.querySelectorAll('#mirror-commands button')].find((b) => b.textContent === 'Undo').click());
  await changed(before.count);
  assert.deepEqual(page.wrong, []);
});
