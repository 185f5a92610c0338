import { Temporal } from 'temporal-polyfill';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { ownersOf } from '../tenancy/index.ts';
import type { PreBill } from './model.ts';
import { termsOf } from './settings.ts';
import { payersOf } from './sql/payers.ts';
import { type PreviewSum, sumOpen, sumRunning } from './sql/preview.ts';
import { type BilledUsage, listUsage } from './sql/usage.ts';

export type Preview = { currency: string; open: PreviewSum[]; running: PreviewSum[] };

/** What a company would be billed now, in each of its currencies, and what still runs. Refuses `company.not_found`. */
export async function preview(ctx: Ctx, companyId: Id): Promise<Preview[]> {
  return reading(ctx, async (ctx) => {
    if (!(await ownersOf(ctx, [companyId])).has(companyId))
      throw refuse.notFound('company', publicId('company', companyId));
    const { paymentType } = (await termsOf(ctx, [companyId])).get(companyId)!;
    const previews: Preview[] = [];
    for (const payer of await payersOf(ctx, { ownerIds: [companyId] })) {
      const open = await sumOpen(ctx, payer, paymentType);
      previews.push({ currency: payer.currency, open, running: await sumRunning(ctx, payer) });
    }
    return previews;
  });
}

/** The usage behind a bill, SIM by SIM and pool by pool. */
export async function usageOf(
  ctx: Ctx,
  preBill: Pick<PreBill, 'id' | 'timeZone' | 'periodFrom' | 'periodUntil' | 'cutAt'>,
  page: Parameters<typeof listUsage>[3],
): Promise<(BilledUsage & { id: Id })[]> {
  const { timeZone, periodFrom, periodUntil } = preBill;
  const instant = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(timeZone).epochMilliseconds);
  const from = instant(Temporal.PlainDate.from(periodFrom ?? periodUntil));
  const until = instant(Temporal.PlainDate.from(periodUntil).add({ days: 1 }));
  return reading(ctx, (ctx) => listUsage(ctx, preBill.id, { from, until }, page));
}
