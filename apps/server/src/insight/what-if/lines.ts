import type { Micros } from '@simwright/measure';
import type { Sim } from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import * as periods from '../../periods/index.ts';
import * as tenancy from '../../tenancy/index.ts';
import * as usage from '../../usage/index.ts';
import type { Taker } from './candidates.ts';
import { type Calendar, startOfDate } from './days.ts';
import { calendarAnchor, spansOf } from './periods.ts';
import type { LineToRate, Window } from './rate.ts';

/** A line with what it used, what it was charged, and in whose days. */
export type LoadedLine = {
  taker: Taker;
  line: LineToRate;
  window: Window;
  bytes: bigint;
  /** The pools that it shared data in. */
  poolIds: Id[];
  costs: { kind: 'usage' | periods.Costs['kind']; cut: number; micros: Micros }[];
};

/** Puts together one of the lines that were read. */
export type Loading = () => LoadedLine;

/** What else is read of so many lines at a time, each some milliseconds of the event loop. */
export const piece = 500;

const dayMs = 86_400_000;
/** Of a line that was never ready while we look: all it used was charged. */
const always = new Date(0);

/** The window in the days of one zone. */
export function windowOf(calendar: Calendar, zone: string, to: Date): Window {
  const from = startOfDate(calendar.firstDate, zone);
  const starts = calendar.cuts.map(({ date }) => startOfDate(date, zone));
  return {
    zone,
    to,
    from,
    months: spansOf({ unit: 'calendar_month' }, calendarAnchor(zone), from, to),
    starts: [...starts, to],
    points: calendar.cuts.map(({ point }) => point),
  };
}

/**
 * All that rating needs of these lines, in a fixed number of statements for each time zone among them.
 *
 * @param windows those of the zones that were met before; others are added
 */
export async function loadLines(
  ctx: Ctx,
  sims: Sim[],
  calendar: Calendar,
  windows: Map<string, Window>,
  apart: Pick<usage.Cutting, 'byNetwork' | 'byDay'>,
): Promise<Loading[]> {
  return reading(ctx, async (ctx) => {
    const companyIds = [...new Set(sims.flatMap((sim) => sim.companyId ?? []))];
    const zones = await tenancy.timeZonesOf(ctx, companyIds);
    const owners = await tenancy.ownersOf(ctx, companyIds);
    const zoneOf = (sim: Sim) => (sim.companyId && zones.get(sim.companyId)) || ctx.organization.timeZone;
    const loaded: Loading[] = [];
    for (const [zone, together] of Map.groupBy(sims, zoneOf)) {
      let window = windows.get(zone);
      if (!window) {
        window = windowOf(calendar, zone, ctx.now);
        windows.set(zone, window);
      }
      const currencyOf = (sim: Sim) =>
        (sim.companyId && owners.get(sim.companyId)?.currency) || ctx.organization.currency;
      loaded.push(...(await loadZone(ctx, together, window, apart, currencyOf)));
    }
    return loaded;
  });
}

async function loadZone(
  ctx: Ctx,
  sims: Sim[],
  window: Window,
  apart: Pick<usage.Cutting, 'byNetwork' | 'byDay'>,
  currencyOf: (sim: Sim) => string,
): Promise<Loading[]> {
  const ids = sims.map((sim) => sim.id);
  const cuts = window.starts.slice(0, -1);
  const { to } = window;
  const inService = new Map<Id, InService>();
  const costs = new Map<Id, periods.Costs[]>();
  for (let at = 0; at < ids.length; at += piece) {
    const some = ids.slice(at, at + piece);
    const service = Map.groupBy(await periods.listService(ctx, some, cuts[0]!, to), ({ lineId }) => lineId);
    for (const id of some) inService.set(id, serviceOf(service.get(id) ?? [], to));
    const found = Map.groupBy(await periods.listCosts(ctx, some, cuts, to), ({ lineId }) => lineId);
    for (const [id, own] of found) costs.set(id, own);
  }
  const usedBy = await usage.readUsed(
    ctx,
    ids.map((id) => ({ id, ...inService.get(id)! })),
    { cuts, to, ...apart },
  );
  return sims.map((sim) => () => {
    const { uses, charged } = usedBy(sim.id);
    const { spans, anchor, dayStartsAt } = inService.get(sim.id)!;
    const firstReady = uses.find(({ ready, quantity }) => ready && quantity > 0n);
    return {
      taker: { companyId: sim.companyId, telecomId: sim.telecomId, currency: currencyOf(sim) },
      window,
      line: {
        lifecycle: sim.lifecycle,
        service: spans,
        anchor,
        dayStartsAt,
        uses,
        sums: apart.byNetwork ? withoutNetworks(uses) : uses,
        firstReadyUse: firstReady ? window.starts[firstReady.cut]! : null,
      },
      bytes: uses.reduce((sum, u) => (u.service === 'data' && window.points[u.cut]! >= 0 ? sum + u.quantity : sum), 0n),
      poolIds: [...new Set(spans.flatMap(({ poolId }) => poolId ?? []))],
      costs: [...charged.map((c) => ({ kind: 'usage' as const, ...c })), ...(costs.get(sim.id) ?? [])],
    };
  });
}

/** What was used in each stretch, whatever the network. */
function withoutNetworks(uses: readonly usage.Used[]): usage.Used[] {
  const sums: usage.Used[] = [];
  for (const used of uses) {
    const last = sums.at(-1);
    const same =
      last &&
      last.cut === used.cut &&
      last.day === used.day &&
      last.ready === used.ready &&
      last.service === used.service;
    if (same) last.quantity += used.quantity;
    else sums.push({ ...used, plmn: '' });
  }
  return sums;
}

type InService = { spans: periods.ServiceSpan[]; activeFrom: Date; anchor: periods.Anchor; dayStartsAt: number };

/** When a line was in service, since when it is active, and when its anniversaries are. */
function serviceOf(spans: periods.ServiceSpan[], to: Date): InService {
  const ready = spans.some(({ kind }) => kind === 'ready');
  const active = spans.find(({ kind }) => kind === 'active');
  const first = active ?? spans[0];
  const anchored = first ? periods.instantOfAnchor(first.anchor) : always;
  return {
    spans,
    activeFrom: ready ? (active?.startsAt ?? to) : always,
    anchor: periods.anchorAt(anchored, 'UTC'),
    dayStartsAt: ((anchored.getTime() % dayMs) + dayMs) % dayMs,
  };
}
