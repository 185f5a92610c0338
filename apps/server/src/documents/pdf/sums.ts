import type { InvoiceDocument } from '../model.ts';
import { spacedIban } from '../parties/model.ts';
import { fill, type Words, words } from '../words.ts';
import type { Frame } from './frame.ts';
import { drawQr, giroText } from './giro.ts';
import { ink, page, type Sheet } from './sheet.ts';

const left = page.left + 222;
const width = page.right - left;
const figureWidth = 96;

/**
 * Draws what it all comes to: net, VAT of each rate, what was paid, what is left. Says where it ends.
 *
 * @param label of the last line, where it is neither what is due nor what is credited
 */
export function drawSums(
  sheet: Sheet,
  { forms, language }: Frame,
  document: InvoiceDocument,
  top: number,
  label?: string,
): number {
  const say = words[language];
  let y = top;
  const line = (name: string, figure: string, style: { weight?: 'medium' | 'bold'; size?: number } = {}) => {
    const size = style.size ?? 9;
    sheet.line(
      name,
      { x: left, y, width: width - figureWidth - 8 },
      { ...style, color: style.weight ? ink.dark : ink.soft },
    );
    sheet.line(figure, { x: page.right - figureWidth, y, width: figureWidth, align: 'right' }, style);
    y += size + 7;
  };
  if (document.taxes.length > 0) line(say.net, forms.figure(document.netMicros));
  for (const { category, ratePpm, netMicros, vatMicros } of document.taxes) {
    const text = category === 'S' ? say.vatOn : say.noVatOn;
    line(fill(text, { rate: forms.rate(ratePpm), net: forms.figure(netMicros) }), forms.figure(vatMicros));
  }
  sheet.rule(y - 2, left);
  y += 4;
  const isInvoice = document.kind === 'invoice';
  const prepaid = BigInt(document.prepaidMicros);
  if (prepaid !== 0n) {
    line(say.total, forms.figure(document.grossMicros), { weight: 'medium' });
    for (const { number, micros } of shownCredits(document, say)) line(number, forms.figure(-BigInt(micros)));
    const paid = prepaid - creditedBy(document);
    if (paid !== 0n) line(say.prepaid, forms.figure(-paid));
    sheet.rule(y - 2, left);
    y += 4;
  }
  line(label ?? (isInvoice ? say.toPay : say.credited), forms.amount(document.payableMicros), {
    weight: 'bold',
    size: 11,
  });
  sheet.rule(y - 1, left, page.right, ink.dark, 0.75);
  return y + 4;
}

/** Credit notes that are named in the sums one by one. */
const mostNamed = 3;

/** What of a document was paid by credit notes, a line each while they are few. */
function shownCredits({ creditNotes = [] }: InvoiceDocument, say: Words): { number: string; micros: string }[] {
  if (creditNotes.length > mostNamed) {
    const sum = creditNotes.reduce((all, { micros }) => all + BigInt(micros), 0n);
    return [{ number: fill(say.creditNotesPay, { count: `${creditNotes.length}` }), micros: `${sum}` }];
  }
  return creditNotes.map(({ number, micros }) => ({ number: fill(say.creditNotePays, { number }), micros }));
}

function creditedBy({ creditNotes = [] }: InvoiceDocument): bigint {
  return creditNotes.reduce((sum, { micros }) => sum + BigInt(micros), 0n);
}

/** How high `drawSums` will be. */
export function sumsHeight(document: InvoiceDocument): number {
  const { taxes, prepaidMicros, creditNotes = [] } = document;
  const named = creditNotes.length > mostNamed ? 1 : creditNotes.length;
  const lines = named + (BigInt(prepaidMicros) > creditedBy(document) ? 1 : 0);
  return 16 + taxes.length * 16 + 4 + (BigInt(prepaidMicros) === 0n ? 0 : 20 + 16 * lines) + 22;
}

const codeSize = 78;

/** Draws how it is paid, with a code to scan where banks know one, and says where it ends. */
export function drawPayment(sheet: Sheet, { forms, language }: Frame, document: InvoiceDocument, top: number): number {
  const say = words[language];
  const { payment, seller, number } = document;
  const code = giroText(document);
  const textWidth = page.right - page.left - (code ? codeSize + 20 : 0);
  let y = sheet.text(howToPay(document, forms), { x: page.left, y: top, width: textWidth }, { weight: 'medium' }) + 5;
  if (payment.iban && document.kind === 'invoice' && BigInt(document.payableMicros) > 0n) {
    const facts = [
      [say.accountHolder, seller.legalName ?? seller.name],
      ['IBAN', spacedIban(payment.iban)],
      ['BIC', payment.bic],
      [say.bank, payment.bank],
      [say.reference, payment.reference ?? number],
    ] as const;
    for (const [name, value] of facts) {
      if (!value) continue;
      sheet.line(name, { x: page.left, y, width: 92 }, { size: 8.5, color: ink.soft });
      sheet.line(value, { x: page.left + 96, y, width: textWidth - 96 }, { size: 8.5 });
      y += 13.5;
    }
  }
  if (!code) return y;
  const x = page.right - codeSize;
  drawQr(sheet, code, x, top + 2, codeSize);
  sheet.line(say.scan, { x, y: top + codeSize + 6, width: codeSize, align: 'right' }, { size: 7, color: ink.soft });
  return Math.max(y, top + codeSize + 16);
}

/** Room that `drawPayment` needs at most. */
export const paymentHeight = 108;

function howToPay({ kind, language, payableMicros, dueOn, payment }: InvoiceDocument, forms: Frame['forms']): string {
  const say = words[language];
  const amount = forms.amount(payableMicros);
  if (kind === 'credit_note') return fill(say.creditedWhere, { amount });
  if (BigInt(payableMicros) <= 0n) return say.nothingToPay;
  if (dueOn === null) return fill(say.pay, { amount });
  const date = forms.day(dueOn);
  return payment.termsDays
    ? fill(say.payWithin, { amount, date, days: `${payment.termsDays}` })
    : fill(say.payBy, { amount, date });
}

/** Why no VAT is asked for, once for each reason, as the law wants to read it; and what the seller has to say. */
export function remarksOf({ taxes, notes, language }: InvoiceDocument): string[] {
  const say = words[language];
  const reasons = taxes.flatMap(({ category, reason }) => {
    const law = say.reasons[category];
    return [law, reason && reason !== law ? reason : ''].filter(Boolean).join(' ');
  });
  return [...new Set([...reasons, ...notes])].filter(Boolean);
}
