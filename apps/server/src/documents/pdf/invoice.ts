import { formsOf } from '../forms.ts';
import type { InvoiceDocument } from '../model.ts';
import { words } from '../words.ts';
import { drawFeet, drawHead, type Frame, footTop, nextPage } from './frame.ts';
import { ink, openSheet, page } from './sheet.ts';
import { drawPayment, drawSums, paymentHeight, remarksOf, sumsHeight } from './sums.ts';
import { drawItems } from './table.ts';

/**
 * Draws an invoice or a credit note as PDF, A4, in its language. Nothing is looked up: the same document and logo give the same bytes.
 *
 * @param logo a PNG or JPEG that `readLogo` has taken; null: the seller's name stands in its place
 */
export async function drawInvoice(document: InvoiceDocument, logo: Buffer | null): Promise<Buffer> {
  const { language, seller, buyer, period, dueOn, preceding } = document;
  const say = words[language];
  const forms = formsOf(language, document.currency);
  const title = `${document.kind === 'invoice' ? say.invoice : say.creditNote} ${document.number}`;
  const frame: Frame = { language, forms, seller, buyer, title, bank: document.payment, footer: document.footer, logo };
  const sheet = openSheet({
    ...{ title, author: seller.legalName ?? seller.name, subject: buyer.name, language, day: document.issuedOn },
  });
  const bottom = footTop(sheet, frame);
  const facts = [
    [say.date, forms.day(document.issuedOn)],
    [say.due, dueOn && document.kind === 'invoice' ? forms.day(dueOn) : null],
    [say.period, period && forms.days(period)],
    [say.corrects, preceding && `${say.invoice} ${preceding.number}, ${forms.day(preceding.issuedOn)}`],
    [say.yourReference, document.buyerReference],
    [say.yourVatNumber, buyer.vatNumber],
  ] as const;
  let y = drawHead(sheet, frame, facts) + 16;
  y = drawItems(sheet, frame, document, y) + 12;
  const room = (height: number) => {
    if (y + height > bottom) y = nextPage(sheet, frame);
  };
  room(sumsHeight(document));
  y = drawSums(sheet, frame, document, y) + 20;
  room(paymentHeight);
  y = drawPayment(sheet, frame, document, y) + 12;
  const style = { size: 8, color: ink.soft };
  for (const remark of remarksOf(document)) {
    const width = page.right - page.left;
    room(sheet.height(remark, width, style));
    y = sheet.text(remark, { x: page.left, y, width }, style) + 4;
  }
  drawFeet(sheet, frame);
  return sheet.end();
}
