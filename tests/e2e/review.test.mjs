// Review as a person does it: keys and presses in the window change beats, everything follows, can
// be undone, is there after a reload, and goes out as files.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { analyze, asText, drop, idle, launch, openWindow, press, screenshots, serve, settled, shown } from './page.mjs';
import { ectopy, sinus } from './recordings.mjs';

let server, browser, page;
before(async () => {
  server = await serve();
  browser = await launch();
  page = await openWindow(browser, server);
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

/** Drags over the strip from one sample to another. */
async function dragOver(from, to, modifier) {
  const view = await shown(page);
  const { x, y, width } = view.targets.find((t) => t.name === 'strip');
  const at = (sample) => x + ((sample - view.first) / (view.last - view.first)) * width;
  if (modifier) await page.keyboard.down(modifier);
  await page.mouse.move(at(from), y + 70);
  await page.mouse.down();
  await settled(page);
  await page.mouse.move((at(from) + at(to)) / 2, y + 70, { steps: 3 });
  await page.mouse.move(at(to), y + 70, { steps: 3 });
  await settled(page);
  await page.mouse.up();
  await settled(page);
  if (modifier) await page.keyboard.up(modifier);
  await settled(page);
}

test('calipers measure an RR interval, snap to its peaks, march, and are copied as text', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(() => document.getElementById('canvas').focus());
  // Nothing picked out, nothing selected, at the start.
  for (const key of ['Escape', 'Escape', 'Home']) {
    await page.keyboard.press(key);
    await settled(page);
  }
  assert.equal((await shown(page)).selected, null);
  const rate = await page.evaluate(() => window.telltale.state().recording.sampling_rate);
  const [first, second] = (await beats()).slice(2, 4).map((beat) => beat.sample);
  const view = await shown(page);

  // Without measuring a drag moves along; with it the strip stands still.
  await press(page, 'measure');
  await dragOver(first + 5, second - 5);
  const { measure, first: left } = await shown(page);
  assert.equal(left, view.first, 'the strip stays');
  assert.ok(Math.abs(measure.first - first) <= 2, `first leg ${measure.first - first} samples from the R peak`);
  assert.ok(Math.abs(measure.last - second) <= 2, `second leg ${measure.last - second} samples from the R peak`);
  const ms = (1000 * (measure.last - measure.first)) / rate;
  assert.match(measure.lines[0], new RegExp(`^${Math.round(ms)} ms \\(${Math.round(60000 / ms)}/min\\), [+-]\\d+\\.\\d\\d mV$`));
  assert.match(await page.textContent('#mirror-live'), / ms /, 'told to those who do not see it');

  await press(page, 'measure:march');
  assert.equal((await shown(page)).measure.march, true);
  await page.screenshot({ path: join(screenshots, 'measure-desktop.png') });
  await press(page, 'measure:march');

  // A leg can be taken and moved; a sample at a time by keys.
  await page.keyboard.press('.');
  await settled(page);
  assert.equal((await shown(page)).measure.last, measure.last + 1);
  await page.keyboard.press(',');
  await settled(page);
  assert.deepEqual((await shown(page)).measure, { ...measure, march: false });

  await press(page, 'measure:copy');
  await page.waitForFunction(() => document.getElementById('mirror-live').textContent.startsWith('Copied'));
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(copied.includes(measure.lines[0]), copied);
  assert.ok(copied.split('\n').length >= 3, 'with the recording and the place');
});

test('legs around one beat give QT, corrected with the interval before it', async () => {
  const rate = await page.evaluate(() => window.telltale.state().recording.sampling_rate);
  const all = await beats();
  const { first: from, last: to } = await shown(page);
  const i = all.findIndex((beat, k) => k > 2 && beat.sample > from && all[k + 1].sample - beat.sample > 0.6 * rate && beat.sample + rate < to);
  // Calipers anew: a drag that starts at a leg would take that.
  for (const key of ['m', 'm']) {
    await page.keyboard.press(key);
    await settled(page);
  }
  const begin = Math.round(all[i].sample - 0.05 * rate), end = Math.round(all[i].sample + 0.33 * rate);
  await dragOver(begin, end, 'Alt');
  const { measure } = await shown(page);
  // A pixel of the strip is a little more than a sample.
  assert.ok(Math.abs(measure.first - begin) <= 2 && Math.abs(measure.last - end) <= 2,
    `Alt places the legs where the pointer is: ${measure.first - begin}, ${measure.last - end}`);
  const qt = (1000 * (measure.last - measure.first)) / rate;
  const rr = (all[i].sample - all[i - 1].sample) / rate;
  assert.equal(measure.lines[1], `QT ${qt.toFixed(0)} ms, RR ${(1000 * rr).toFixed(0)} ms, ` +
    `QTcB ${(qt / Math.sqrt(rr)).toFixed(0)} ms, QTcF ${(qt / Math.cbrt(rr)).toFixed(0)} ms`);
  await page.screenshot({ path: join(screenshots, 'measure-qt-desktop.png') });

  // M ends it, and a drag moves along again.
  await page.keyboard.press('m');
  await settled(page);
  assert.deepEqual((await shown(page)).measure.lines, []);
  const before = (await shown(page)).first;
  await dragOver(before + 2 * rate, before + rate);
  assert.ok((await shown(page)).first > before + 0.8 * rate);

  // With a beat selected, M measures from the beat before: no pointer is needed.
  await page.keyboard.press('ArrowRight');
  await settled(page);
  const { selected } = await shown(page);
  await page.keyboard.press('m');
  await settled(page);
  const again = (await shown(page)).measure;
  assert.deepEqual([again.first, again.last], [all[selected - 1].sample, all[selected].sample]);
  await page.keyboard.press('Escape');
  await settled(page);
  assert.equal((await shown(page)).measure.on, false);
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
  const other = await openWindow(browser, server);
  await analyze(other, [...ectopy(), asText('review.telltale.json', session.text)]);
  await idle(other);
  await changed(2, other);
  assert.deepEqual((await beats(other)).map((b) => [b.sample, b.class, b.by]), (await beats()).map((b) => [b.sample, b.class, b.by]));
  assert.deepEqual(other.wrong, []);
  await other.context().close();
});

/** Opens the palette, types, and gives what it lists. */
async function lookUp(text) {
  await page.keyboard.press('Control+k');
  await page.waitForFunction(() => document.getElementById('palette').open);
  await page.keyboard.type(text);
  return page.evaluate(() => [...document.querySelectorAll('#palette-list [role=option]')].map((option) => ({
    title: option.querySelector('span').textContent, enabled: option.getAttribute('aria-disabled') === 'false',
    marked: option.getAttribute('aria-selected') === 'true',
  })));
}

test('Ctrl+K finds a command by a part of its name and does it', async () => {
  await page.evaluate(() => document.getElementById('canvas').focus());
  const found = await lookUp('event');
  assert.deepEqual(found, [{ title: 'Show the events', enabled: true, marked: true }]);
  await page.screenshot({ path: join(screenshots, 'palette-desktop.png') });
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal((await shown(page)).tab, 'events');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'canvas', 'the keys are the window\'s again');

  // Ctrl was let go over the dialog: a letter is a letter again.
  await page.keyboard.press('1');
  await settled(page);
  assert.equal((await shown(page)).tab, 'summary');

  // Arrows go down the list; the words may come in any order.
  const looks = await lookUp('look');
  assert.ok(looks.length >= 3);
  await page.keyboard.press('ArrowDown');
  const second = await page.evaluate(() => document.querySelector('#palette-list [aria-selected=true] span').textContent);
  assert.equal(second, looks[1].title);
  await page.keyboard.press('Escape');
  const words = await lookUp('wfdb beats export');
  assert.equal(words.length, 1);
  await page.keyboard.press('Escape');

  // What is of no use now is there, but does nothing; what there is not, is said. This Escape is the
  // window's: it takes the selection back in its next frame, which must not come after what follows.
  await page.keyboard.press('Escape');
  await settled(page);
  const copy = await lookUp('copy what was measured');
  assert.equal(copy[0].enabled, false);
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.getElementById('palette').open), true);
  await page.keyboard.type(' zzz');
  assert.equal(await page.isVisible('#palette-none'), true);
  await page.keyboard.press('Escape');
});

test('every key of the help is a command too, and so are all tabs, models and exports', async () => {
  const { commands } = await shown(page);
  const names = commands.map((command) => command.name);
  assert.equal(new Set(names).size, names.length, 'each once');
  for (const kind of ['csv', 'atr', 'json', 'html', 'session']) assert.ok(names.includes(`export:${kind}`), kind);
  for (const tab of ['summary', 'beat', 'events', 'variability', 'intervals', 'clusters', 'compare', 'model']) assert.ok(names.includes(`tab:${tab}`), tab);
  for (const model of await page.evaluate(() => window.telltale.state().models)) assert.ok(names.includes(`model:${model}`), model);
  for (const name of await page.evaluate(() => window.telltale.state().model.classes)) assert.ok(names.includes(`call:${name}`), name);
  const keys = commands.map((command) => command.keys);
  for (const key of ['A', 'Delete', 'Alt+→', 'Alt+←', 'Ctrl+Z', 'Ctrl+Y', 'J', 'K', '→', '←', 'Page Down', 'Page Up', 'Home', 'End', '+', '-', '0', '[', ']', 'M', 'Ctrl+C', 'D', 'T', 'O', 'E', '?'])
    assert.ok(keys.includes(key), `no command has the key ${key}`);
});

test('the palette opens from the mirror, for those who press buttons', async () => {
  await page.evaluate(() => [...document.querySelectorAll('#mirror-commands button')].find((b) => b.textContent === 'All commands').click());
  await page.waitForFunction(() => document.getElementById('palette').open);
  await page.fill('#palette-search', 'next beat');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => (window.telltale.window()?.selected ?? null) !== null);
});

test('on a phone a finger measures, and the menu finds commands', async () => {
  const phone = await openWindow(browser, server, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  await analyze(phone, ectopy());
  await idle(phone);
  await settled(phone);
  await phone.evaluate(() => [...document.querySelectorAll('#mirror-commands button')].find((b) => b.textContent === 'All commands').click());
  await phone.fill('#palette-search', 'measure with');
  await phone.screenshot({ path: join(screenshots, 'palette-phone.png') });
  await phone.tap('#palette-list [role=option]');
  await settled(phone);
  assert.equal((await shown(phone)).measure.on, true);
  const { targets, first, last } = await shown(phone);
  const { x, y, width } = targets.find((t) => t.name === 'strip');
  const found = (await beats(phone)).slice(1, 3).map((beat) => beat.sample);
  const at = (sample) => x + ((sample - first) / (last - first)) * width;
  const touch = await phone.context().newCDPSession(phone);
  const finger = async (type, sample) => {
    await touch.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: at(sample), y: y + 60 }] });
    await settled(phone);
  };
  await finger('touchStart', found[0] + 3);
  await finger('touchMove', (found[0] + found[1]) / 2);
  await finger('touchMove', found[1] - 3);
  await finger('touchEnd');
  const { measure } = await shown(phone);
  assert.ok(Math.abs(measure.first - found[0]) <= 2 && Math.abs(measure.last - found[1]) <= 2, JSON.stringify(measure));
  for (const name of ['measure', 'measure:snap', 'measure:march', 'measure:copy']) {
    const pill = (await shown(phone)).targets.find((t) => t.name === name);
    assert.ok(pill && pill.x >= 0 && pill.x + pill.width <= 390, `${name} is on the screen`);
  }
  await phone.screenshot({ path: join(screenshots, 'measure-phone.png') });
  assert.deepEqual(phone.wrong, []);
  await phone.context().close();
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
