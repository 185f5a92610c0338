import { z } from 'zod';
import { planTypes } from '../../catalog/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, amount, Bytes, Currency, idOf, reply, request, Timestamp, TimeZone } from '../../kit/http/schemas.ts';
import { tally } from '../schemas.ts';
import { runningCost, type WhatIf, whatIf } from '../what-if/index.ts';
import type { Money } from '../what-if/sums.ts';
import { reasonWords } from '../what-if/words.ts';

const mostCandidates = 10;
const mostDays = 366;

const WhatIfBody = request('WhatIf', {
  sim: idOf('sim').optional(),
  company: idOf('company').optional().meta({ description: 'Without a SIM and a company: everything you may see.' }),
  days: z.int().min(1).max(mostDays).meta({ description: 'The last days, today among them.' }),
  candidates: z
    .array(
      z.strictObject({
        plan: idOf('plan').optional(),
        pool: idOf('pool').optional().meta({ description: 'The lines would be its members, and nobody else.' }),
      }),
    )
    .min(1)
    .max(mostCandidates),
});

const MoneyShape = {
  recurring: Amount,
  usage: Amount,
  overage: Amount,
  refills: Amount.meta({ description: 'Prepaid: the cheapest that would have been enough.' }),
  adjustments: Amount,
  total: Amount.meta({ description: 'What it costs to run: without activation fees.' }),
  activation: Amount.meta({ description: 'Falls due once, when a line begins.' }),
  series: z.array(Amount).meta({ description: 'The total, in the order of `times`.' }),
};

const WhatIfReply = reply('WhatIfResult', {
  from: Timestamp,
  to: Timestamp,
  timeZone: TimeZone,
  unit: z.enum(['day', 'month']),
  times: z.array(Timestamp),
  lines: tally,
  bytes: Bytes,
  charged: z
    .array(z.object({ currency: Currency, ...MoneyShape }))
    .meta({ description: 'What was charged, in each currency; overage is within usage.' }),
  candidates: z.array(
    z.object({
      name: z.string(),
      plan: z.object({ id: idOf('plan'), name: z.string(), type: z.enum(planTypes), version: tally }).nullable(),
      pool: z.object({ id: idOf('pool'), name: z.string(), type: z.enum(['static', 'dynamic']) }).nullable(),
      currency: Currency,
      ...MoneyShape,
      lines: tally.meta({ description: 'That could be rated.' }),
      charged: Amount.meta({ description: 'What these lines were charged.' }),
      difference: Amount.meta({ description: 'Total less charged: below zero, it would have been cheaper.' }),
      notRated: z.array(z.object({ reason: z.string(), text: z.string(), lines: tally })),
    }),
  ),
});

/** What lines would have cost on other plans. */
export function whatIfRoutes(http: Http): void {
  route(http, {
    method: 'POST',
    url: '/api/v1/what-if',
    name: 'whatIf',
    summary: 'What the last days would have cost on other plans or in a pool; changes nothing',
    tags: ['Plans'],
    permission: 'charging.charge.view',
    scope: 'company',
    body: WhatIfBody,
    repeatable: true,
    reply: { 200: WhatIfReply },
    handler: async (ctx, { body }) => {
      const { sim: simId, company: companyId, days, candidates } = body;
      const asked = candidates.map(({ plan: planId, pool: poolId }) => ({ planId, poolId }));
      return show(await whatIf(ctx, { simId, companyId, days, candidates: asked }));
    },
  });
}

function show({ charged, candidates, ...result }: WhatIf): z.output<typeof WhatIfReply> {
  return {
    ...result,
    charged: charged.map(({ currency, money, points }) => ({ currency, ...showMoney(money, points, currency) })),
    candidates: candidates.map(({ candidate, money, points, lines, charged, notRated }) => {
      const { plan, pool, name, currency } = candidate;
      return {
        name,
        plan: plan && { ...plan.plan, version: plan.version.version },
        pool: pool ? pool.pool : null,
        currency,
        ...showMoney(money, points, currency),
        lines,
        charged: amount(charged, currency),
        difference: amount(runningCost(money) - charged, currency),
        notRated: [...notRated].map(([reason, lines]) => ({ reason, text: reasonWords[reason], lines })),
      };
    }),
  };
}

function showMoney(money: Money, points: bigint[], currency: string) {
  const write = (micros: bigint) => amount(micros, currency);
  return {
    recurring: write(money.recurring),
    usage: write(money.usage),
    overage: write(money.overage),
    refills: write(money.refills),
    adjustments: write(money.adjustments),
    activation: write(money.activation),
    total: write(runningCost(money)),
    series: points.map(write),
  };
}
