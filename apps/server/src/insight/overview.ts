import * as autorefill from '../autorefill/index.ts';
import * as carriers from '../carriers/index.ts';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { amount } from '../kit/http/schemas.ts';
import { publicId } from '../kit/ids.ts';
import { countMissed } from '../kit/missed.ts';
import type { PlacedEvent } from '../kit/relay.ts';
import * as periods from '../periods/index.ts';
import * as reports from '../reports/index.ts';
import * as tenancy from '../tenancy/index.ts';
import * as usage from '../usage/index.ts';
import { daysBetween, monthOf, startOfDay } from './calendar.ts';
import { eventTitles, titleOf } from './titles.ts';

const hourMs = 3_600_000;
const days = 30;
const hours = 24;
const topCountries = 12;
const recentEvents = 20;
const telecomBound = 200;

/** The state of things on one page, from totals: its cost does not grow with the number of SIMs or records. */
export async function overview(ctx: Ctx) {
  return reading(ctx, async (ctx) => {
    const { timeZone: zone, currency } = ctx.organization;
    const month = monthOf(ctx.now, zone);
    const today = startOfDay(ctx.now, zone);
    const firstDay = startOfDay(ctx.now, zone, 1 - days);
    const end = new Date(ctx.now.getTime() + hourMs);
    const from = firstDay < month.from ? firstDay : month.from;
    const byDay = await usage.listSeries(ctx, { from, to: end, unit: 'day', zone });
    const firstHour = new Date((Math.floor(ctx.now.getTime() / hourMs) - hours + 1) * hourMs);
    const byHour = await usage.listSeries(ctx, { from: firstHour, to: end, unit: 'hour', zone: 'UTC' });
    const { counts: byStatus } = await inventory.countByStatus(ctx, {});
    const inThisMonth = byDay.filter((point) => point.startsAt >= month.from);
    const inTheseDays = byDay.filter((point) => point.startsAt >= firstDay);
    const usageMicros = inThisMonth.reduce((sum, point) => sum + point.chargeMicros, 0n);
    const feeMicros = (await periods.feeTotals(ctx, month.from, month.to)).find((f) => f.currency === currency);
    const fees = feeMicros?.amountMicros ?? 0n;
    const adjustments = (await periods.adjustmentTotals(ctx, month.from, month.to)).find(
      (a) => a.currency === currency,
    );
    const adjusted = adjustments?.amountMicros ?? 0n;
    return {
      now: ctx.now,
      timeZone: zone,
      currency,
      sims: {
        total: byStatus.reduce((sum, count) => sum + count.sims, 0),
        byStatus: inventory.shownStatuses.map((status) => ({
          status,
          sims: byStatus.find((count) => count.status === status)?.sims ?? 0,
        })),
      },
      online: await usage.countOnline(ctx),
      today: upAndDown(inTheseDays.filter((point) => point.startsAt >= today)),
      last30Days: fill(daysBetween(firstDay, ctx.now, zone), inTheseDays),
      last24Hours: fill(
        Array.from({ length: hours }, (_, i) => new Date(firstHour.getTime() + i * hourMs)),
        byHour,
      ),
      byCountry: byCountry(inTheseDays),
      period: {
        ...month,
        fees: amount(fees, currency),
        usage: amount(usageMicros, currency),
        adjusted: amount(adjusted, currency),
        total: amount(fees + usageMicros + adjusted, currency),
      },
      attention: await attention(ctx, byStatus),
      recentEvents: (await tenancy.listRecentEvents(ctx, recentEvents)).map((event) => showEvent(ctx, event)),
    };
  });
}

type Point = usage.SeriesPoint;

function bytesOf(points: Point[]): bigint {
  return points.reduce((sum, point) => sum + point.bytesUp + point.bytesDown, 0n);
}

function upAndDown(points: Point[]) {
  return {
    bytesUp: points.reduce((sum, point) => sum + point.bytesUp, 0n),
    bytesDown: points.reduce((sum, point) => sum + point.bytesDown, 0n),
  };
}

/** A point for every bucket, also where nothing was used: a chart must not join over a gap. */
function fill(buckets: Date[], points: Point[]): { startsAt: Date; bytes: bigint }[] {
  const found = Map.groupBy(points, (point) => point.startsAt.getTime());
  return buckets.map((startsAt) => ({ startsAt, bytes: bytesOf(found.get(startsAt.getTime()) ?? []) }));
}

function byCountry(points: Point[]): { country: string | null; name: string; bytes: bigint }[] {
  const found = Map.groupBy(points, (point) => (point.plmn ? catalog.networkOf(point.plmn).country : null));
  return [...found]
    .map(([country, points]) => ({
      country,
      name: country ? catalog.countryName(country) : 'Unknown',
      bytes: bytesOf(points),
    }))
    .sort((a, b) => (a.bytes === b.bytes ? a.name.localeCompare(b.name) : a.bytes < b.bytes ? 1 : -1))
    .slice(0, topCountries);
}

export type Attention = { kind: AttentionKind; title: string; count: number; link: string };
export const attentionKinds = [
  'unrated',
  'telecom_error',
  'pool_low',
  'carrier_failed',
  'blocked',
  'pre_bills_pending',
  'receivables_overdue',
  'auto_refill',
  'missed_reaction',
] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** What wants a person, the worst first; nothing where all is well. `link` is a path of the console. */
async function attention(ctx: Ctx, byStatus: { status: string; sims: number }[]): Promise<Attention[]> {
  const found: Attention[] = [];
  const add = (kind: AttentionKind, count: number, one: string, many: string, link: string) => {
    if (count > 0) found.push({ kind, count, title: count === 1 ? `1 ${one}` : `${count} ${many}`, link });
  };
  if (ctx.actor.scope.kind === 'organization') {
    const waiting = (await usage.countUnrated(ctx)).filter((count) => count.state !== 'waiting');
    const rows = waiting.reduce((sum, count) => sum + count.rows, 0);
    add('unrated', rows, 'usage update is not charged', 'usage updates are not charged', '/unrated');
    const missed = await countMissed(ctx);
    const missedLink = '/developers/missed-reactions?state=waiting,failed';
    add(
      'missed_reaction',
      missed,
      'event has not had all its effect',
      'events have not had all their effect',
      missedLink,
    );
    const telecoms = await carriers.listTelecoms(ctx, { limit: telecomBound });
    const failing = telecoms.filter((telecom) => telecom.state === 'error').length;
    add('telecom_error', failing, 'telecom does not answer', 'telecoms do not answer', '/telecoms');
  }
  const low = await periods.countPoolsRunningOut(ctx);
  add('pool_low', low, 'pool is running out', 'pools are running out', '/pools?low=true');
  const invalid = byStatus.find((count) => count.status === 'Invalid')?.sims ?? 0;
  add(
    'carrier_failed',
    invalid,
    'SIM is rejected by its telecom',
    'SIMs are rejected by their telecom',
    '/sims?status=Invalid',
  );
  const blocked = await inventory.countSims(ctx, { blocked: true, lifecycle: ['ready', 'active', 'suspended'] });
  if (ctx.actor.scope.kind === 'organization') {
    const bills = await reports.countPendingBills(ctx);
    add(
      'pre_bills_pending',
      bills,
      'pre-bill waits for approval',
      'pre-bills wait for approval',
      '/pre-bills?state=pending',
    );
    for (const { currency, invoices, micros } of await reports.sumOverdue(ctx)) {
      const owed = `overdue, ${amount(micros, currency)} ${currency}`;
      add('receivables_overdue', invoices, `invoice is ${owed}`, `invoices are ${owed}`, '/receivables');
    }
  }
  add('blocked', blocked, 'SIM is blocked', 'SIMs are blocked', '/sims?blocked=true');
  found.push(...(await suspendedRefills(ctx)));
  return found;
}

/** Auto-refills named one by one: each wants its holder, a card, or somebody who tries again. */
const namedRefills = 5;

async function suspendedRefills(ctx: Ctx): Promise<Attention[]> {
  const found = await autorefill.listAutoRefills(ctx, { states: ['suspended'] }, { limit: namedRefills });
  const { owners, iccids } = await autorefill.namesOf(ctx, found);
  return found.map(({ lineId, walletId, ownerId }) => ({
    ...{ kind: 'auto_refill' as const, count: 1 },
    title: lineId
      ? `Auto-refill of SIM ${iccids.get(lineId) ?? ''} is suspended`
      : `Auto-refill of the wallet of ${owners.get(ownerId)?.name ?? ''} is suspended`,
    link: lineId ? `/sims/${publicId('sim', lineId)}` : `/wallets/${publicId('wallet', walletId!)}`,
  }));
}

function showEvent(ctx: Ctx, event: PlacedEvent) {
  const { subject } = tenancy.eventOnTheWire(event);
  const told = { data: event.data, changes: [], unitBase: ctx.organization.unitBase };
  const { kind, title } = titleOf(eventTitles, event.name, told);
  return { ...event, subject, kind, title };
}
