import { addressLines, type Forms } from '../forms.ts';
import type { Language, Party } from '../model.ts';
import { spacedIban } from '../parties/model.ts';
import { fill, words } from '../words.ts';
import { ink, page, type Sheet } from './sheet.ts';

/** What stands around what a document says: on its first page, on those that follow, and at the foot of each. */
export type Frame = {
  language: Language;
  forms: Forms;
  seller: Party;
  buyer: Party;
  /** `Invoice 2026-17` */
  title: string;
  bank: { iban: string | null; bic: string | null; bank: string | null };
  footer: string | null;
  logo: Buffer | null;
};

const small = { size: 7, color: ink.soft };
const gap = 14;

/**
 * Draws the head of the first page: logo or name, the address for a window (DIN 5008, form B: 45 mm from the top), facts beside it,
 * and the title. Says where it ends.
 */
export function drawHead(sheet: Sheet, frame: Frame, facts: readonly (readonly [string, string | null])[]): number {
  const { seller, buyer, forms } = frame;
  if (frame.logo) sheet.image(frame.logo, page.left, page.top - 8, [190, 52]);
  else sheet.text(seller.name, { x: page.left, y: page.top, width: 300 }, { size: 15, weight: 'bold' });

  const sender = [seller.legalName ?? seller.name, ...addressLines(seller, forms, seller.countryCode)].join(' · ');
  sheet.line(sender, { x: page.left, y: 132, width: 240 }, { ...small, size: 6.5 });
  let y = 146;
  const address = { x: page.left, width: 240 };
  y = sheet.text(buyer.name, { ...address, y }, { size: 10, weight: 'medium' });
  const rest = [
    buyer.legalName === buyer.name ? null : buyer.legalName,
    ...addressLines(buyer, forms, seller.countryCode),
  ];
  y = sheet.text(rest.filter(Boolean).join('\n'), { ...address, y: y + 1 }, { size: 10 });

  const [left, middle] = [338, 420];
  let aside = 132;
  for (const [name, value] of facts) {
    if (value === null) continue;
    sheet.line(name, { x: left, y: aside, width: middle - left - 6 }, { size: 8.5, color: ink.soft });
    const ends = sheet.text(value, { x: middle, y: aside, width: page.right - middle }, { size: 8.5 });
    aside = Math.max(ends, aside + 11) + 3.5;
  }
  y = Math.max(y, aside, 226) + 22;
  return sheet.text(frame.title, { x: page.left, y, width: page.right - page.left }, { size: 19, weight: 'bold' });
}

/** Begins another page, and says where its content begins. */
export function nextPage(sheet: Sheet, frame: Frame): number {
  sheet.pdf.addPage();
  sheet.line(frame.seller.name, { x: page.left, y: page.top - 10, width: 240 }, { size: 8, color: ink.soft });
  const right = { x: page.left + 250, y: page.top - 10, width: page.right - page.left - 250, align: 'right' as const };
  sheet.line(frame.title, right, { size: 8, color: ink.soft });
  sheet.rule(page.top + 6);
  return page.top + 18;
}

/** Where the content of a page ends: above its foot. */
export function footTop(sheet: Sheet, frame: Frame): number {
  const columns = footColumns(frame);
  const width = columnWidth(columns.length);
  const tallest = Math.max(0, ...columns.map((column) => sheet.height(column.join('\n'), width, small)));
  const note = frame.footer ? sheet.height(frame.footer, page.right - page.left, small) + 6 : 0;
  return page.height - 44 - tallest - note - 10;
}

/** Draws the foot of every page: who bills, where it is registered, its bank, a note, and which page it is. */
export function drawFeet(sheet: Sheet, frame: Frame): void {
  const { start, count } = sheet.pdf.bufferedPageRange();
  const top = footTop(sheet, frame) + 10;
  const columns = footColumns(frame);
  const width = columnWidth(columns.length);
  for (let at = 0; at < count; at++) {
    sheet.pdf.switchToPage(start + at);
    sheet.rule(top - 6);
    let bottom = top;
    columns.forEach((column, i) => {
      const x = page.left + i * (width + gap);
      bottom = Math.max(bottom, sheet.text(column.join('\n'), { x, y: top, width }, small));
    });
    if (frame.footer) sheet.text(frame.footer, { x: page.left, y: bottom + 6, width: page.right - page.left }, small);
    const numbered = fill(words[frame.language].page, { page: `${at + 1}`, pages: `${count}` });
    const place = { x: page.left, y: page.height - 30, width: page.right - page.left, align: 'right' as const };
    sheet.line(numbered, place, small);
  }
}

function columnWidth(count: number): number {
  return (page.right - page.left - gap * (count - 1)) / Math.max(1, count);
}

function footColumns({ seller, bank, forms, language }: Frame): string[][] {
  const say = words[language];
  const columns = [
    [seller.legalName ?? seller.name, ...addressLines(seller, forms, null)],
    [seller.registration, seller.vatNumber && `${say.vatNumber} ${seller.vatNumber}`, seller.email],
    [bank.bank, bank.iban && `IBAN ${spacedIban(bank.iban)}`, bank.bic && `BIC ${bank.bic}`],
  ];
  return columns
    .map((lines) => lines.filter((line): line is string => Boolean(line)))
    .filter(({ length }) => length > 0);
}
