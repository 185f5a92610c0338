import type { Micros } from '@simwright/measure';
import { bigints, ints } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { ItemKind } from '../model.ts';

/** Items of an invoice with what credit notes have left of each. */
function leftOf(ctx: Ctx, invoiceId: Id): Sql {
  const org = sql`${ctx.organization.id}::uuid`;
  return sql`select i.*, i.net_micros + coalesce(c.credited, 0) as left_micros
      from bill_items i
      left join (select x.credits_position, sum(x.net_micros)::bigint as credited
                   from invoices n join bill_items x on x.organization_id = ${org} and x.bill_id = n.id
                  where n.organization_id = ${org} and n.credits_id = ${invoiceId} group by 1) c on c.credits_position = i.position
     where i.organization_id = ${org} and i.bill_id = ${invoiceId}`;
}

/** Items of a credit note stand below zero: whole items keep their quantity, parts are one of their amount. */
function writing(ctx: Ctx, noteId: Id, credited: Sql): Sql {
  return sql`insert into bill_items (organization_id, bill_id, position, origin, kind, line_id, pool_id, label, detail, quantity, unit_price_micros,
             exact_micros, net_micros, credits_position)
      select ${ctx.organization.id}, ${noteId}, row_number() over (order by position), origin, kind, line_id, pool_id, label, detail,
             case when micros = net_micros then -quantity else -sign(micros) end, case when micros = net_micros then unit_price_micros else abs(micros) end,
             -micros, -micros, position
        from (${credited}) c where micros <> 0`;
}

/** Takes back all that is left of an invoice. */
export async function creditWhole(ctx: Ctx, invoiceId: Id, noteId: Id): Promise<void> {
  await run(
    ctx,
    sql`/* billing.credit_whole */ ${writing(ctx, noteId, sql`select l.*, l.left_micros as micros from (${leftOf(ctx, invoiceId)}) l`)}`,
  );
}

/**
 * Takes back some items, each an amount or all that is left of it. Answers with what is left of each that was found, below zero where it was
 * too much. Items that lower a bill are taken back whole with it, and not by themselves.
 */
export async function insertCreditItems(
  ctx: Ctx,
  invoiceId: Id,
  noteId: Id,
  asked: { position: number; micros: Micros | null }[],
): Promise<Map<number, Micros>> {
  const wanted = sql`select l.*, coalesce(u.micros, l.left_micros) as micros
      from unnest(${ints(asked.map((a) => a.position))}::int[], ${bigints(asked.map((a) => a.micros))}::bigint[]) as u(wanted, micros)
      join (${leftOf(ctx, invoiceId)}) l on l.position = u.wanted and l.net_micros > 0`;
  const found = await rows<{ position: number; leftMicros: Micros }>(
    ctx,
    sql`/* billing.look_at_credit */ select position, (min(left_micros) - sum(micros))::bigint as left_micros from (${wanted}) w group by position`,
  );
  if (found.every((one) => one.leftMicros >= 0n) && found.length === asked.length) {
    await run(ctx, sql`/* billing.credit_items */ ${writing(ctx, noteId, wanted)}`);
  }
  return new Map(found.map((one) => [one.position, one.leftMicros]));
}

/** What a credit note comes to, and what it and those before it leave of its invoice. Amounts are above zero. */
export async function sumCredit(
  ctx: Ctx,
  invoiceId: Id,
  noteId: Id,
): Promise<{
  items: number;
  netMicros: Micros;
  /** Net, of the invoice. */
  leftMicros: Micros;
  /** By the credit notes before it. */
  creditedVatMicros: Micros;
  byKind: { kind: ItemKind; netMicros: Micros }[];
}> {
  const org = sql`${ctx.organization.id}::uuid`;
  const byKind = await rows<{ kind: ItemKind; items: number; netMicros: Micros }>(
    ctx,
    sql`/* billing.sum_credit */ select kind, count(*)::int as items, -sum(net_micros)::bigint as net_micros from bill_items
         where organization_id = ${org} and bill_id = ${noteId} group by kind`,
  );
  const [before] = await rows<{ netMicros: Micros; creditedMicros: Micros; vatMicros: Micros }>(
    ctx,
    sql`/* billing.credited_before */ select i.net_micros, coalesce(sum(n.net_micros), 0)::bigint as credited_micros,
               coalesce(sum(n.vat_micros), 0)::bigint as vat_micros
          from invoices i left join invoices n on n.organization_id = ${org} and n.credits_id = i.id
         where i.organization_id = ${org} and i.id = ${invoiceId} group by i.net_micros`,
  );
  const netMicros = byKind.reduce((sum, one) => sum + one.netMicros, 0n);
  return {
    ...{ byKind, netMicros, items: byKind.reduce((sum, one) => sum + one.items, 0) },
    ...{ leftMicros: before!.netMicros - before!.creditedMicros - netMicros, creditedVatMicros: before!.vatMicros },
  };
}
