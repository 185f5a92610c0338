import { formsOf } from '../forms.ts';
import type { InvoiceDocument } from '../model.ts';
import type { Receipt } from '../receipt.ts';
import { fill, words } from '../words.ts';
import { drawFeet, drawHead, type Frame } from './frame.ts';
import { ink, openSheet, page } from './sheet.ts';
import { drawSums, remarksOf } from './sums.ts';
import { drawItems } from './table.ts';

/** Draws a receipt as PDF, A4, in its language. */
export async function drawReceipt(receipt: Receipt, logo: Buffer | null): Promise<Buffer> {
  const { language, seller, buyer, paidOn, number, period } = receipt;
  const say = words[language];
  const forms = formsOf(language, receipt.currency);
  const bank = { iban: null, bic: null, bank: null };
  const frame: Frame = { language, forms, seller, buyer, title: say.receipt, bank, footer: receipt.footer, logo };
  const sheet = openSheet({
    ...{
      title: `${say.receipt} ${number}`,
      author: seller.legalName ?? seller.name,
      subject: buyer.name,
      language,
      day: paidOn,
    },
  });
  const refunded = BigInt(receipt.refundedMicros);
  const notes = refunded > 0n ? [fill(say.refunded, { amount: forms.amount(refunded) })] : [];
  const document: InvoiceDocument = {
    ...{
      ...receipt,
      kind: 'invoice',
      issuedOn: paidOn,
      dueOn: null,
      buyerReference: null,
      preceding: null,
    },
    ...{ prepaidMicros: '0', payableMicros: receipt.grossMicros, notes },
    payment: { termsDays: null, reference: null, ...bank },
  };
  const paid = period ? ([say.period, forms.days(period)] as const) : ([say.paidOn, forms.day(paidOn)] as const);
  const facts = [
    paid,
    [say.paidWith, receipt.paidWith],
    [period ? say.methods.wallet : say.paymentNumber, number],
    [say.yourVatNumber, buyer.vatNumber],
  ] as const;
  let y = drawHead(sheet, frame, facts) + 16;
  y = drawItems(sheet, frame, document, y) + 12;
  y = drawSums(sheet, frame, document, y, say.paid) + 20;
  const style = { size: 8, color: ink.soft };
  for (const remark of remarksOf(document)) {
    y = sheet.text(remark, { x: page.left, y, width: page.right - page.left }, style) + 4;
  }
  drawFeet(sheet, frame);
  return sheet.end();
}
