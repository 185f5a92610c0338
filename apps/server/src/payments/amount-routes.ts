import { type Micros, parseAmount } from '@simwright/measure';
import { z } from 'zod';
import type { Http } from '../kit/http/app.ts';
import { route } from '../kit/http/route.ts';
import { Amount, amount, Currency, reply, request } from '../kit/http/schemas.ts';
import { refuse } from '../kit/refusal.ts';
import { minorOf } from '../tax/index.ts';
import { amountsOf, listAmounts, type RefillAmounts, setAmounts } from './amounts.ts';

const shape = {
  currency: Currency,
  presets: z.array(Amount).max(8).meta({ description: 'What a refill offers to choose from, without VAT.' }),
  minimum: Amount,
  maximum: Amount,
};
const Bonus = z.strictObject({
  from: Amount.meta({ description: 'Whoever refills with this much or more …' }),
  bonus: Amount.meta({ description: '… is given this much; of several the largest step that is reached.' }),
});
const bonusDays = z.int().min(1).max(3650).nullable().meta({ description: 'Days until a bonus expires; null: never.' });
const offered = { ...shape, bonuses: z.array(Bonus).max(8), bonusDays };
const set = { ...shape, bonuses: z.array(Bonus).max(8).default([]), bonusDays: bonusDays.default(null) };
const RefillAmountsReply = reply('RefillAmounts', offered);
const RefillAmountsList = reply('RefillAmountsList', { items: z.array(RefillAmountsReply) });
const SetRefillAmounts = request('SetRefillAmounts', set);

/** What refills of wallets offer, and between which bounds. */
export function amountRoutes(http: Http): void {
  const tags = ['Payments'];
  const url = '/api/v1/refill-amounts';
  route(http, {
    tags,
    ...{ permission: 'payments.payment.view', scope: 'company' },
    method: 'GET',
    url,
    name: 'listRefillAmounts',
    endUsers: true,
    summary: 'What refills of wallets offer, and between which bounds, for each currency',
    query: z.strictObject({
      currency: Currency.optional().meta({ description: 'Of this one, whether somebody has set it or not.' }),
    }),
    reply: { 200: RefillAmountsList },
    handler: async (ctx, { query: { currency } }) => ({
      items: (currency ? [await amountsOf(ctx, currency)] : await listAmounts(ctx)).map(shown),
    }),
  });
  route(http, {
    tags,
    ...{ permission: 'payments.amounts.edit', scope: 'organization' },
    method: 'PUT',
    url,
    name: 'setRefillAmounts',
    summary: 'Set what refills of wallets in a currency offer, between which bounds, and what is given with them',
    body: SetRefillAmounts,
    reply: { 200: RefillAmountsReply },
    handler: async (ctx, { body: { currency, presets, minimum, maximum, bonuses, bonusDays } }) =>
      shown(
        await setAmounts(ctx, {
          currency,
          presetsMicros: presets.map((preset, i) => read(`presets.${i}`, preset, currency)),
          leastMicros: read('minimum', minimum, currency),
          mostMicros: read('maximum', maximum, currency),
          bonuses: bonuses.map(({ from, bonus }, i) => ({
            fromMicros: read(`bonuses.${i}.from`, from, currency),
            micros: read(`bonuses.${i}.bonus`, bonus, currency),
          })),
          bonusDays,
        }),
      ),
  });
}

function shown({ currency, presetsMicros, leastMicros, mostMicros, bonuses, bonusDays }: RefillAmounts) {
  const show = (micros: Micros) => amount(micros, currency);
  return {
    ...{ currency, presets: presetsMicros.map(show), minimum: show(leastMicros), maximum: show(mostMicros) },
    ...{
      bonuses: bonuses.map(({ fromMicros, micros }) => ({ from: show(fromMicros), bonus: show(micros) })),
      bonusDays,
    },
  };
}

function read(field: string, text: string, currency: string): Micros {
  const parsed = parseAmount(text, currency);
  if (parsed.ok && parsed.value > 0n && parsed.value === minorOf(parsed.value)) return parsed.value;
  throw refuse.invalid('refill_amounts.invalid', `This is no amount in ${currency} that could be paid.`, {
    field: `body.${field}`,
    expected: 'more than zero, in whole smallest units',
  });
}
