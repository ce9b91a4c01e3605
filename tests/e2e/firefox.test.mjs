// A smoke run in Debian's Firefox over WebDriver BiDi: the page opens, a sample is classified as in
// Chromium, the window draws and answers keys.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { analyze, launch, openPage, patience, screenshots, serve, settled } from './page.mjs';
import { ectopy } from './recordings.mjs';

const firefox = '/usr/bin/firefox-esr';
const skip = existsSync(firefox) ? false : 'SKIPPED: there is no Firefox on this machine';

let server, browser, screen;

/** A virtual screen: without one, Firefox has no WebGL. Gives its name. */
async function openScreen() {
  screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const number = await new Promise((resolve, reject) => {
    screen.stdout.once('data', (text) => resolve(String(text).trim()));
    screen.once('error', reject);
    screen.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return `:${number}`;
}

before(async () => {
  if (skip) return;
  server = await serve();
  const display = await openScreen();
  browser = await puppeteer.launch({
    browser: 'firefox', executablePath: firefox, headless: false, protocolTimeout: patience,
    // Firefox ESR knows no screen orientation, which setting a viewport would ask for.
    defaultViewport: null, args: ['--width=1440', '--height=900'],
    // A machine without a graphics card: Mesa's software renderer will do.
    extraPrefsFirefox: { 'webgl.force-enabled': true, 'webgl.forbid-software': false },
    env: { ...process.env, DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1' },
  });
});
after(async () => { await browser?.close(); await server?.close(); screen?.kill(); });

/** Puppeteer's own way to wait makes functions from text, which the page's policy forbids. */
async function waitFor(page, condition) {
  const end = Date.now() + patience;
  while (!(await page.evaluate(condition))) {
    if (Date.now() > end) throw new Error(`waited in vain for ${condition}`);
    await new Promise((done) => { setTimeout(done, 50); });
  }
}

test('Firefox: a sample is opened, classified as in Chromium, and drawn', { skip }, async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(server.url);
  await waitFor(page, () => window.telltale?.state().times.window !== undefined && document.querySelectorAll('#samples button').length > 1);
  assert.deepEqual(await page.evaluate(() => window.telltale.state().errors), [], 'WebGL 2 is there');
  await page.evaluate(() => document.querySelectorAll('#samples button')[1].click());
  await waitFor(page, () => window.telltale.state().phase === 'ready' && window.telltale.state().counts !== null);
  await settled(page);
  const version = await browser.version();
  const { counts, provider, errors } = await page.evaluate(() => window.telltale.state());
  const findings = await page.evaluate(() => window.telltale.findings());
  assert.deepEqual(errors, []);
  console.log(`  ${version}: beats a class ${counts}, ${provider.beats_per_second} beats a second on ${provider.current}`);
  await page.screenshot({ path: join(screenshots, 'firefox.png') });

  await page.keyboard.press('d');
  await waitFor(page, () => window.telltale.window().disclosure);
  await page.keyboard.press('3');
  await waitFor(page, () => window.telltale.window().tab === 'events' && window.telltale.window().targets.some((t) => t.name === 'event:0'));
  const { x, y } = await page.evaluate(() => window.telltale.window().targets.find((t) => t.name === 'event:0'));
  await page.mouse.click(x + 20, y + 10);
  await waitFor(page, () => window.telltale.window().steps.at === 0 && !window.telltale.window().disclosure);
  assert.deepEqual(wrong, []);

  // The same beats, classes and figures in both browsers.
  const chromium = await launch();
  const other = await openPage(chromium, server);
  await analyze(other, ectopy());
  assert.deepEqual(await other.evaluate(() => window.telltale.state().counts), counts);
  const there = await other.evaluate(() => window.telltale.findings());
  assert.deepEqual(findings.rhythm.ventricular, there.rhythm.ventricular);
  assert.deepEqual(findings.comparison.matrix, there.comparison.matrix);
  await chromium.close();
});
