// Recordings for the tests of this folder, made on the spot.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asText, onDisk, root } from './page.mjs';

export const sample = (name, ...endings) =>
  onDisk(...endings.map((ending) => join(root, 'assets/samples', `${name}.${ending}`)));
export const sinus = () => sample('sinus', 'hea', 'dat', 'atr');
export const ectopy = () => sample('ectopy', 'hea', 'dat', 'atr');

/** The samples of a two-lead format 212 file in ADC units, lead by lead. */
export function leads212(bytes) {
  const first = [], second = [];
  const signed = (v) => (v > 2047 ? v - 4096 : v);
  for (let i = 0; i + 2 < bytes.length; i += 3) {
    first.push(signed(bytes[i] | ((bytes[i + 1] & 0x0f) << 8)));
    second.push(signed(bytes[i + 2] | ((bytes[i + 1] & 0xf0) << 4)));
  }
  return [first, second];
}

export const ectopyLeads = () => leads212(readFileSync(join(root, 'assets/samples/ectopy.dat')));

/** A record in format 16, `repeat` times as long as the leads given. */
export function wfdb16(name, leads, { repeat = 1, rate = 360, length = null } = {}) {
  const one = leads[0].length;
  const data = Buffer.alloc(one * leads.length * 2 * repeat);
  for (let i = 0; i < one; ++i) leads.forEach((lead, k) => data.writeInt16LE(lead[i], (i * leads.length + k) * 2));
  const block = one * leads.length * 2;
  for (let r = 1; r < repeat; ++r) data.copy(data, r * block, 0, block);
  const header = [`${name} ${leads.length} ${rate} ${length ?? one * repeat}`,
    ...leads.map((_, k) => `${name}.dat 16 200(0)/mV 12 0 0 0 0 ${k === 0 ? 'II' : `X${k}`}`)].join('\n') + '\n';
  return [asText(`${name}.hea`, header), { name: `${name}.dat`, bytes: data }];
}

/** The first lead of the ectopic sample as a CSV file with its time. */
export function csv(name, rows = 21600, change = (text) => text) {
  const [lead] = ectopyLeads();
  const lines = ['time_s,II (mV)'];
  for (let i = 0; i < rows; ++i) lines.push(`${(i / 360).toFixed(6)},${(lead[i] / 200).toFixed(3)}`);
  return asText(name, change(lines.join('\n') + '\n'));
}
