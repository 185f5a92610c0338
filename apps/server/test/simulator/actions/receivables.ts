import { formatAmount } from '@simwright/measure';
import { purposes } from '../../../src/app/purposes.ts';
import { credit } from '../../../src/billing/credit.ts';
import { query, sql } from '../../../src/kit/db.ts';
import type { Id } from '../../../src/kit/ids.ts';
import { setOnDispute } from '../../../src/payments/disputes/service.ts';
import * as payments from '../../../src/payments/index.ts';
import { allocateByHand, undo } from '../../../src/receivables/allocate.ts';
import { payOut } from '../../../src/receivables/payouts.ts';
import { below, chance, one, shuffled } from '../draw.ts';
import type { Tenant } from '../tenant.ts';
import type { Simulation } from '../world.ts';
import type { Action } from './index.ts';
import { anyCard, payAtPage, settled } from './payments.ts';

const minor = 1_000_000n;

/** Invoices and the money that comes for them: paid in parts or for several at once, allocated by hand, taken back. */
export const invoicing: Action[] = [
  { weight: 3, name: 'a payment of invoices', act: payInvoices },
  { weight: 1.2, name: 'an allocation', act: allocate },
  { weight: 1.2, name: 'an allocation is taken back', act: takeBack },
  { weight: 0.4, name: 'a credit note is paid out', act: payOutCredit },
  { weight: 0.3, name: 'what a dispute does', act: onDispute },
];

/** One to three open invoices of a company in any order, or what it owes, for what is left of them or for another amount. */
export async function payInvoices(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const asked = await anyInvoices(world, tenant);
  if (!asked) return;
  const bought = await purposes.purchaseOf(ctx, asked);
  const note = `invoices ${tenant.till.asked++}`;
  if (chance(world, 0.4)) return payAtPage(world, tenant, bought, note);
  const method = one(world, ['card', 'manual', 'manual', 'company_wallet'] as const);
  const card = method === 'card' && chance(world, 0.6) ? await anyCard(world, tenant) : null;
  const by = await payments.payerOf(ctx, bought, method, card ? { card } : {});
  const go = () => payments.startPayment(tenant.ctx(), purposes, bought, { ...by, note });
  await settled(await Promise.allSettled(chance(world, 0.25) ? [go(), go()] : [go()]));
}

async function anyInvoices(world: Simulation, tenant: Tenant): Promise<payments.AskedInvoices | null> {
  const ownerId = one(world, tenant.companies);
  const open = await query<{ id: Id; leftMicros: bigint; currency: string }>(
    world.owner.pool,
    sql`select id, gross_micros - paid_micros - credited_micros as left_micros, currency from invoices
         where organization_id = ${tenant.ctx().organization.id} and owner_id = ${ownerId} and kind = 'invoice' and state = 'open'
         order by id desc limit 6`,
  );
  if (open.length === 0) return null;
  const chosen = shuffled(world, open).slice(0, 1 + below(world, 3));
  const left = chosen.reduce((sum, { leftMicros }) => sum + leftMicros, 0n);
  const minors = 1 + below(world, Math.round(Number(left / minor) * 1.3));
  const amount = formatAmount(BigInt(minors) * minor, chosen[0]!.currency);
  const named = chance(world, 0.75)
    ? { invoiceIds: chosen.map(({ id }) => id) }
    : { invoiceIds: [], companyId: ownerId };
  return { purpose: 'invoice', ...named, ...(chance(world, 0.5) && { amount }), overpay: chance(world, 0.7) };
}

/** Staff give credit on account to an invoice, now and then two of them the same credit. */
export async function allocate(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const credits = await query<{ receiptId: Id; leftMicros: bigint; currency: string; invoiceId: Id }>(
    world.owner.pool,
    sql`select r.id as receipt_id, r.gross_micros - r.refunded_micros - r.allocated_micros as left_micros, r.currency, i.id as invoice_id
          from receipts r join invoices i on i.organization_id = r.organization_id and i.owner_id = r.owner_id
                                         and i.kind = 'invoice' and i.state = 'open'
         where r.organization_id = ${ctx.organization.id} and r.gross_micros > r.refunded_micros + r.allocated_micros
         order by r.id, i.id limit 30`,
  );
  if (credits.length === 0) return;
  const chosen = one(world, credits);
  const go = ({ receiptId, invoiceId, leftMicros, currency }: (typeof credits)[number]) => {
    const some = BigInt(1 + below(world, Number(leftMicros / minor) + 1)) * minor;
    const amount = chance(world, 0.5) ? {} : { amount: formatAmount(some, currency) };
    return allocateByHand(tenant.ctx(), receiptId, { invoiceId, ...amount, reason: 'asked for' });
  };
  const wanted = chance(world, 0.3) ? [chosen, chosen, one(world, credits)] : [chosen];
  await settled(await Promise.allSettled(wanted.map(go)));
}

export async function takeBack(world: Simulation, tenant: Tenant): Promise<undefined> {
  const made = await query<{ id: Id }>(
    world.owner.pool,
    sql`select id from allocations where organization_id = ${tenant.ctx().organization.id} and undoes_id is null order by id desc limit 10`,
  );
  if (made.length === 0) return;
  const { id } = one(world, made);
  const go = () => undo(tenant.ctx(), id, 'meant for another');
  await settled(await Promise.allSettled(chance(world, 0.3) ? [go(), go()] : [go()]));
}

/** A credit note of one of the last invoices: of all of it, of an item, or of a part of one; twice at once now and then. */
export async function creditNote(world: Simulation, tenant: Tenant): Promise<undefined> {
  const found = await query<{ id: Id; items: number; currency: string }>(
    world.owner.pool,
    sql`select id, items, currency from invoices where organization_id = ${tenant.ctx().organization.id} and kind = 'invoice'
         order by id desc limit 5`,
  );
  if (found.length === 0) return;
  const { id, items, currency } = one(world, found);
  const position = 1 + below(world, items);
  const amount = chance(world, 0.5) ? {} : { amount: formatAmount(BigInt(1 + below(world, 300)) * minor, currency) };
  const wanted = { reason: 'it was wrong', ...(chance(world, 0.7) && { items: [{ position, ...amount }] }) };
  const twice = chance(world, 0.3) ? [wanted, wanted] : [wanted];
  await settled(await Promise.allSettled(twice.map((asked) => credit(tenant.ctx(), id, asked))));
}

/** What is left of a credit note goes back by bank, or a part of it; twice at once now and then. */
export async function payOutCredit(world: Simulation, tenant: Tenant): Promise<undefined> {
  const left = await query<{ id: Id; leftMicros: bigint; currency: string }>(
    world.owner.pool,
    sql`select id, gross_micros - refunded_micros - allocated_micros as left_micros, currency from receipts
         where organization_id = ${tenant.ctx().organization.id} and source = 'credit_note' and refunded_micros + allocated_micros < gross_micros
         order by id limit 10`,
  );
  if (left.length === 0) return;
  const { id, leftMicros, currency } = one(world, left);
  const some = BigInt(1 + below(world, Number(leftMicros / minor) + 1)) * minor;
  const amount = chance(world, 0.5) ? {} : { amount: formatAmount(some, currency) };
  const go = () => payOut(tenant.ctx(), id, { ...amount, reason: 'asked for' });
  await settled(await Promise.allSettled(chance(world, 0.3) ? [go(), go()] : [go()]));
}

async function onDispute(world: Simulation, tenant: Tenant): Promise<undefined> {
  await setOnDispute(tenant.ctx(), one(world, ['tell', 'block'] as const));
}
