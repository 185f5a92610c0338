import type { Micros } from '@simwright/measure';
import { getTelecom } from '../carriers/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { type CarrierCost, costIn, costOf, type Grouping, monthAt, type RevenueType } from './model.ts';
import * as store from './sql.ts';

export type MonthReport = {
  month: string;
  currency: string;
  netMicros: Micros;
  byType: { type: RevenueType; netMicros: Micros }[];
  /** In the organization's currency alone; null where no telecom has a cost. */
  costMicros: Micros | null;
  /** Null: it was not counted yet. */
  countedAt: Date | null;
};

/** Months with what was earned in them, the oldest first. Costs stand beside the organization's own currency. */
export async function monthReports(ctx: Ctx, months: store.Months): Promise<MonthReport[]> {
  return reading(ctx, async (ctx) => {
    const sums = Map.groupBy(await store.sumMonths(ctx, months), ({ month, currency }) => `${month} ${currency}`);
    const counted = new Map((await store.countedAt(ctx, months)).map((one) => [one.month, one.countedAt]));
    const costs = await costsOfMonths(ctx, months);
    return [...sums.values()].map((types) => {
      const { month, currency } = types[0]!;
      const own = currency === ctx.organization.currency;
      return {
        ...{ month, currency, countedAt: counted.get(month) ?? null },
        netMicros: types.reduce((sum, one) => sum + one.netMicros, 0n),
        byType: types.map(({ type, netMicros }) => ({ type, netMicros })),
        costMicros: own ? (costs.ofMonth.get(month) ?? null) : null,
      };
    });
  });
}

/** What telecoms came to: in each month, and each of them in each month (`2026-11 <telecom>`). Those without a cost are missing. */
async function costsOfMonths(ctx: Ctx, months: store.Months) {
  const costs = Map.groupBy(await store.listCosts(ctx), (cost) => cost.telecomId);
  const { currency, unitBase } = ctx.organization;
  const mbBytes = BigInt(unitBase * unitBase);
  const ofMonth = new Map<string, Micros>();
  const ofTelecom = new Map<string, Micros>();
  for (const { month, telecomId, bytes, lines } of await store.usedOfTelecoms(ctx, months)) {
    const cost = costIn(costs.get(telecomId) ?? [], month);
    if (!cost) continue;
    const micros = costOf(cost, { bytes, lines: Number(lines) }, currency, mbBytes);
    ofTelecom.set(`${month} ${telecomId}`, micros);
    ofMonth.set(month, (ofMonth.get(month) ?? 0n) + micros);
  }
  return { ofMonth, ofTelecom };
}

export type RevenueLine = store.RevenueRow & { costMicros: Micros | null };

/** Revenue by month and by one other thing; of telecoms with what they cost. */
export async function revenueBy(
  ctx: Ctx,
  by: Grouping,
  months: store.Months,
  page: Parameters<typeof store.listRevenue>[3],
): Promise<RevenueLine[]> {
  return reading(ctx, async (ctx) => {
    const found = await store.listRevenue(ctx, by, months, page);
    const costs = by === 'telecom' ? (await costsOfMonths(ctx, months)).ofTelecom : new Map<string, Micros>();
    return found.map((row) => ({
      ...row,
      costMicros: row.currency === ctx.organization.currency ? (costs.get(`${row.month} ${row.key}`) ?? null) : null,
    }));
  });
}

/** Sets what a telecom costs from a month on. Refuses `telecom.not_found`. */
export async function setCost(
  ctx: Ctx,
  telecomId: Id,
  given: { fromMonth?: string; perMb: string; perLineMicros: Micros },
): Promise<CarrierCost[]> {
  return atomically(ctx, async (ctx) => {
    await getTelecom(ctx, telecomId);
    const fromMonth = given.fromMonth ?? monthAt(ctx.now, ctx.organization.timeZone);
    await store.insertCost(ctx, {
      ...{ id: newId(ctx), telecomId, fromMonth, perMb: given.perMb, perLineMicros: given.perLineMicros },
      ...{ setAt: ctx.now, setBy: ctx.actor.name },
    });
    const changes = [{ field: 'cost', old: null, new: { fromMonth, perMb: given.perMb } }];
    const objectId = publicId('telecom', telecomId);
    await audit(ctx, [{ action: 'telecom.cost_set', objectType: 'telecom', objectId, changes }]);
    return store.listCosts(ctx, telecomId);
  });
}

/** What a telecom costs, the latest month first. Refuses `telecom.not_found`. */
export async function costsOf(ctx: Ctx, telecomId: Id): Promise<CarrierCost[]> {
  return reading(ctx, async (ctx) => {
    await getTelecom(ctx, telecomId);
    return store.listCosts(ctx, telecomId);
  });
}
