import { formatAmount } from '@simwright/measure';
import qrcode from 'qrcode-generator';
import type { InvoiceDocument } from '../model.ts';
import type { Sheet } from './sheet.ts';

/**
 * What the QR code of a bill in euro says to a banking app: a SEPA credit transfer (European Payments Council, EPC069-12, version 002;
 * "GiroCode" in Germany and Austria). Null where there is nothing to pay, no IBAN, or another currency.
 */
export function giroText({ kind, currency, payableMicros, payment, seller, number }: InvoiceDocument): string | null {
  const payable = BigInt(payableMicros);
  // From a cent up to 999,999,999.99 euro.
  if (kind !== 'invoice' || currency !== 'EUR' || !payment.iban || payable <= 0n || payable >= 10n ** 17n) return null;
  const name = (seller.legalName ?? seller.name).slice(0, 70);
  const lines = ['BCD', '002', '1', 'SCT', payment.bic ?? '', name, payment.iban, `EUR${formatAmount(payable, 'EUR')}`];
  return [...lines, '', '', (payment.reference ?? number).slice(0, 140)].join('\n');
}

/** Draws a QR code of error correction level M, as EPC069-12 asks for, in a square. */
export function drawQr({ pdf }: Sheet, text: string, x: number, y: number, size: number): void {
  const code = qrcode(0, 'M');
  // Bytes of UTF-8, as the first lines of the text say; the library takes one sign for one byte.
  code.addData(Buffer.from(text, 'utf8').toString('latin1'), 'Byte');
  code.make();
  const count = code.getModuleCount();
  const module = size / count;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (code.isDark(row, column)) pdf.rect(x + column * module, y + row * module, module, module);
    }
  }
  pdf.fill('#000');
}
