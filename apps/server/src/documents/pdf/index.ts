import type { Ctx } from '../../kit/ctx.ts';
import type { InvoiceDocument } from '../model.ts';
import { findLogo } from '../parties/service.ts';
import { drawInvoice } from './invoice.ts';

/** A document as PDF, with the logo that it names. The same document gives the same bytes. */
export async function pdfOf(ctx: Ctx, document: InvoiceDocument): Promise<Buffer> {
  return drawInvoice(document, (await findLogo(ctx, document.logo))?.bytes ?? null);
}
