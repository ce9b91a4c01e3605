// What a file says of its patient stays in the page's memory: it is looked for in everything that the
// browser stores, prints, asks for and saves. The files are made here, in formats that have such fields.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { asText, drop, exported, launch, openPage, serve, settled } from './page.mjs';
import { ectopy, ectopyLeads, wfdb16 } from './recordings.mjs';

const family = 'Quillfeather', given = 'Zebedee', number = 'MRN-8812773', born = '1931';
const secrets = [family, given, number];

let server, browser;
before(async () => { server = await serve(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.close(); });

/** EDF with a patient, a technician and an annotation-free signal, as recorders write it. */
function edf() {
  const [lead] = ectopyLeads();
  const seconds = 60, rate = 360;
  const field = (value, width) => String(value).padEnd(width).slice(0, width);
  const head = field('0', 8) + field(`${number} M 02-MAR-${born} ${given}_${family}`, 80) +
    field(`Startdate 02-MAR-2020 ${number} ${given}_${family} Recorder`, 80) + '02.03.20' + '10.20.30' +
    field(512, 8) + field('', 44) + field(seconds, 8) + field(1, 8) + field(1, 4) +
    field('ECG II', 16) + field(`worn by ${family}`, 80) + field('mV', 8) + field(-10, 8) + field(10, 8) +
    field(-2000, 8) + field(2000, 8) + field('', 80) + field(rate, 8) + field('', 32);
  const data = Buffer.alloc(seconds * rate * 2);
  for (let i = 0; i < seconds * rate; ++i) data.writeInt16LE(lead[i], i * 2);
  return [{ name: 'night.edf', bytes: Buffer.concat([Buffer.from(head, 'latin1'), data]) }];
}

function aecg() {
  const [lead] = ectopyLeads();
  return [asText('cart.xml', `<AnnotatedECG xmlns="urn:hl7-org:v3"><componentOf><timepointEvent><componentOf><subjectAssignment><subject>
    <trialSubject><id extension="${number}"/><subjectDemographicPerson><name><given>${given}</given><family>${family}</family></name>
    <birthTime value="${born}0302"/></subjectDemographicPerson></trialSubject></subject></subjectAssignment></componentOf></timepointEvent></componentOf>
    <component><series><component><sequenceSet><component><sequence><code code="TIME_ABSOLUTE"/>
    <value><head value="20021122091000.5"/><increment value="0.0027777777778" unit="s"/></value></sequence></component>
    <component><sequence><code code="MDC_ECG_LEAD_II"/><value><origin value="0" unit="uV"/><scale value="5" unit="uV"/>
    <digits>${lead.join(' ')}</digits></value></sequence></component></sequenceSet></component></series></component></AnnotatedECG>`)];
}

function wfdb() {
  const files = wfdb16('holter', ectopyLeads());
  const header = files.find(({ name }) => name.endsWith('.hea'));
  header.bytes = Buffer.from(`${header.bytes}# Name: ${given} ${family}\n# Id: ${number}\n`);
  return files;
}

/** All that the browser keeps for the page, as text. */
const stores = (page) => page.evaluate(async () => {
  const kept = { local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie, address: location.href, history: history.state, databases: [], caches: [], files: [] };
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const table of db.objectStoreNames) {
      const rows = await new Promise((resolve) => { db.transaction(table).objectStore(table).getAll().onsuccess = ({ target }) => resolve(target.result); });
      kept.databases.push({ name, table, rows: rows.map((row) => JSON.stringify(row)) });
    }
    db.close();
  }
  for (const key of await caches.keys()) {
    const cache = await caches.open(key);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      kept.caches.push([key, request.url, bytes.length < 4e6 ? new TextDecoder('latin1').decode(bytes) : '']);
    }
  }
  for await (const name of /** @type {any} */ (await navigator.storage.getDirectory()).keys()) kept.files.push(name);
  return kept;
});

/** A zip archive's files in one. */
function unzipped(bytes) {
  const parts = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50;) {
    const packed = bytes.readUInt32LE(at + 18), name = bytes.readUInt16LE(at + 26), extra = bytes.readUInt16LE(at + 28);
    const from = at + 30 + name + extra;
    const data = bytes.subarray(from, from + packed);
    parts.push(bytes.subarray(at + 30, at + 30 + name), bytes.readUInt16LE(at + 8) === 8 ? inflateRawSync(data) : data);
    at = from + packed;
  }
  return Buffer.concat(parts);
}

const held = (text) => secrets.filter((secret) => text.includes(secret));

for (const [format, files] of /** @type {[string, any[]][]} */ ([['EDF', edf()], ['HL7 aECG', aecg()], ['WFDB with comments', wfdb()]])) {
  test(`${format}: the patient's name and number are in no store, request, message or export`, async () => {
    assert.deepEqual(held(Buffer.concat(files.map(({ bytes }) => bytes)).toString('latin1')), secrets, 'the file holds them');
    const page = await openPage(browser, server, { serviceWorkers: 'allow', viewport: { width: 480, height: 400 } });
    const said = [], asked = [];
    page.context().on('console', (message) => said.push(message.text()));
    page.context().on('request', (request) => asked.push(request.url() + (request.postData() ?? '')));
    await drop(page, files);
    await page.waitForFunction(() => window.telltale.findings().rhythm !== null);
    await page.evaluate(() => {
      window.telltale.edit({ action: 'relabel', beats: [3], class: 'F' });
      window.telltale.edit({ action: 'beat_note', beat: 5, text: 'my own words' });
    });
    await page.waitForFunction(() => window.telltale.state().storage === 'kept');
    await page.waitForFunction(() => window.telltale.state().offline === 'all');
    await settled(page);

    const kept = await stores(page);
    assert.ok(kept.databases.some(({ rows }) => rows.join().includes('my own words')), 'the review is there to be searched');
    assert.ok(kept.caches.length > 20, 'and so are the page\'s own files');
    assert.deepEqual(held(JSON.stringify(kept)), []);
    assert.deepEqual(held(said.join('\n')), []);
    assert.deepEqual(held(asked.join('\n')), []);
    assert.deepEqual(held(await page.title()), []);
    for (const kind of ['csv', 'json', 'atr', 'html', 'session', 'edf_beats', 'edf', 'signals']) {
      const file = await exported(page, kind);
      assert.ok(file.bytes.length > 0, kind);
      assert.deepEqual(held(file.name + file.bytes.toString('latin1')), [], kind);
    }
    const archive = await exported(page, 'wfdb');
    const inside = unzipped(archive.bytes).toString('latin1');
    assert.match(inside, /\.hea/);
    assert.deepEqual(held(inside), []);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  });
}

test('a file that is named after a patient gives that name to what is exported, and to no other place', async () => {
  const page = await openPage(browser, server);
  await drop(page, ectopy().map(({ name, bytes }) => ({ name: name.replace('ectopy', family),
    bytes: name.endsWith('.hea') ? Buffer.from(bytes.toString().replaceAll('ectopy', family)) : bytes })));
  await page.waitForFunction(() => window.telltale.findings().rhythm !== null);
  assert.equal((await exported(page, 'csv')).name, `${family}.csv`);
  assert.equal(page.url(), server.url);
  const { local, session, cookies } = await stores(page);
  assert.deepEqual(held(JSON.stringify([local, session, cookies])), []);
  await page.context().close();
});
