import { formatBytes } from '@simwright/measure';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import * as periods from '../periods/index.ts';
import { taxDay } from '../tax/index.ts';
import { markOf } from './prepaid.ts';
import { prepaidLetter } from './words.ts';
import type { Hands, Writing, WrittenWith } from './writer.ts';

/** About what still lapses on that day, on SIMs that their holder still has: who has refilled meanwhile is not told. */
export async function writePrepaid(ctx: Ctx, { mailing, items, reader }: Writing, hands: Hands): Promise<WrittenWith> {
  const ids = items.map(({ subjectId }) => subjectId);
  const sims = await reading(ctx, (ctx) => inventory.listSims(ctx, { ids }, { limit: ids.length }));
  const latest = await periods.latestPeriodsOf(ctx, ids);
  const lines = items.flatMap(({ subjectId, mark, stepDays }) => {
    const sim = sims.find(({ id }) => id === subjectId);
    const period = latest.get(subjectId);
    if (sim?.endUserId !== mailing.ownerId || period?.state !== 'open' || !period.endsAt) return [];
    if (markOf(period.endsAt, -stepDays!) !== mark) return [];
    const left = periods.leftOf(period) ?? 0n;
    // The end is the first instant that is not within.
    const lapsesOn = taxDay(ctx, new Date(period.endsAt.getTime() - 1));
    const bytes = formatBytes(left > 0n ? left : 0n, ctx.organization.unitBase);
    return [{ name: sim.uniqueName ?? sim.iccid, lapsesOn, left: bytes }];
  });
  if (lines.length === 0) return { dropped: 'It was refilled, or is over.' };
  const letter = prepaidLetter({
    ...{ language: reader.language, organization: ctx.organization.name, company: reader.name, lines },
    url: new URL('/my', hands.publicUrl).href,
  });
  return { letter, attachments: [] };
}
