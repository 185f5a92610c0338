import type { Micros } from '@simwright/measure';
import { type Invoice, type ItemKind, kindName, listInvoices, sumKindsOf } from '../../billing/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { accountOfItem, taxTypeOf } from '../mapping.ts';
import { shareVat } from '../pushes/model.ts';
import { getSettings } from '../settings.ts';

/** A kind of item of a document, as books take it. Those of a credit note are below zero. */
export type DocumentRow = {
  document: Invoice;
  kind: ItemKind;
  words: string;
  items: number;
  /** Empty where nobody has said. */
  accountCode: string;
  taxType: string;
  netMicros: Micros;
  vatMicros: Micros;
};

/** What documents come to, by kind of item: the sums of each document, exactly, with their VAT shared out. */
export async function rowsOf(ctx: Ctx, documents: Invoice[]): Promise<DocumentRow[]> {
  return reading(ctx, async (ctx) => {
    const { mapping } = await getSettings(ctx);
    const ids = documents.map(({ id }) => id);
    const byBill = Map.groupBy(await sumKindsOf(ctx, ids), ({ billId }) => billId);
    return documents.flatMap((document) => {
      const { category, ratePpm } = document.document.tax;
      const kinds = byBill.get(document.id) ?? [];
      const sign = document.kind === 'credit_note' ? -1n : 1n;
      const nets = kinds.map((one) => one.netMicros);
      const shares = shareVat(nets, sign * document.vatMicros);
      return kinds.map(({ kind, items, netMicros }, i) => ({
        ...{ document, kind, items, netMicros, vatMicros: shares[i]!, words: kindName('en', kind) },
        accountCode: accountOfItem(mapping, kind) ?? '',
        taxType: taxTypeOf(mapping, category, ratePpm) ?? '',
      }));
    });
  });
}

/** Documents that were issued from one instant until another, newest first. */
export async function documentsOf(
  ctx: Ctx,
  { from, until: to }: { from: Date; until: Date },
  page: { after?: Id; limit: number },
): Promise<Invoice[]> {
  return listInvoices(ctx, { from, to }, page);
}
