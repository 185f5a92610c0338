import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, amount, Currency, idOf, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { type ReratingProblem, reratingProblems } from '../model/rerating.ts';
import { periodsBound, type ReratingResult, runRerating } from '../rerating.ts';

const tally = z.int().min(0).max(periodsBound);
const problem = z.enum(Object.keys(reratingProblems) as [ReratingProblem, ...ReratingProblem[]]);
const compared = { charged: Amount, wouldBe: Amount, difference: Amount, currency: Currency };

const ReratingReply = reply('Rerating', {
  id: idOf('rerating').nullable().meta({ description: 'Null: only looked at. Names the transfers in the ledger.' }),
  periods: tally,
  differing: tally.meta({ description: 'Periods that were adjusted, or would be.' }),
  totals: z.array(z.object(compared)).meta({ description: 'For each currency.' }),
  lines: z
    .array(z.object({ sim: z.object({ id: idOf('sim'), iccid: z.string() }), periods: tally, ...compared }))
    .meta({ description: 'The 500 that differ most.' }),
  linesDiffering: tally,
  refused: z
    .array(z.object({ code: problem, message: z.string(), periods: tally }))
    .meta({ description: 'Periods that cannot be rated by the other version, and why.' }),
});

/** Usage rated again by another version of its plan. */
export function reratingRoutes(http: Http): void {
  route(http, {
    method: 'POST',
    url: '/api/v1/reratings',
    name: 'createRerating',
    summary: 'Rate the usage of up to 10,000 periods by another plan version, and post the difference beside them',
    tags: ['Corrections'],
    permission: 'charging.rerating.run',
    scope: 'organization',
    body: request('CreateRerating', {
      from: Timestamp.meta({ description: 'Periods that began from here on,' }),
      to: Timestamp.meta({ description: 'and before this.' }),
      sims: z.array(idOf('sim')).min(1).max(500).optional(),
      company: idOf('company').optional().meta({ description: 'The SIMs that it has now.' }),
      plans: z.array(idOf('plan')).min(1).max(50).optional().meta({ description: 'Periods on these plans.' }),
      planVersion: idOf('plan_version')
        .optional()
        .meta({ description: 'The latest of each period’s own plan, unless told otherwise.' }),
      reason: text(1000),
      dryRun: z.boolean().default(true).meta({ description: 'Only tell what would change.' }),
    }),
    reply: { 200: ReratingReply },
    handler: async (ctx, { body }) => {
      const { sims: lineIds, company: companyId, plans: planIds, planVersion: planVersionId, dryRun, ...rest } = body;
      return show(await runRerating(ctx, { ...rest, lineIds, companyId, planIds, planVersionId }, dryRun));
    },
  });
}

function show({ lines, totals, refused, ...result }: ReratingResult): z.output<typeof ReratingReply> {
  return {
    ...result,
    totals: totals.map(compare),
    lines: lines.map(({ lineId, iccid, periods, ...sums }) => ({
      sim: { id: lineId, iccid },
      periods,
      ...compare(sums),
    })),
    refused: refused.map(({ problem, periods }) => ({ code: problem, message: reratingProblems[problem], periods })),
  };
}

function compare({
  currency,
  chargedMicros,
  wouldBeMicros,
}: {
  currency: string;
  chargedMicros: bigint;
  wouldBeMicros: bigint;
}) {
  return {
    charged: amount(chargedMicros, currency),
    wouldBe: amount(wouldBeMicros, currency),
    difference: amount(wouldBeMicros - chargedMicros, currency),
    currency,
  };
}
