// PNG pictures as bytes of red, green and blue: read as browsers write them, written with a palette
// (small, for keeping) or with all colours.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

function paeth(left, above, corner) {
  const p = left + above - corner;
  const a = Math.abs(p - left), b = Math.abs(p - above), c = Math.abs(p - corner);
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

/** Eight bits a channel, no interlacing: colour, colour with opacity (which is dropped), palette. */
export function readPng(bytes) {
  if (!bytes.subarray(0, 8).equals(signature)) throw new Error('This is no PNG.');
  let header = null, palette = null;
  const parts = [];
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at), type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = data;
    if (type === 'PLTE') palette = data;
    if (type === 'IDAT') parts.push(data);
    at += 12 + length;
  }
  const width = header.readUInt32BE(0), height = header.readUInt32BE(4);
  const channels = { 2: 3, 3: 1, 6: 4 }[header[9]];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) throw new Error('This kind of PNG is not read here.');
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * channels;
  const flat = Buffer.alloc(line * height);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (line + 1)];
    for (let i = 0; i < line; ++i) {
      const left = i >= channels ? flat[y * line + i - channels] : 0;
      const above = y > 0 ? flat[(y - 1) * line + i] : 0;
      const corner = y > 0 && i >= channels ? flat[(y - 1) * line + i - channels] : 0;
      const add = filter === 1 ? left : filter === 2 ? above : filter === 3 ? (left + above) >> 1
        : filter === 4 ? paeth(left, above, corner) : 0;
      flat[y * line + i] = raw[y * (line + 1) + 1 + i] + add;
    }
  }
  const rgb = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; ++i) {
    if (palette) palette.copy(rgb, 3 * i, 3 * flat[i], 3 * flat[i] + 3);
    else flat.copy(rgb, 3 * i, channels * i, channels * i + 3);
  }
  return { width, height, rgb };
}

function write(width, height, colourType, pixels, extra = []) {
  const line = pixels.length / height;
  const raw = Buffer.alloc((line + 1) * height);
  for (let y = 0; y < height; ++y) pixels.copy(raw, y * (line + 1) + 1, y * line, (y + 1) * line);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colourType;
  return Buffer.concat([signature, chunk('IHDR', header), ...extra, chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0))]);
}

export const writePng = ({ width, height, rgb }) => write(width, height, 2, rgb);

/** The 256 most frequent colours; every other one becomes the nearest of them. */
export function writePalettePng({ width, height, rgb }) {
  const counts = new Map();
  for (let i = 0; i < rgb.length; i += 3) {
    const colour = (rgb[i] << 16) | (rgb[i + 1] << 8) | rgb[i + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256).map(([colour]) => colour);
  const index = new Map(palette.map((colour, i) => [colour, i]));
  const nearest = (colour) => {
    let best = 0, least = Infinity;
    palette.forEach((p, i) => {
      const d = ((p >> 16) - (colour >> 16)) ** 2 + (((p >> 8) & 255) - ((colour >> 8) & 255)) ** 2 + ((p & 255) - (colour & 255)) ** 2;
      if (d < least) { least = d; best = i; }
    });
    index.set(colour, best);
    return best;
  };
  const pixels = Buffer.alloc(width * height);
  for (let i = 0; i < pixels.length; ++i) {
    const colour = (rgb[3 * i] << 16) | (rgb[3 * i + 1] << 8) | rgb[3 * i + 2];
    pixels[i] = index.get(colour) ?? nearest(colour);
  }
  const table = Buffer.from(palette.flatMap((p) => [p >> 16, (p >> 8) & 255, p & 255]));
  return write(width, height, 3, pixels, [chunk('PLTE', table)]);
}
