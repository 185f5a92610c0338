import type { Forms } from '../forms.ts';
import type { DocumentItem, InvoiceDocument } from '../model.ts';
import { words } from '../words.ts';
import { type Frame, footTop, nextPage } from './frame.ts';
import { ink, page, type Sheet } from './sheet.ts';

/** Left edges and widths of the columns. */
const columns = {
  position: { x: page.left, width: 24 },
  item: { x: page.left + 26, width: 196 },
  quantity: { x: page.left + 230, width: 72, align: 'right' },
  price: { x: page.left + 308, width: 70, align: 'right' },
  vat: { x: page.left + 382, width: 34, align: 'right' },
  amount: { x: page.left + 418, width: page.right - page.left - 418, align: 'right' },
} as const;

const pad = 4;
const detail = { size: 7.5, color: ink.soft };
/** Of the row that carries a sum from page to page. */
const carryHeight = 18;

/** Draws the items, over as many pages as they take, each with its head and the sum so far. Says where they end. */
export function drawItems(
  sheet: Sheet,
  frame: Frame,
  { items, taxes, currency }: InvoiceDocument,
  from: number,
): number {
  const { forms, language } = frame;
  const say = words[language];
  const bottom = footTop(sheet, frame);
  const taxed = taxes.length > 0;
  const head = (y: number) => {
    const style = { size: 7.5, weight: 'medium', color: ink.soft } as const;
    sheet.line(say.item, { ...columns.item, y }, style);
    sheet.line(say.quantity, { ...columns.quantity, y }, style);
    sheet.line(say.unitPrice, { ...columns.price, y }, style);
    if (taxed) sheet.line(say.vat, { ...columns.vat, y }, style);
    sheet.line(`${say.amount} (${currency})`, { ...columns.amount, y }, style);
    sheet.rule(y + 14, page.left, page.right, ink.dark, 0.75);
    return y + 15;
  };
  const carry = (label: string, sum: bigint, y: number) => {
    const style = { size: 8, color: ink.soft };
    sheet.line(label, { ...columns.item, y: y + pad }, style);
    sheet.line(forms.figure(sum), { ...columns.amount, y: y + pad }, style);
    return y + carryHeight;
  };
  let y = head(from);
  let sum = 0n;
  items.forEach((item, i) => {
    const height = rowHeight(sheet, item);
    const isLast = i === items.length - 1;
    if (y + height + (isLast ? 0 : carryHeight) > bottom) {
      carry(say.carriedForward, sum, y);
      y = head(nextPage(sheet, frame));
      y = carry(say.broughtForward, sum, y);
      sheet.rule(y);
    }
    drawRow(sheet, forms, say.units, item, y, taxed);
    y += height;
    sum += BigInt(item.netMicros);
    sheet.rule(y);
  });
  return y;
}

function detailOf({ lineLabel, description }: DocumentItem): string {
  return [lineLabel, description].filter(Boolean).join(' · ');
}

function rowHeight(sheet: Sheet, item: DocumentItem): number {
  const { width } = columns.item;
  return sheet.height(item.name, width) + sheet.height(detailOf(item), width, detail) + 2 * pad;
}

function drawRow(
  sheet: Sheet,
  forms: Forms,
  units: Record<string, string>,
  item: DocumentItem,
  top: number,
  taxed: boolean,
): void {
  const y = top + pad;
  const unit = units[item.unit] ?? item.unit;
  sheet.line(`${item.position}`, { ...columns.position, y: y + 0.5 }, { size: 8, color: ink.soft });
  const named = sheet.text(item.name, { ...columns.item, y });
  sheet.text(detailOf(item), { ...columns.item, y: named }, detail);
  sheet.line(`${forms.number(item.quantity)}${unit && `\u00a0${unit}`}`, { ...columns.quantity, y });
  sheet.line(forms.price(item.unitPrice), { ...columns.price, y });
  if (taxed) sheet.line(forms.rate(item.taxRatePpm), { ...columns.vat, y });
  sheet.line(forms.figure(item.netMicros), { ...columns.amount, y });
}
