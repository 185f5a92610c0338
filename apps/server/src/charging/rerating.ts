import { formatAmount, type Micros } from '@simwright/measure';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import * as periods from '../periods/index.ts';
import { type ReratingProblem, rerate } from './model/rerating.ts';

/** Most periods of one re-rating. */
export const periodsBound = 10_000;
/** Periods of one database transaction, some tenths of a second: their usage waits meanwhile. */
const chunk = 1_000;
/** Lines that are told one by one, those that differ most. */
const linesTold = 500;

export type ReratingAsked = periods.RatedAgain & {
  /** By this version; by the latest of each period's own plan unless told otherwise. */
  planVersionId?: Id;
  reason: string;
};

type Sums = { chargedMicros: Micros; wouldBeMicros: Micros };
export type LineRerated = Sums & { lineId: Id; iccid: string; currency: string; periods: number };

export type ReratingResult = {
  /** Null: only looked at. */
  id: Id | null;
  periods: number;
  /** Periods whose charge differs: adjusted, or to be. */
  differing: number;
  lines: LineRerated[];
  linesDiffering: number;
  totals: (Sums & { currency: string })[];
  refused: { problem: ReratingProblem; periods: number }[];
};

/**
 * Rates the usage of periods that are over, or running, by another version of their plan, and posts the difference beside
 * each: the periods keep what they were charged. `dryRun` only tells. Asked again it finds what has been posted and
 * posts the rest, so an attempt that was cut short is finished by asking anew. Fees are not looked at. Refuses
 * `rerating.nothing_named`, `rerating.too_many` and what names nothing.
 */
export async function runRerating(ctx: Ctx, asked: ReratingAsked, dryRun: boolean): Promise<ReratingResult> {
  await refuseUnfit(ctx, asked);
  const id = dryRun ? null : newId(ctx);
  const book = new ReratingBook();
  let after: Id | undefined;
  do {
    const work = (ctx: Ctx) => rerateChunk(ctx, asked, id, after, book);
    const next: Id | undefined = await (dryRun ? reading(ctx, work) : atomically(ctx, work));
    book.keep();
    after = next;
  } while (after);
  if (id) await atomically(ctx, (ctx) => tellRerating(ctx, id, asked, book));
  return { id, ...(await reading(ctx, (ctx) => book.result(ctx))) };
}

async function refuseUnfit(ctx: Ctx, asked: ReratingAsked): Promise<void> {
  const { lineIds, companyId, planIds, planVersionId } = asked;
  if (!lineIds && !companyId && !planIds) {
    throw refuse.invalid('rerating.nothing_named', 'Say whose periods: of SIMs, of a company, or of plans.', {
      field: 'body.plans',
      expected: 'sims, company or plans',
    });
  }
  await reading(ctx, async (ctx) => {
    if (planVersionId && !(await catalog.getVersions(ctx, [planVersionId])).has(planVersionId)) {
      throw refuse.notFound('plan_version', publicId('plan_version', planVersionId));
    }
    const found = await periods.listRatedAgain(ctx, asked, { limit: periodsBound + 1, lock: false });
    if (found.length <= periodsBound) return;
    throw refuse.invalid('rerating.too_many', `These are more than ${periodsBound} periods; name fewer.`, {
      field: 'body.from',
      expected: 'a shorter time, or fewer SIMs',
    });
  });
}

/** One piece in one database transaction; returns where the next one begins. */
async function rerateChunk(
  ctx: Ctx,
  asked: ReratingAsked,
  id: Id | null,
  after: Id | undefined,
  book: ReratingBook,
): Promise<Id | undefined> {
  book.forget();
  const found = await periods.listRatedAgain(ctx, asked, { after, limit: chunk, lock: id !== null });
  const own = await catalog.getVersions(ctx, [...new Set(found.map((period) => period.planVersionId))]);
  const others = await otherVersions(ctx, asked, [...own.values()]);
  const adjusted = await periods.adjustedOf(
    ctx,
    found.map((period) => period.id),
  );
  const posted: Parameters<typeof periods.postAdjustments>[1] = [];
  for (const period of found) {
    const version = own.get(period.planVersionId)!;
    const other = others(version);
    const rated = rerate(period, version, other, adjusted.get(period.id)?.ratedMicros ?? 0n);
    book.add(period.lineId, version.currency, rated);
    if ('problem' in rated || rated.wouldBeMicros === rated.chargedMicros) continue;
    posted.push({
      ...{
        lineId: period.lineId,
        poolId: null,
        periodId: period.id,
        payerId: period.payerId!,
        kind: 'rerating',
        of: 'usage',
      },
      ...{ currency: version.currency, reason: asked.reason, key: `rerating:${id}:${period.id}` },
      amountMicros: rated.wouldBeMicros - rated.chargedMicros,
      detail: {
        rerating: id && publicId('rerating', id),
        planVersion: publicId('plan_version', other.id),
        charged: formatAmount(rated.chargedMicros, version.currency),
        wouldBe: formatAmount(rated.wouldBeMicros, version.currency),
        usedBytes: rated.usedBytes.toString(),
        allowanceBytes: rated.allowanceBytes?.toString() ?? null,
        totals: period.totals,
      },
    });
  }
  if (id && posted.length > 0) await periods.postAdjustments(ctx, posted);
  return found.length === chunk ? found.at(-1)!.id : undefined;
}

async function otherVersions(
  ctx: Ctx,
  { planVersionId }: ReratingAsked,
  own: catalog.PlanVersion[],
): Promise<(version: catalog.PlanVersion) => catalog.PlanVersion> {
  if (planVersionId) {
    const other = (await catalog.getVersions(ctx, [planVersionId])).get(planVersionId)!;
    return () => other;
  }
  const latest = await catalog.latestVersionsOf(ctx, [...new Set(own.map((version) => version.planId))]);
  return (version) => latest.get(version.planId)!;
}

async function tellRerating(ctx: Ctx, id: Id, asked: ReratingAsked, book: ReratingBook): Promise<void> {
  await audit(ctx, [
    {
      action: 'rerating.run',
      objectType: 'rerating',
      objectId: publicId('rerating', id),
      changes: [
        { field: 'periods', old: null, new: book.differing },
        { field: 'reason', old: null, new: asked.reason },
      ],
    },
  ]);
}

/** What has been rated. A piece counts when its database transaction has ended well: one that is begun again counts once. */
class ReratingBook {
  private readonly lines = new Map<Id, Sums & { currency: string; periods: number }>();
  private readonly problems = new Map<ReratingProblem, number>();
  private pending: { lineId: Id; currency: string; rated: ReturnType<typeof rerate> }[] = [];
  private periods = 0;
  differing = 0;

  add(lineId: Id, currency: string, rated: ReturnType<typeof rerate>): void {
    this.pending.push({ lineId, currency, rated });
  }

  forget(): void {
    this.pending = [];
  }

  keep(): void {
    for (const { lineId, currency, rated } of this.pending) {
      this.periods += 1;
      if ('problem' in rated) {
        this.problems.set(rated.problem, (this.problems.get(rated.problem) ?? 0) + 1);
        continue;
      }
      const { chargedMicros, wouldBeMicros } = rated;
      if (chargedMicros !== wouldBeMicros) this.differing += 1;
      // A line may have been charged in one currency, and then in another.
      const key = `${lineId} ${currency}`;
      const line = this.lines.get(key) ?? { currency, periods: 0, chargedMicros: 0n, wouldBeMicros: 0n };
      line.periods += 1;
      line.chargedMicros += chargedMicros;
      line.wouldBeMicros += wouldBeMicros;
      this.lines.set(key, line);
    }
    this.pending = [];
  }

  async result(ctx: Ctx): Promise<Omit<ReratingResult, 'id'>> {
    const lines = [...this.lines].map(([key, line]) => ({ lineId: key.split(' ')[0]!, ...line }));
    const differing = lines.filter((line) => line.chargedMicros !== line.wouldBeMicros);
    const told = differing.sort((a, b) => Number(size(b) - size(a))).slice(0, linesTold);
    const ids = [...new Set(told.map((line) => line.lineId))];
    const sims = new Map((await inventory.listSims(ctx, { ids }, { limit: ids.length })).map((sim) => [sim.id, sim]));
    const totals = new Map<string, Sums & { currency: string }>();
    for (const { currency, chargedMicros, wouldBeMicros } of lines) {
      const total = totals.get(currency) ?? { currency, chargedMicros: 0n, wouldBeMicros: 0n };
      total.chargedMicros += chargedMicros;
      total.wouldBeMicros += wouldBeMicros;
      totals.set(currency, total);
    }
    return {
      periods: this.periods,
      differing: this.differing,
      lines: told.map((line) => ({ ...line, iccid: sims.get(line.lineId)?.iccid ?? '' })),
      linesDiffering: differing.length,
      totals: [...totals.values()],
      refused: [...this.problems].map(([problem, periods]) => ({ problem, periods })),
    };
  }
}

function size({ chargedMicros, wouldBeMicros }: Sums): bigint {
  return chargedMicros > wouldBeMicros ? chargedMicros - wouldBeMicros : wouldBeMicros - chargedMicros;
}
