import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
/** The very fontkit that pdfkit draws with. */
const fontkit = createRequire(require.resolve('pdfkit'))('fontkit') as { create(bytes: Buffer): Font };

/** What pdfkit and we use of fontkit, which has no types. */
type Path = { commands: { command: string; args: number[] }[] };
type Glyph = { path: Path; codePoints: number[]; advanceWidth: number; _getMetrics(): { leftBearing: number } };
type Run = { glyphs: Glyph[]; positions: Record<string, number>[]; advanceWidth: number };
type Font = {
  getGlyph(id: number, codePoints?: number[]): Glyph;
  createSubset(): Subset;
  layout(text: string, features?: unknown): Run;
};
type Subset = {
  font: Font;
  glyf: Uint8Array[];
  loca: { offsets: number[]; version: number };
  hmtx: { metrics: { advance: number; bearing: number }[] };
  offset: number;
  _addGlyph(id: number): number;
};

const weights = { regular: 'Regular', medium: 'Medium', bold: 'SemiBold' } as const;
export type Weight = keyof typeof weights;

/** Texts that a font remembers, with where each sign of them goes: a kilobyte or so each. */
const mostLaidOut = 2_000;

let opened: Record<Weight, Font> | undefined;

/**
 * Inter in the weights that documents use, for `PDFDocument.font`. Opened once for the process: what is read of a font stays in it, a few
 * megabytes, and a document takes milliseconds instead of a quarter of a second.
 */
export function fonts(): Record<Weight, PDFKit.Mixins.PDFFontSource> {
  opened ??= { regular: open('regular'), medium: open('medium'), bold: open('bold') };
  return opened as unknown as Record<Weight, PDFKit.Mixins.PDFFontSource>;
}

function open(weight: Weight): Font {
  const font = fontkit.create(readFileSync(require.resolve(`inter-ui/web/Inter-${weights[weight]}.woff2`)));
  const createSubset = font.createSubset.bind(font);
  // fontkit 2.0.4 copies the bytes of a glyph as they lie in the file. In a WOFF2 file they lie there packed, so we write
  // them from the outline, which it reads rightly.
  font.createSubset = () => Object.assign(createSubset(), { _addGlyph: addGlyph });
  // It keeps a glyph with the text that it was first asked for with: none, if it was only measured, or that of another document. Copied
  // from the PDF, a full stop would be some other sign, and the bytes would depend on what was drawn before.
  const getGlyph = font.getGlyph.bind(font);
  font.getGlyph = (id, codePoints = []) => {
    const glyph = getGlyph(id, codePoints);
    if (codePoints.length > 0) glyph.codePoints = codePoints;
    return glyph;
  };
  const layout = font.layout.bind(font);
  const laidOut = new Map<string, { run: Run; texts: number[][] }>();
  // A figure is laid out to be measured, and again to be drawn: most of the work of a long bill.
  font.layout = (text, features) => {
    const key = `${text}\n${features ? JSON.stringify(features) : ''}`;
    if (laidOut.size >= mostLaidOut) laidOut.clear();
    const known = laidOut.get(key);
    if (known) {
      known.run.glyphs.forEach((glyph, i) => {
        glyph.codePoints = known.texts[i]!;
      });
      return copyOf(known.run);
    }
    const run = layout(text, features);
    laidOut.set(key, { run, texts: run.glyphs.map(({ codePoints }) => codePoints) });
    return copyOf(run);
  };
  return font;
}

/** pdfkit scales the places in a run, and asks how wide it is after that. */
function copyOf({ glyphs, positions }: Run): Run {
  const places = positions.map((position) => ({ ...position }));
  return {
    glyphs,
    positions: places,
    get advanceWidth() {
      return places.reduce((sum, { xAdvance }) => sum + xAdvance!, 0);
    },
  };
}

function addGlyph(this: Subset, id: number): number {
  const glyph = this.font.getGlyph(id);
  const bytes = writeOutline(glyph.path);
  this.glyf.push(bytes);
  // Offsets of 32 bits: a subset of hundreds of glyphs passes 128 kB.
  this.loca.version = 1;
  this.loca.offsets.push(this.offset);
  this.hmtx.metrics.push({ advance: glyph.advanceWidth, bearing: glyph._getMetrics().leftBearing });
  this.offset += bytes.length;
  return this.glyf.length - 1;
}

/** An outline as a simple glyph (OpenType, `glyf` table), without the saving of bytes that it allows: the PDF is packed anyway. */
function writeOutline({ commands }: Path): Uint8Array {
  const points: { x: number; y: number; on: boolean }[] = [];
  const ends: number[] = [];
  for (const { command, args } of commands) {
    const at = args.map(Math.round);
    if (command === 'closePath') ends.push(points.length - 1);
    if (command === 'quadraticCurveTo') points.push({ x: at[0]!, y: at[1]!, on: false });
    if (command !== 'closePath') points.push({ x: at.at(-2)!, y: at.at(-1)!, on: true });
  }
  if (points.length === 0) return new Uint8Array(0);
  const size = 10 + 2 * ends.length + 2 + 5 * points.length;
  const bytes = Buffer.alloc(size + (4 - (size % 4)));
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  let end = 0;
  const write = (value: number) => {
    end = bytes.writeInt16BE(value, end);
  };
  for (const value of [ends.length, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]) write(value);
  for (const value of [...ends, 0]) write(value);
  for (const { on } of points) end = bytes.writeUInt8(on ? 1 : 0, end);
  for (const along of [xs, ys]) for (const [i, value] of along.entries()) write(value - (along[i - 1] ?? 0));
  return bytes;
}
