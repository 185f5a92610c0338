import { inflateSync } from 'node:zlib';
import { refuse } from '../../kit/refusal.ts';
import type { Logo } from './sql.ts';

/** Largest logo: in bytes as it is sent, and in pixels either way. */
export const maxLogoBytes = 256 * 1024;
const maxSide = 2_000;

/**
 * Reads an image by its bytes, whatever its name says: PNG (not interlaced, 8 bits a channel at most) or JPEG (baseline or
 * progressive, grey or colour). What is not needed to draw it, and so might carry anything, is left out of what is kept.
 *
 * Refuses `logo.not_an_image`, `logo.too_large`, `logo.form_unknown`.
 */
export function readLogo(bytes: Buffer): Logo {
  if (bytes.length > maxLogoBytes) throw tooLarge(`${maxLogoBytes / 1024} kB at most`);
  const logo = startsWith(bytes, pngHead) ? readPng(bytes) : startsWith(bytes, jpegHead) ? readJpeg(bytes) : null;
  if (!logo) throw refuse.invalid('logo.not_an_image', 'This is no PNG and no JPEG.', at('a PNG or JPEG image'));
  if (logo.width < 1 || logo.height < 1 || logo.width > maxSide || logo.height > maxSide) {
    throw tooLarge(`1 to ${maxSide} pixels either way`);
  }
  return logo;
}

const at = (expected: string) => ({ field: 'body.image', expected });
const tooLarge = (expected: string) => refuse.invalid('logo.too_large', 'The image is too large.', at(expected));
const unknown = (expected: string) =>
  refuse.invalid('logo.form_unknown', 'The image is of a form that documents cannot draw.', at(expected));

function startsWith(bytes: Buffer, head: Buffer): boolean {
  return bytes.subarray(0, head.length).equals(head);
}

const jpegHead = Buffer.from([0xff, 0xd8]);
const pngHead = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Chunks that make the picture (PNG, third edition, section 11). */
const drawn = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];
/** Channels of each colour type. */
const channels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function readPng(bytes: Buffer): Logo | null {
  const kept: Buffer[] = [pngHead];
  const packed: Buffer[] = [];
  let head: Buffer | null = null;
  let hasPalette = false;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const chunk = bytes.subarray(at, at + 12 + length);
    if (chunk.length !== 12 + length) return null;
    const content = chunk.subarray(8, 8 + length);
    if (type === 'IHDR') head = content;
    if (type === 'PLTE') hasPalette = true;
    if (type === 'IDAT') packed.push(content);
    if (drawn.includes(type)) kept.push(chunk);
    at += 12 + length;
    if (type === 'IEND') break;
  }
  if (head?.length !== 13 || packed.length === 0) return null;
  const [width, height, depth, colour] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8]!, head[9]!];
  const count = channels[colour];
  if (count === undefined || depth > 8 || head[12] !== 0 || (colour === 3 && !hasPalette)) {
    throw unknown('a PNG that is not interlaced, of at most 8 bits a channel');
  }
  if (width > maxSide || height > maxSide) throw tooLarge(`1 to ${maxSide} pixels either way`);
  // A small file may unpack to gigabytes: no more is unpacked than the picture has.
  const size = height * (1 + Math.ceil((width * count * depth) / 8));
  if (unpackedSize(Buffer.concat(packed), size) !== size) return null;
  return { type: 'image/png', width, height, bytes: Buffer.concat(kept) };
}

function unpackedSize(packed: Buffer, most: number): number | null {
  try {
    return inflateSync(packed, { maxOutputLength: Math.max(1, most) }).length;
  } catch {
    return null;
  }
}

/** Segments that say how the picture is packed (ISO/IEC 10918-1 annex B): frames, tables, and Adobe's note on colours. */
function isNeeded(marker: number): boolean {
  return marker === 0xdb || marker === 0xdd || marker === 0xee || (marker >= 0xc0 && marker <= 0xcf);
}

function readJpeg(bytes: Buffer): Logo | null {
  const kept: Buffer[] = [jpegHead];
  let size: { width: number; height: number } | null = null;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    const length = bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at, at + 2 + length);
    if (length < 2 || segment.length !== 2 + length) return null;
    if (marker === 0xda) {
      // From here on it is the picture itself.
      const end = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]));
      if (!size || end < at) return null;
      return { type: 'image/jpeg', ...size, bytes: Buffer.concat([...kept, bytes.subarray(at, end + 2)]) };
    }
    if (isFrame(marker)) {
      if (segment.length < 10) return null;
      const colours = segment[9]!;
      if (marker > 0xc2 || segment[4] !== 8 || (colours !== 1 && colours !== 3)) {
        throw unknown('a baseline or progressive JPEG, grey or RGB');
      }
      size = { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7) };
    }
    if (isNeeded(marker)) kept.push(segment);
    at += 2 + length;
  }
  return null;
}

/** C4, C8 and CC lie between the frames and are none. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
