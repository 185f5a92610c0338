import { currencyExponent, formatAmount } from '@simwright/measure';
import { purposes } from '../../../src/app/purposes.ts';
import { lookAtDue, setOfLine, setOfWallet } from '../../../src/autorefill/index.ts';
import { query, sql } from '../../../src/kit/db.ts';
import { type Id, newId, publicId } from '../../../src/kit/ids.ts';
import { Refusal } from '../../../src/kit/refusal.ts';
import { addCard, makeDefault, removeCard } from '../../../src/payments/cards/service.ts';
import * as payments from '../../../src/payments/index.ts';
import { dismissNotice, listNotices, replayNotice } from '../../../src/payments/notices.ts';
import { type KeptName, keptCards } from '../../../src/payments/sandbox/cards.ts';
import { type CardName, cards } from '../../../src/payments/sandbox/model.ts';
import { act, actOnCard, type CardDeed, type Deed } from '../../../src/payments/sandbox/service.ts';
import { deliverAgain } from '../../../src/payments/service.ts';
import { settleDifferent } from '../../../src/payments/settle.ts';
import { below, chance, one, shuffled } from '../draw.ts';
import type { Tenant } from '../tenant.ts';
import { arrive, carry, collectPost, drain } from '../till.ts';
import type { Simulation } from '../world.ts';
import type { Action } from './index.ts';
import { linesOnPrepaid } from './plans.ts';

const minor = 1_000_000n;
const moods = ['well', 'well', 'well', 'away', 'unheard'] as const;

/** Money in and back, with a provider that has moods and a wire that loses, repeats and reorders what it tells. */
export const paying: Action[] = [
  { weight: 8, name: 'a payment', act: pay },
  { weight: 4, name: 'a card payment, whole', act: payWhole },
  {
    weight: 9,
    name: 'the provider is asked',
    async act(world, tenant) {
      await carry(world, tenant, one(world, moods));
    },
  },
  { weight: 10, name: 'a payer at the page', act: payer },
  { weight: 6, name: 'the post', act: post },
  {
    weight: 6,
    name: 'the inbox',
    async act(world, tenant) {
      await Promise.all(chance(world, 0.3) ? [drain(world, tenant), drain(world, tenant)] : [drain(world, tenant)]);
    },
  },
  { weight: 2.5, name: 'a refund', act: refund },
  { weight: 1, name: 'something undelivered', act: undelivered },
  { weight: 1, name: 'another amount', act: settle },
  { weight: 0.6, name: 'a notice of nobody', act: strangeNotice },
  { weight: 0.6, name: 'a notice by hand', act: noticeByHand },
  { weight: 3, name: 'a card', act: card },
  { weight: 1.5, name: 'an auto-refill', act: setAutoRefill },
  {
    weight: 5,
    name: 'auto-refills are looked at',
    async act(world, tenant) {
      const look = () => lookAtDue(world.runtime, tenant.ctx().organization, purposes);
      await Promise.all(chance(world, 0.3) ? [look(), look()] : [look()]);
    },
  },
];

export async function pay(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const bought = await purposes.purchaseOf(ctx, await anything(world, tenant));
  const others =
    bought.purpose === 'wallet_refill' ? (['manual'] as const) : (['manual', 'wallet', 'company_wallet'] as const);
  const method = chance(world, 0.65) ? 'card' : one(world, others);
  const stored = method === 'card' && chance(world, 0.4) ? await anyCard(world, tenant) : null;
  const by = await payments.payerOf(ctx, bought, method, stored ? { card: stored } : {});
  const go = () =>
    payments.startPayment(tenant.ctx(), purposes, bought, { ...by, note: `payment ${tenant.till.asked++}` });
  const clicks = await Promise.allSettled(chance(world, 0.25) ? [go(), go()] : [go()]);
  if (method === 'card' && clicks.length > 1 && clicks.every(({ status }) => status === 'fulfilled')) {
    throw new Error('two card payments of the same began at once');
  }
  await settled(clicks);
}

/** Bought, asked for, paid at the page and told, one right after the other, as most are. */
async function payWhole(world: Simulation, tenant: Tenant): Promise<undefined> {
  const bought = await purposes.purchaseOf(tenant.ctx(), await anything(world, tenant));
  return payAtPage(world, tenant, bought, `payment ${tenant.till.asked++}`);
}

/** By card from the first click to the last, with any card; what the provider tells of it may come, or wait. */
export async function payAtPage(
  world: Simulation,
  tenant: Tenant,
  bought: payments.Purchase,
  note: string,
): Promise<undefined> {
  const { id } = await payments.startPayment(tenant.ctx(), purposes, bought, { method: 'card', note });
  await carry(world, tenant, one(world, moods));
  const [token] = await tokens(world, tenant, sql`select token from sandbox_charges where id = ${id}`);
  if (!token) return;
  const chosen = one(world, [
    'good',
    'secure',
    'silent',
    'twice',
    'oneway',
    'late',
    'empty',
    'disputed',
    'contested',
    'other',
  ] as const);
  await act(tenant.ctx(), token, { kind: 'card', card: chosen });
  if (chosen === 'secure') await act(tenant.ctx(), token, { kind: 'confirm' });
  if (chance(world, 0.5)) await post(world, tenant);
  if (chance(world, 0.5)) await drain(world, tenant);
}

/** A wallet's refill, whole smallest units, or one to three refills of a prepaid line. */
async function anything(world: Simulation, tenant: Tenant): Promise<payments.Asked> {
  const lines = chance(world, 0.65) ? await linesOnPrepaid(world, tenant, 1) : [];
  if (lines[0]) {
    return { purpose: 'line_refill', simId: lines[0], refill: one(world, ['r0', 'r1']), times: 1 + below(world, 3) };
  }
  const { currency } = tenant.ctx().organization;
  const minors = BigInt(100 + below(world, 400)) * 10n ** BigInt(currencyExponent(currency) === 3 ? 1 : 0);
  return {
    purpose: 'wallet_refill',
    walletId: one(world, tenant.wallets.ids),
    amount: formatAmount(minors * minor, currency),
  };
}

export async function anyCard(world: Simulation, tenant: Tenant): Promise<Id | null> {
  const ids = await idsOf(world, tenant, sql`select id from payment_methods where state in ('active', 'expired')`);
  return ids.length > 0 ? one(world, ids) : null;
}

/** Somebody on the provider's page, with a button; now and then in two tabs. */
async function payer(world: Simulation, tenant: Tenant): Promise<undefined> {
  const charges = await tokens(
    world,
    tenant,
    sql`select token from sandbox_charges where state in ('open', 'authenticating')`,
  );
  if (charges.length === 0) return;
  const token = one(world, charges);
  const tabs = chance(world, 0.2) ? [anyDeed(world), anyDeed(world)] : [anyDeed(world)];
  await Promise.all(tabs.map((deed) => act(tenant.ctx(), token, deed)));
}

function anyDeed(world: Simulation): Deed {
  if (chance(world, 0.35)) return { kind: one(world, ['confirm', 'confirm', 'confirm', 'refuse', 'cancel'] as const) };
  return { kind: 'card', card: chance(world, 0.3) ? 'good' : one(world, Object.keys(cards) as CardName[]) };
}

/** Letters arrive in any order, some twice, some never, some long after they were told. */
async function post(world: Simulation, tenant: Tenant): Promise<undefined> {
  const { till } = tenant;
  await collectPost(world, tenant);
  for (let n = below(world, 5); n > 0 && till.post.length > 0; n--) {
    const letter = till.post.splice(below(world, till.post.length), 1)[0]!;
    if (chance(world, 0.15)) continue;
    till.told.push(letter);
    await Promise.all(chance(world, 0.2) ? [arrive(tenant, letter), arrive(tenant, letter)] : [arrive(tenant, letter)]);
  }
  if (till.told.length > 0 && chance(world, 0.2)) await arrive(tenant, one(world, till.told));
}

/** Of a payment that nobody knows; and one that somebody else has signed, which is not believed. */
async function strangeNotice(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const known = await idsOf(world, tenant, sql`select id from payments where state in ('pending', 'action_needed')`);
  const forged = known.length > 0 && chance(world, 0.5);
  const id = forged ? one(world, known) : newId(ctx);
  const payload = JSON.stringify({
    ...{ id: `sbx_${id}.succeeded`, payment: publicId('payment', id), state: 'succeeded' },
    ...{ amountMinor: '1', failureCode: null },
  });
  const letter = { providerId: tenant.till.provider.id, payload };
  if (await arrive(tenant, letter, 'somebody else')) throw new Error('a forged notice was believed');
  if (!forged) await arrive(tenant, letter);
}

async function noticeByHand(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const notices = await listNotices(
    ctx,
    { state: one(world, ['unplaced', 'ignored', 'waiting'] as const) },
    { limit: 20 },
  );
  if (notices.length === 0) return;
  const { id } = one(world, notices);
  const { hands, doors } = tenant.till.carrying;
  if (chance(world, 0.7)) await replayNotice(ctx, hands, doors, id);
  else await dismissNotice(ctx, id, 'of nobody here');
}

export async function refund(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const paid = await query<{ id: Id; leftMicros: bigint; currency: string }>(
    world.owner.pool,
    sql`select id, gross_micros - refunded_micros as left_micros, currency from payments
         where organization_id = ${ctx.organization.id} and state = 'succeeded' order by id desc limit 20`,
  );
  if (paid.length === 0) return;
  const { id, leftMicros, currency } = one(world, paid);
  const part = () => {
    const minors = BigInt(1 + below(world, Number(leftMicros / minor) + 1));
    return chance(world, 0.4) ? {} : { amount: formatAmount(minors * minor, currency) };
  };
  const wanted = chance(world, 0.25) ? [part(), part()] : [part()];
  await settled(
    await Promise.allSettled(
      wanted.map((asked) => payments.startRefund(tenant.ctx(), id, { ...asked, reason: 'asked for' })),
    ),
  );
}

/** Staff at a payment that came to another amount. */
async function settle(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ids = await idsOf(world, tenant, sql`select id from payments where state = 'differs'`);
  if (ids.length === 0) return;
  const how = chance(world, 0.5)
    ? { as: 'wallet' as const, walletId: one(world, tenant.wallets.ids), reason: 'there is something to have for it' }
    : { as: 'refund' as const, reason: 'not what was asked for' };
  await settleDifferent(tenant.ctx(), purposes, one(world, ids), how);
}

async function undelivered(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ids = await idsOf(world, tenant, sql`select id from payments where undelivered is not null`);
  if (ids.length === 0) return;
  const id = one(world, ids);
  if (chance(world, 0.7)) await deliverAgain(tenant.ctx(), purposes, id);
  else await payments.startRefund(tenant.ctx(), id, { reason: 'nothing was given for it' });
}

async function card(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const stored = await anyCard(world, tenant);
  if (stored && chance(world, 0.2)) {
    await one(world, [makeDefault, removeCard])(ctx, stored);
    return;
  }
  await addCard(ctx, one(world, [ctx.organization.id, ...tenant.companies]));
  await carry(world, tenant, one(world, moods));
  const open = await tokens(world, tenant, sql`select token from sandbox_cards where state = 'open'`);
  if (open.length === 0) return;
  const deeds: CardDeed[] = [...(Object.keys(keptCards) as KeptName[]), 'good', 'good', 'good', 'refused', 'cancel'];
  await actOnCard(tenant.ctx(), one(world, open), one(world, deeds));
  if (chance(world, 0.5)) await post(world, tenant);
}

/** Of a line or a wallet, with payers in any order; now and then it is set anew. */
async function setAutoRefill(world: Simulation, tenant: Tenant): Promise<undefined> {
  const ctx = tenant.ctx();
  const cap = () => (chance(world, 0.5) ? BigInt(500 + below(world, 3_000)) * minor : null);
  const caps = { dailyCapMicros: cap(), monthlyCapMicros: cap() };
  const wanted = { cooldownMinutes: below(world, 90), read: () => caps };
  const lines = chance(world, 0.6) ? await linesOnPrepaid(world, tenant, 1) : [];
  if (lines[0]) {
    const payers = shuffled(world, ['own_card', 'company_card', 'own_wallet', 'company_wallet'] as const);
    const lowBytes = BigInt(1 + below(world, 10)) * 1_000_000n;
    await setOfLine(ctx, lines[0], { ...wanted, payers, lowBytes, optionId: one(world, ['r0', 'r1']) });
    return;
  }
  const lowMicros = BigInt(below(world, 300)) * minor;
  const sized = chance(world, 0.5)
    ? { amountMicros: BigInt(100 + below(world, 300)) * minor, upToMicros: null }
    : { amountMicros: null, upToMicros: lowMicros + BigInt(100 + below(world, 300)) * minor };
  const payers = shuffled(world, ['own_card', 'company_card'] as const);
  await setOfWallet(ctx, one(world, tenant.wallets.ids), { ...wanted, payers, lowMicros, ...sized });
}

/** Ids of an organization, in an order of their own. */
async function idsOf(world: Simulation, tenant: Tenant, select: ReturnType<typeof sql>): Promise<Id[]> {
  const found = await query<{ id: Id }>(
    world.owner.pool,
    sql`${select} and organization_id = ${tenant.ctx().organization.id} order by id`,
  );
  return found.map(({ id }) => id);
}

/** Tokens are random; the rows they are of are not. */
async function tokens(world: Simulation, tenant: Tenant, select: ReturnType<typeof sql>): Promise<string[]> {
  const found = await query<{ token: string }>(
    world.owner.pool,
    sql`${select} and organization_id = ${tenant.ctx().organization.id} order by id`,
  );
  return found.map(({ token }) => token);
}

/** Refusals are answers, also to one of two clicks; everything else that is thrown is a find. */
export async function settled(outcomes: PromiseSettledResult<unknown>[]): Promise<undefined> {
  const thrown = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const find = thrown.find((error) => !(error instanceof Refusal));
  if (find) throw find;
  if (thrown.length === outcomes.length && thrown.length > 0) throw thrown[0];
}
