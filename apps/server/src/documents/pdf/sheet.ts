import { createRequire } from 'node:module';
import type PDFDocumentType from 'pdfkit';
import { fonts, type Weight } from './fonts.ts';

// pdfkit's default export is the class itself; its types say the same of the module.
const PDFDocument = createRequire(import.meta.url)('pdfkit') as typeof PDFDocumentType;

/** A4 in points, and what of it is written on: 20 mm on either side. */
export const page = { width: 595.28, height: 841.89, left: 57, right: 538.28, top: 48 } as const;

export const ink = { dark: '#16191d', soft: '#5c636b', line: '#d5d9dd', faint: '#f4f5f6' } as const;

export type Style = { size?: number; weight?: Weight; color?: string };
/** Figures of one width, and none of the look around each that Inter's joined signs need: that is most of the work of a long bill. */
const figures = { tnum: true, calt: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[];
type Place = { x: number; y: number; width: number; align?: 'left' | 'right' };
export type Sheet = ReturnType<typeof openSheet>;

export type About = { title: string; author: string; subject: string; language: string; day: string };

/**
 * A document to draw on, with text in Inter and figures of one width. Nothing breaks by itself: whoever draws looks where the page
 * ends. Its dates are those of the document, so the same drawing has the same bytes.
 */
export function openSheet(about: About) {
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    autoFirstPage: true,
    lang: about.language,
    displayTitle: true,
    // Without a name it would be opened again, and compared, each time that it is asked for by one.
    font: null as unknown as string,
    info: {
      ...{
        Title: about.title,
        Author: about.author,
        Subject: about.subject,
        Creator: 'Simwright',
        Producer: 'Simwright',
      },
      CreationDate: new Date(`${about.day}T00:00:00Z`),
    },
  });
  // Under a name each is looked up; handed over as it is, it would be made anew and compared with the others at every change.
  for (const [weight, font] of Object.entries(fonts())) pdf.registerFont(weight, font);
  pdf.font('regular');
  const pieces: Buffer[] = [];
  pdf.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = new Promise<void>((resolve, reject) => pdf.on('end', resolve).on('error', reject));

  const dress = ({ size = 9, weight = 'regular', color = ink.dark }: Style) =>
    pdf.font(weight).fontSize(size).fillColor(color);
  // Figures that stand below each other are of one width. Asked for features, pdfkit keeps no word that it has laid out, so only there.
  const options = ({ width, align = 'left' }: Pick<Place, 'width' | 'align'>) => ({
    ...{ width, align, lineGap: 1.5 },
    ...(align === 'right' && { features: figures }),
  });

  return {
    pdf,
    /** How high a text will be. */
    height: (text: string, width: number, style: Style = {}) =>
      text === '' ? 0 : dress(style).heightOfString(text, options({ width })),
    /** Writes a text, broken into lines of this width, and says where it ends. */
    text(text: string, { x, y, ...place }: Place, style: Style = {}): number {
      if (text === '') return y;
      dress(style).text(text, x, y, options(place));
      return pdf.y;
    },
    /** Writes one line, smaller where it would not fit. Words are cut where that would be less than half as large; figures never. */
    line(whole: string, place: Place, style: Style = {}): void {
      const wished = style.size ?? 9;
      const measured = dress(style).widthOfString(whole, options(place));
      const most = Math.floor((whole.length * 2 * place.width) / measured);
      const text = place.align === 'right' || whole.length <= most ? whole : `${whole.slice(0, most - 1)}…`;
      const wide = text === whole ? measured : pdf.widthOfString(text, options(place));
      const shrink = Math.min(1, place.width / wide);
      const x = place.align === 'right' ? place.x + place.width - wide * shrink : place.x;
      const { features } = options(place) as { features?: typeof figures };
      pdf
        .fontSize(wished * shrink)
        .text(text, x, place.y + wished * (1 - shrink), { lineBreak: false, ...(features && { features }) });
    },
    rule(y: number, from: number = page.left, to: number = page.right, color: string = ink.line, width = 0.5): void {
      pdf.moveTo(from, y).lineTo(to, y).lineWidth(width).strokeColor(color).stroke();
    },
    image(bytes: Buffer, x: number, y: number, fit: [number, number]): void {
      pdf.image(bytes, x, y, { fit });
    },
    /** Ends the document and gives its bytes. */
    async end(): Promise<Buffer> {
      pdf.end();
      await ended;
      return Buffer.concat(pieces);
    },
  };
}
