import { parseAmount } from '@simwright/measure';
import { z } from 'zod';
import { telecomsOf } from '../carriers/index.ts';
import { plansOf } from '../catalog/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { exportedList } from '../kit/export/index.ts';
import type { Http } from '../kit/http/app.ts';
import { cursorOf, pageFrom } from '../kit/http/page.ts';
import { type RouteSpec, route } from '../kit/http/route.ts';
import { amount, idParams } from '../kit/http/schemas.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { companyNamesOf } from '../tenancy/index.ts';
import { paidOf } from '../transactions/index.ts';
import { boundsOf, type CarrierCost, type Grouping, monthAt, monthsAfter, nobody } from './model.ts';
import * as schemas from './schemas.ts';
import { costsOf, monthReports, type RevenueLine, revenueBy, setCost } from './service.ts';
import { type AgeRow, listReceivables, type Months } from './sql.ts';

/** Months of one report. */
const mostMonths = 60;

/** Numbers people ask for: revenue and margin by month, what is owed and for how long, what was paid. */
export function reportRoutes(http: Http): void {
  revenueRoutes(http);
  receivableRoutes(http);
  paidRoutes(http);
  costRoutes(http);
}

function revenueRoutes(http: Http): void {
  const seen = { tags: ['Reports'], permission: 'reports.revenue.view', scope: 'organization' as const };
  const url = '/api/v1/revenue';
  route(http, {
    ...seen,
    method: 'GET',
    url: `${url}/months`,
    name: 'listRevenueMonths',
    summary: 'What was earned in each month, net, by type; with what telecoms cost',
    query: z.strictObject(schemas.months),
    reply: { 200: schemas.RevenueMonths },
    handler: async (ctx, { query }) => ({
      items: (await monthReports(ctx, monthsOf(ctx, query))).map(({ currency, ...one }) => ({
        ...{ month: one.month, currency, countedAt: one.countedAt },
        net: amount(one.netMicros, currency),
        byType: one.byType.map(({ type, netMicros }) => ({ type, net: amount(netMicros, currency) })),
        ...withMargin(one.netMicros, one.costMicros, currency),
      })),
    }),
  });
  const cursor = cursorOf('revenue', z.object({ month: z.string(), key: z.string(), currency: z.string() }));
  const list: RouteSpec<
    typeof schemas.RevenueQuery,
    z.ZodUndefined,
    z.ZodUndefined,
    { 200: typeof schemas.RevenuePage }
  > = {
    ...seen,
    method: 'GET',
    url,
    name: 'listRevenue',
    summary: 'What was earned in each month, net, by type, plan, telecom or company',
    query: schemas.RevenueQuery,
    reply: { 200: schemas.RevenuePage },
    handler: async (ctx, { query }) => {
      const { by, limit } = query;
      const after = cursor.read(query.cursor) ?? undefined;
      const found = await revenueBy(ctx, by, monthsOf(ctx, query), { after, limit: limit + 1 });
      const { items, nextCursor } = pageFrom(found, limit, ({ month, key, currency }) =>
        cursor.write({ month, key, currency }),
      );
      return { items: await showRevenue(ctx, by, items), nextCursor };
    },
  };
  exportedList(http, list, 'Revenue', schemas.revenueColumns);
}

function withMargin(netMicros: bigint, costMicros: bigint | null, currency: string) {
  return {
    cost: costMicros === null ? null : amount(costMicros, currency),
    margin: costMicros === null ? null : amount(netMicros - costMicros, currency),
  };
}

/** Refuses `report.months_invalid`. */
function monthsOf(ctx: Ctx, query: { from?: string; to?: string }): Months {
  const to = query.to ?? monthAt(ctx.now, ctx.organization.timeZone);
  const from = query.from ?? monthsAfter(to, -11);
  if (from <= to && from > monthsAfter(to, -mostMonths)) return { from, to };
  const expected = `a month before the last, by less than ${mostMonths} months`;
  throw refuse.invalid('report.months_invalid', `query.from must be ${expected}.`, { field: 'query.from', expected });
}

async function showRevenue(ctx: Ctx, by: Grouping, lines: RevenueLine[]): Promise<schemas.RevenueRow[]> {
  const ids = [...new Set(lines.map(({ key }) => key))].filter((key) => key !== nobody);
  const names = by === 'type' ? new Map<Id, string>() : await reading(ctx, (ctx) => namesOf(ctx, by, ids));
  return lines.map(({ month, key, currency, netMicros, costMicros, bytes, lines }) => ({
    ...{ month, currency, bytes: String(bytes), lines, net: amount(netMicros, currency) },
    group:
      by === 'type'
        ? { id: key, name: key }
        : key === nobody
          ? null
          : { id: publicId(by, key), name: names.get(key) ?? '' },
    ...withMargin(netMicros, costMicros, currency),
  }));
}

async function namesOf(ctx: Ctx, by: Exclude<Grouping, 'type'>, ids: Id[]): Promise<Map<Id, string>> {
  switch (by) {
    case 'plan':
      return new Map([...(await plansOf(ctx, ids))].map(([id, { name }]) => [id, name]));
    case 'telecom':
      return new Map([...(await telecomsOf(ctx, ids))].map(([id, { name }]) => [id, name]));
    case 'company':
      return companyNamesOf(ctx, ids);
  }
}

function receivableRoutes(http: Http): void {
  const cursor = cursorOf('receivables', z.object({ ownerId: z.string(), currency: z.string() }));
  const list: RouteSpec<
    typeof schemas.ReceivableQuery,
    z.ZodUndefined,
    z.ZodUndefined,
    { 200: typeof schemas.ReceivablePage }
  > = {
    ...{ tags: ['Reports'], permission: 'reports.receivable.view', scope: 'company' },
    method: 'GET',
    url: '/api/v1/receivables',
    name: 'listReceivables',
    summary: 'What companies owe by open invoices, and for how long it has been due',
    query: schemas.ReceivableQuery,
    reply: { 200: schemas.ReceivablePage },
    handler: async (ctx, { query }) =>
      reading(ctx, async (ctx) => {
        const { limit, company: ownerId } = query;
        const after = cursor.read(query.cursor) ?? undefined;
        const found = await listReceivables(ctx, { ownerId }, { after, limit: limit + 1 });
        const page = pageFrom(found, limit, ({ ownerId, currency }) => cursor.write({ ownerId, currency }));
        const names = await companyNamesOf(
          ctx,
          page.items.map((row) => row.ownerId),
        );
        return { ...page, items: page.items.map((row) => shownReceivable(row, names.get(row.ownerId) ?? '')) };
      }),
  };
  exportedList(http, list, 'Receivables', schemas.receivableColumns);
}

function shownReceivable({ ownerId, currency, invoices, days, creditsMicros }: AgeRow, name: string) {
  const [current, days30, days60, days90, older] = days.map((micros) => amount(micros, currency)) as [
    ...[string, string, string, string, string],
  ];
  const total = amount(days.reduce((sum, micros) => sum + micros, 0n) - creditsMicros, currency);
  const account = { id: publicId('company', ownerId), name };
  return {
    account,
    currency,
    invoices,
    current,
    days30,
    days60,
    days90,
    older,
    credits: amount(creditsMicros, currency),
    total,
  };
}

function paidRoutes(http: Http): void {
  route(http, {
    ...{ tags: ['Reports'], permission: 'payments.transaction.view', scope: 'company' },
    method: 'GET',
    url: '/api/v1/paid',
    name: 'listPaid',
    summary: 'What companies and end users have paid: this month, and since ever',
    query: schemas.PaidQuery,
    reply: { 200: schemas.PaidReply },
    handler: async (ctx, { query }) => {
      const { from } = boundsOf(monthAt(ctx.now, ctx.organization.timeZone), ctx.organization.timeZone);
      const items = await paidOf(ctx, query.accounts, from);
      return {
        items: items.map(({ accountId, kind, currency, monthMicros, lifetimeMicros }) => ({
          ...{ account: publicId(kind, accountId), currency },
          ...{ month: amount(monthMicros, currency), lifetime: amount(lifetimeMicros, currency) },
        })),
      };
    },
  });
}

function costRoutes(http: Http): void {
  const common = { tags: ['Telecoms'], url: '/api/v1/telecoms/:id/costs', params: idParams('telecom') };
  const shown = (ctx: Ctx, costs: CarrierCost[]) => ({
    currency: ctx.organization.currency,
    items: costs.map(({ fromMonth: from, perMb, perLineMicros, setAt, setBy }) => ({
      ...{ from, perMb: tidy(perMb), perLine: amount(perLineMicros, ctx.organization.currency), setAt, setBy },
    })),
  });
  route(http, {
    ...common,
    ...{ permission: 'reports.cost.view', scope: 'organization' },
    method: 'GET',
    name: 'listCarrierCosts',
    summary: 'What a telecom costs, the latest month first',
    reply: { 200: schemas.CarrierCosts },
    handler: async (ctx, { params }) => shown(ctx, await costsOf(ctx, params.id)),
  });
  route(http, {
    ...common,
    ...{ permission: 'reports.cost.edit', scope: 'organization' },
    method: 'POST',
    name: 'setCarrierCost',
    summary: 'Set what a telecom costs from a month on, for a margin beside the revenue',
    body: schemas.SetCarrierCost,
    reply: { 201: schemas.CarrierCosts },
    handler: async (ctx, { params, body }) => {
      const perLine = parseAmount(body.perLine, ctx.organization.currency);
      if (!perLine.ok || perLine.value < 0n) {
        const field = 'body.perLine';
        throw refuse.invalid('cost.amount_invalid', 'This is no cost of a line.', { field, expected: 'zero or more' });
      }
      const { from: fromMonth, perMb } = body;
      if (Number(perMb) > mostPerMb) {
        const what = { field: 'body.perMb', expected: `${mostPerMb} at most` };
        throw refuse.invalid('cost.amount_invalid', 'This is no cost of a megabyte.', what);
      }
      return shown(ctx, await setCost(ctx, params.id, { fromMonth, perMb, perLineMicros: perLine.value }));
    },
  });
}

/** Major units for a megabyte; what is more was mistyped. */
const mostPerMb = 1_000_000;

/** Without the zeros that NUMERIC keeps at its end. */
function tidy(price: string): string {
  return price.includes('.') ? price.replace(/\.?0+$/, '') : price;
}
