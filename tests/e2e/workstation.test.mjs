// The review workstation: notes, the queue, why a beat got its class, two models and a reference
// side by side, a person's own model, pictures and reports; by keys and presses as a person does it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analyze, asText, dist, drop, idle, launch, openWindow, press, screenshots, serve, settled, shown } from './page.mjs';
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

const beats = () => page.evaluate(() => window.telltale.beats());
const state = () => page.evaluate(() => window.telltale.state());
const key = async (name) => { await page.keyboard.press(name); await settled(page); };
const exported = (kind, strips = []) => page.evaluate(async ([k, s]) => {
  const file = await window.telltale.export(k, s);
  return file && { name: file.name, text: new TextDecoder('latin1').decode(file.bytes) };
}, [kind, strips]);
const focus = () => page.evaluate(() => document.getElementById('canvas').focus());
const undoAll = async () => {
  while ((await page.evaluate(() => window.telltale.edits())).undo) {
    const before = await page.evaluate(() => JSON.stringify(window.telltale.edits()));
    await page.keyboard.press('Control+z');
    await page.waitForFunction((was) => JSON.stringify(window.telltale.edits()) !== was, before);
  }
};

test('every class of AAMI may be given, whatever the model knows', async () => {
  await focus();
  await key('ArrowRight');
  const { selected } = await shown(page);
  const { model } = await state();
  assert.deepEqual([...model.labels].sort(), [...new Set([...model.classes, ...'NSVFQ'])].sort());
  await key('q');
  await page.waitForFunction((i) => window.telltale.beats()[i].class === 'Q', selected);
  const { counts } = await state();
  assert.equal(counts[model.labels.indexOf('Q')], 1);
  assert.equal((await beats())[selected].probabilities.length, model.classes.length);
  assert.match((await exported('csv')).text.split('\n')[selected + 1], /,Q,.*,person$/);
  assert.match((await exported('json')).text, /"Q": 1/);
  await page.waitForFunction(() => window.telltale.findings().comparison.matrix.flatMap((row) => row[4]).reduce((a, b) => a + b) === 1);
  await undoAll();
});

test('notes on a beat and on the recording: written, listed, exported, taken back', async () => {
  await focus();
  await key('w');
  await page.waitForSelector('#note[open]');
  await page.keyboard.type('odd <shape>, "wide"');
  await page.keyboard.press('Control+Enter');
  await page.waitForFunction(() => window.telltale.edits().beat_notes.length === 1);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'canvas');
  await press(page, 'tab:Summary');
  await press(page, 'note:recording');
  await page.waitForSelector('#note[open]');
  await page.fill('#note-text', 'Second look\nneeded.');
  await page.click('#note .first');
  await page.waitForFunction(() => window.telltale.edits().notes === 'Second look\nneeded.');

  await press(page, 'tab:Events');
  await press(page, 'filter:Noted');
  assert.equal((await shown(page)).events, 1);
  await press(page, 'filter:Noted');
  assert.match((await exported('csv')).text, /"odd <shape>, ""wide"""/);
  const json = JSON.parse((await exported('json')).text);
  assert.equal(json.notes, 'Second look\nneeded.');
  assert.equal(json.beats.filter((beat) => beat.note).length, 1);
  const report = (await exported('html')).text;
  assert.ok(report.includes('odd &lt;shape&gt;') && report.includes('Second look'));
  assert.equal(JSON.parse((await exported('session')).text).review.beat_notes.length, 1);

  // Closed without keeping, nothing changes.
  await key('w');
  await page.waitForSelector('#note[open]');
  assert.equal(await page.inputValue('#note-text'), 'odd <shape>, "wide"');
  await page.fill('#note-text', 'something else');
  await page.keyboard.press('Escape');
  await settled(page);
  assert.equal((await page.evaluate(() => window.telltale.edits())).beat_notes[0].text, 'odd <shape>, "wide"');
  await focus();
  await undoAll();
  const { notes, beat_notes } = await page.evaluate(() => window.telltale.edits());
  assert.deepEqual([notes, beat_notes], ['', []]);
});

test('the queue: what the model is least sure of first; Enter confirms, a letter renames, both go on', async () => {
  await focus();
  await press(page, 'tab:Events');
  await press(page, 'review');
  const all = await beats();
  const { steps, selected } = await shown(page);
  assert.deepEqual([steps.title, steps.count, steps.at], ['review queue', all.length, 0]);
  const sure = (beat) => Math.max(...beat.probabilities);
  const median = all.map(sure).sort((a, b) => a - b)[all.length >> 1];
  assert.ok(sure(all[selected]) <= median, 'the first is none of the surest');
  await page.screenshot({ path: join(screenshots, 'review-queue.png') });

  await page.keyboard.press('Enter');
  await page.waitForFunction((i) => window.telltale.beats()[i].by === 'person', selected);
  await settled(page);
  assert.equal((await beats())[selected].class, all[selected].class, 'the class stays');
  const second = await shown(page);
  assert.equal(second.steps.at, 1);
  const other = all[second.selected].class === 'S' ? 'V' : 'S';
  await page.keyboard.press(other.toLowerCase());
  await page.waitForFunction(([i, c]) => window.telltale.beats()[i].class === c, [second.selected, other]);
  await settled(page);
  assert.equal((await shown(page)).steps.at, 2);
  await key('k');
  assert.equal((await shown(page)).selected, second.selected, 'K goes back to it');
  await key('Escape');
  // Begun anew, it leads to those that nobody has looked at.
  await key('g');
  const again = await shown(page);
  assert.equal(again.steps.title, 'review queue');
  assert.equal((await beats())[again.selected].by, 'model');
  await key('Escape');
  await undoAll();
});

test('why this class: within a second, on the beat, and gone with another model', async () => {
  await focus();
  await press(page, 'tab:Beat');
  if ((await shown(page)).selected === null) await key('ArrowRight');
  const { selected } = await shown(page);
  const beat = (await beats())[selected];
  await press(page, 'explain');
  await page.waitForFunction(() => window.telltale.explanation() !== null);
  // Another, timed in the page.
  const took = await page.evaluate(async (beat) => {
    const before = window.telltale.explanation(), started = performance.now();
    window.telltale.explain(beat);
    while (window.telltale.explanation() === before) await new Promise((done) => { setTimeout(done, 5); });
    return Math.round(performance.now() - started);
  }, selected > 0 ? selected - 1 : 1);
  await page.evaluate((beat) => window.telltale.explain(beat), selected);
  await page.waitForFunction((sample) => window.telltale.explanation().sample === sample, beat.sample);
  const said = await page.evaluate(() => window.telltale.explanation());
  assert.equal(said.sample, beat.sample);
  assert.equal(said.class, beat.class);
  assert.ok(Math.abs(said.probability - Math.max(...beat.probabilities)) < 1e-3);
  assert.ok(said.first < beat.sample && beat.sample < said.first + said.saliency.length, 'the beat is inside');
  assert.ok(said.saliency.every((v) => v >= -1 && v <= 1));
  await settled(page);
  assert.equal((await shown(page)).explained, beat.sample);
  console.log(`  explained in ${took} ms`);
  await page.screenshot({ path: join(screenshots, 'why-desktop.png') });
});

test('compare: ROC by class, and a second model whose differences are stepped through', async () => {
  await press(page, 'tab:Compare');
  const { comparison } = await page.evaluate(() => window.telltale.findings());
  const v = comparison.roc.find((curve) => curve.class === 'V');
  assert.ok(v.area > 0.5 && v.area <= 1 && v.positives > 0);
  for (let i = 1; i < v.points.length; ++i) {
    assert.ok(v.points[i][0] >= v.points[i - 1][0] && v.points[i][1] >= v.points[i - 1][1], 'a curve only rises');
  }
  const { models, model } = await state();
  const other = models.find((name) => name !== model.name);
  assert.ok(other, 'there is more than one model');
  const second = await page.evaluate((name) => window.telltale.second(name), other);
  await settled(page);
  const all = await beats();
  assert.deepEqual(second.samples, all.map((beat) => beat.sample));
  assert.ok(second.matrix.length === 7);
  const differ = all.map((beat, i) => [beat.class, second.classes[second.labels[i]]]).filter(([a, b]) => a !== b);
  console.log(`  ${second.name} calls ${differ.length} of ${all.length} beats otherwise`);
  await page.screenshot({ path: join(screenshots, 'two-models-desktop.png') });
  if (differ.length > 0) {
    // Below the matrix and the curves: the panel is scrolled there.
    const panel = (await shown(page)).targets.find((t) => t.name === 'tab:Compare');
    await page.mouse.move(panel.x, panel.y + 300);
    for (let i = 0; i < 40 && !(await shown(page)).targets.some((t) => t.name === 'differ:all' && t.y + t.height < 890); ++i) {
      await page.mouse.wheel(0, 120);
      await settled(page);
    }
    await page.screenshot({ path: join(screenshots, 'two-models-panel.png') });
    await press(page, 'differ:all');
    assert.equal((await shown(page)).steps.count, differ.length);
    await key('Escape');
  }
  assert.deepEqual((await beats()).map((b) => b.class), all.map((b) => b.class), 'the first model\'s word stands');
  await page.evaluate(() => window.telltale.second(''));
});

test('a recording without reference: models can be compared all the same', async () => {
  const [hea, dat] = sinus();
  await analyze(page, [hea, dat]);
  await idle(page);
  await press(page, 'tab:Compare');
  assert.ok((await shown(page)).targets.some((t) => t.name.startsWith('second:')));
  await analyze(page, ectopy());
  await idle(page);
});

test('the report holds the strips that a person chose, and a picture shows the view', async () => {
  await focus();
  await press(page, 'tab:Events');
  await press(page, 'event-strip:0');
  assert.equal((await shown(page)).strips.length, 1);
  await press(page, 'event:0');
  await key('Escape');
  await key('ArrowRight');
  await key('r');
  const { strips } = await shown(page);
  assert.equal(strips.length, 2);
  const download = page.waitForEvent('download');
  await press(page, 'menu:export');
  await press(page, 'export:html');
  const html = readFileSync(await (await download).path(), 'utf8');
  assert.equal(html.split('<svg width="180mm"').length - 1, 2);
  await key('r');
  assert.equal((await shown(page)).strips.length, 1);

  const picture = page.waitForEvent('download');
  await press(page, 'menu:export');
  await press(page, 'export:png');
  const file = await picture;
  assert.match(file.suggestedFilename(), /\.png$/);
  const png = readFileSync(await file.path());
  assert.equal(png.readUInt32BE(16), 1440);
  assert.ok(png.length > 20_000, `a picture of ${png.length} bytes is blank`);
});

test('EDF+ with these beats, and EDF+ as read, say which they are, and open again', async () => {
  const made = (kind) => page.evaluate(async (k) => {
    const file = await window.telltale.export(k);
    return { name: file.name, bytes: [...file.bytes] };
  }, kind);
  // One beat fewer than the file's own annotations have.
  await page.evaluate(() => window.telltale.edit({ action: 'remove', beats: [5] }));
  await page.waitForFunction(() => window.telltale.edits().count === 1);
  const was = await beats();
  const edf = await made('edf_beats'), as_read = await made('edf');
  assert.equal(edf.name, 'ectopy-with-beats.edf');
  assert.equal(as_read.name, 'ectopy.edf');
  const reference = await page.evaluate(() => window.telltale.facts().beats);
  await page.evaluate(() => window.telltale.edit({ action: 'undo' }));
  await analyze(page, [{ name: as_read.name, bytes: Buffer.from(as_read.bytes) }]);
  await idle(page);
  assert.deepEqual(await page.evaluate(() => window.telltale.facts().beats), reference);
  await analyze(page, [{ name: edf.name, bytes: Buffer.from(edf.bytes) }]);
  await idle(page);
  const { recording } = await state();
  assert.ok(recording.has_reference, 'the beats came along');
  assert.ok(Math.abs((await beats()).length - was.length) <= 1);
  await analyze(page, ectopy());
  await idle(page);
});

const errors = () => page.evaluate(() => window.telltale.state().errors.join('\n'));

test('a person\'s own model: refused with a reason, or used', async () => {
  const onnx = readFileSync(join(dist, 'models', JSON.parse(readFileSync(join(dist, 'models/index.json'), 'utf8')).models[0].file));
  const at = onnx.indexOf('"classes"');
  assert.ok(at > 0, 'the card is in the file');
  const changed = (from, to) => {
    const text = onnx.toString('latin1');
    assert.ok(text.includes(from) && from.length === to.length, from);
    return Buffer.from(text.replaceAll(from, to), 'latin1');
  };
  const { models } = await state();
  for (const [name, bytes, why] of /** @type {any[][]} */ ([
    ['text.onnx', Buffer.from('this is a letter, not a network'), /text\.onnx/],
    ['short.onnx', onnx.subarray(0, 2000), /short\.onnx/],
    ['nocard.onnx', changed('telltale', 'nothings'), /nocard\.onnx.*(card|telltale)/i],
    ['classes.onnx', changed('"classes"', '"klasses"'), /classes\.onnx.*classes/],
  ])) {
    await drop(page, [{ name, bytes }]);
    await page.waitForFunction((n) => window.telltale.state().errors.join().includes(n), name);
    await idle(page);
    const said = await errors();
    console.log(`  ${said}`);
    assert.match(said, why);
    assert.deepEqual((await state()).models, models, `${name} did not join the list`);
  }
  await drop(page, [{ name: 'mine.onnx', bytes: onnx }]);
  await page.waitForFunction(() => window.telltale.state().models.includes('mine') && window.telltale.state().phase === 'ready');
  assert.equal(await errors(), '', 'the refusals are gone');
  assert.ok((await beats()).every((beat) => beat.class !== null));
});

test('a network that is not what its card says is refused with what was expected', async () => {
  const onnx = readFileSync(join(dist, 'models/cnn-lstm.onnx')).toString('latin1');
  // The card is changed, byte for byte as long as before; the network stays.
  const changed = (pairs) => {
    let text = onnx;
    for (const [from, to] of pairs) {
      assert.equal(text.split(from).length, 2, `${from} is there once`);
      text = text.replace(from, to.padEnd(from.length));
    }
    assert.equal(text.length, onnx.length);
    return Buffer.from(text, 'latin1');
  };
  const { models, model } = await state();
  for (const [name, bytes, why] of /** @type {any[][]} */ ([
    ['shape.onnx', changed([['"length": 187', '"length": 189'], ['1,\n   187\n  ]', '1,\n   189\n  ]']]), /shape\.onnx.*"beats" \[\d+, 1, 189\].*187/s],
    ['four.onnx', changed([[',\n  "Q"\n ],\n "input"', '\n ],\n "input"']]), /four\.onnx.*gave \d+ values for \d+ beats, expected \d+/],
    ['output.onnx', changed([['"name": "logits"', '"name": "scores"']]), /output\.onnx.*scores/s],
  ])) {
    await drop(page, [{ name, bytes }]);
    await page.waitForFunction((n) => window.telltale.state().errors.join().includes(n), name);
    await idle(page);
    const said = await errors();
    console.log(`  ${said}`);
    assert.match(said, why);
    assert.deepEqual((await state()).models, models, `${name} did not join the list`);
    assert.equal((await state()).model.name, model.name);
  }
  assert.ok((await beats()).every((beat) => beat.class !== null), 'what is on screen stays');
});

test('what was refused does not stay over the next recording', async () => {
  const session = await exported('session');
  const [hea, dat] = sinus();
  await analyze(page, [hea, dat]);
  await idle(page);
  await drop(page, [asText('review.telltale.json', session.text)]);
  await page.waitForFunction(() => window.telltale.state().errors.length > 0);
  await settled(page);
  const refused = await page.screenshot();
  assert.ok((await shown(page)).targets.some((t) => t.name === 'error:close'));
  await analyze(page, ectopy());
  await idle(page);
  await settled(page);
  assert.ok(refused.length > 0);
  assert.ok(!(await shown(page)).targets.some((t) => t.name === 'error:close'), 'the card is gone');
  assert.equal(await errors(), '');
});

test('nothing went wrong in all of that', () => {
  assert.deepEqual(page.wrong, []);
});
