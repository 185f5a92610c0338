import type { Ctx } from '../../kit/ctx.ts';
import { condense, mostDrawn } from '../condense.ts';
import type { InvoiceDocument } from '../model.ts';
import { findLogo } from '../parties/service.ts';
import type { Receipt } from '../receipt.ts';
import { drawInvoice } from './invoice.ts';
import { drawReceipt } from './receipt.ts';

/** A document as PDF, with the logo that it names. The same document gives the same bytes. Of more than a thousand items, those alike are one. */
export async function pdfOf(ctx: Ctx, document: InvoiceDocument): Promise<Buffer> {
  const drawn = document.items.length > mostDrawn ? condense(document) : document;
  return drawInvoice(drawn, (await findLogo(ctx, document.logo))?.bytes ?? null);
}

/** A receipt as PDF. */
export async function receiptPdf(ctx: Ctx, receipt: Receipt): Promise<Buffer> {
  return drawReceipt(receipt, (await findLogo(ctx, receipt.logo))?.bytes ?? null);
}
