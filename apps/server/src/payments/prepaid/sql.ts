import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { nothing as none, row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { minus, type Parts } from '../refunds/model.ts';
import { plus, type Use } from './model.ts';

/**
 * Refills of a wallet of which something is left that went neither back nor to an invoice, the newest first, with what is left; locked in that
 * order. No more of them than a gross amount needs, and what a bank may take back is none of them.
 */
export async function listUsable(
  ctx: Ctx,
  walletId: Id,
  grossMicros: Micros,
  limit: number,
  lock: 'lock' | 'look',
): Promise<{ id: Id; left: Parts }[]> {
  const found = await rows<Parts & { id: Id }>(
    ctx,
    sql`/* prepaid.usable */ select id, price_micros, net_micros, vat_micros, gross_micros from payments p
         where organization_id = ${ctx.organization.id} and subject_id = ${walletId} and purpose = 'wallet_refill' and state = 'succeeded'
           and undelivered is null and refunded_micros + used_micros < gross_micros
           and not exists (select from payment_disputes d where d.organization_id = p.organization_id and d.payment_id = p.id and d.state <> 'won')
         order by id desc limit ${limit} ${lock === 'lock' ? sql`for no key update` : none}`,
  );
  const left: { id: Id; left: Parts }[] = [];
  let sum = 0n;
  for (const { id, ...parts } of found) {
    if (sum >= grossMicros) break;
    const one = minus(parts, await goneOf(ctx, id));
    left.push({ id, left: one });
    sum += one.grossMicros;
  }
  return left;
}

/** What of a payment went back, or to invoices. */
export async function goneOf(ctx: Ctx, id: Id): Promise<Parts> {
  return plus(await sumOf(ctx, id, 'refunds'), await sumOf(ctx, id, 'uses'));
}

async function sumOf(ctx: Ctx, id: Id, what: 'refunds' | 'uses'): Promise<Parts> {
  const from =
    what === 'uses'
      ? sql`prepaid_uses where organization_id = ${ctx.organization.id} and refill_id = ${id}`
      : sql`payment_refunds where organization_id = ${ctx.organization.id} and payment_id = ${id} and state <> 'failed'`;
  const sums = await row<Record<keyof Parts, string>>(
    ctx,
    sql`/* prepaid.gone */ select coalesce(sum(price_micros), 0)::text as price_micros, coalesce(sum(net_micros), 0)::text as net_micros,
               coalesce(sum(vat_micros), 0)::text as vat_micros, coalesce(sum(gross_micros), 0)::text as gross_micros from ${from}`,
  );
  const { priceMicros, netMicros, vatMicros, grossMicros } = sums!;
  return {
    ...{ priceMicros: BigInt(priceMicros), netMicros: BigInt(netMicros) },
    ...{ vatMicros: BigInt(vatMicros), grossMicros: BigInt(grossMicros) },
  };
}

export async function insertUse(ctx: Ctx, paymentId: Id, { refillId, parts }: Use, position: number): Promise<void> {
  await run(
    ctx,
    sql`/* prepaid.insert_use */ insert into prepaid_uses (organization_id, payment_id, refill_id, position, price_micros, net_micros, vat_micros, gross_micros)
        values (${ctx.organization.id}, ${paymentId}, ${refillId}, ${position}, ${parts.priceMicros}, ${parts.netMicros}, ${parts.vatMicros}, ${parts.grossMicros})`,
  );
}

/** Refills that a payment uses still, in the order in which it used them. */
export async function listUses(ctx: Ctx, paymentId: Id): Promise<Use[]> {
  const found = await rows<Parts & { refillId: Id }>(
    ctx,
    sql`/* prepaid.uses */ select refill_id, price_micros, net_micros, vat_micros, gross_micros from prepaid_uses
         where organization_id = ${ctx.organization.id} and payment_id = ${paymentId} and gross_micros > 0 order by position`,
  );
  return found.map(({ refillId, ...parts }) => ({ refillId, parts }));
}

export async function saveUse(ctx: Ctx, paymentId: Id, { refillId, parts }: Use): Promise<void> {
  await run(
    ctx,
    sql`/* prepaid.save_use */ update prepaid_uses set price_micros = ${parts.priceMicros}, net_micros = ${parts.netMicros}, vat_micros = ${parts.vatMicros},
               gross_micros = ${parts.grossMicros}
         where organization_id = ${ctx.organization.id} and payment_id = ${paymentId} and refill_id = ${refillId}`,
  );
}

/** Counts what invoices were paid with of a refill; below zero what came back of it. The table refuses more than was paid. */
export async function addUsed(ctx: Ctx, refillId: Id, grossMicros: Micros): Promise<void> {
  await run(
    ctx,
    sql`/* prepaid.add_used */ update payments set used_micros = used_micros + ${grossMicros}
         where organization_id = ${ctx.organization.id} and id = ${refillId}`,
  );
}
