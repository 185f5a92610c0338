import { formatAmount, type Micros } from '@simwright/measure';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading, row, rows, run, sql } from '../kit/db.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { minor } from './model.ts';

/** What refills of wallets in a currency offer, and between which bounds an amount may be; without VAT. */
export type RefillAmounts = { currency: string; presetsMicros: Micros[]; leastMicros: Micros; mostMicros: Micros };

/** What an organization has that set nothing: in smallest units 1,000, 2,500, 5,000 and 10,000, from 50 to a million. */
export function defaultAmounts(currency: string): RefillAmounts {
  const presetsMicros = [1_000n, 2_500n, 5_000n, 10_000n].map((units) => units * minor);
  return { currency, presetsMicros, leastMicros: 50n * minor, mostMicros: 1_000_000n * minor };
}

/** The amounts of a currency: as they were set, or as the product has them. */
export async function amountsOf(ctx: Ctx, currency: string): Promise<RefillAmounts> {
  const found = await reading(ctx, (ctx) =>
    row<RefillAmounts>(
      ctx,
      sql`/* payments.amounts_of */ select currency, presets_micros, least_micros, most_micros from refill_amounts
           where organization_id = ${ctx.organization.id} and currency = ${currency}`,
    ),
  );
  return found ?? defaultAmounts(currency);
}

/** Those of every currency that somebody set, and of the organization's own. */
export async function listAmounts(ctx: Ctx): Promise<RefillAmounts[]> {
  const found = await reading(ctx, (ctx) =>
    rows<RefillAmounts>(
      ctx,
      sql`/* payments.list_amounts */ select currency, presets_micros, least_micros, most_micros from refill_amounts
           where organization_id = ${ctx.organization.id} order by currency`,
    ),
  );
  const own = ctx.organization.currency;
  return found.some(({ currency }) => currency === own) ? found : [defaultAmounts(own), ...found];
}

/**
 * Sets what refills in a currency offer. Refuses `refill_amounts.bounds_reversed`, and `refill_amounts.preset_outside` for a preset
 * that nobody could pay.
 */
export async function setAmounts(ctx: Ctx, amounts: RefillAmounts): Promise<RefillAmounts> {
  const { currency, leastMicros, mostMicros } = amounts;
  const presetsMicros = [...new Set(amounts.presetsMicros)].sort((a, b) => (a < b ? -1 : 1));
  const show = (micros: Micros) => formatAmount(micros, currency);
  if (mostMicros < leastMicros) {
    throw refuse.invalid('refill_amounts.bounds_reversed', 'The largest amount is below the smallest.', {
      field: 'body.maximum',
      expected: `${show(leastMicros)} or more`,
    });
  }
  const outside = presetsMicros.find((preset) => preset < leastMicros || preset > mostMicros);
  if (outside !== undefined) {
    throw refuse.invalid('refill_amounts.preset_outside', `${show(outside)} ${currency} is outside of these bounds.`, {
      field: 'body.presets',
      expected: `amounts from ${show(leastMicros)} to ${show(mostMicros)}`,
    });
  }
  const now = { ...amounts, presetsMicros };
  return atomically(ctx, async (ctx) => {
    const before = await amountsOf(ctx, currency);
    await run(
      ctx,
      sql`/* payments.set_amounts */ insert into refill_amounts (organization_id, currency, presets_micros, least_micros, most_micros, set_at, set_by)
          values (${ctx.organization.id}, ${currency}, ${presetsMicros}::bigint[], ${leastMicros}, ${mostMicros}, ${ctx.now}, ${ctx.actor.name})
          on conflict (organization_id, currency) do update
             set presets_micros = excluded.presets_micros, least_micros = excluded.least_micros, most_micros = excluded.most_micros,
                 set_at = excluded.set_at, set_by = excluded.set_by`,
    );
    const words = ({ presetsMicros, leastMicros, mostMicros }: RefillAmounts) =>
      `${presetsMicros.map(show).join(', ') || 'none'} (${show(leastMicros)} to ${show(mostMicros)})`;
    await audit(ctx, [
      {
        ...{ action: 'refill_amounts.set', objectType: 'organization', objectId: ctx.organization.id },
        changes: [{ field: `refill amounts ${currency}`, old: words(before), new: words(now) }],
      },
    ]);
    await emit(ctx, [
      {
        name: 'refill_amounts.set',
        subject: { type: 'organization', id: ctx.organization.id },
        data: { currency, presets: presetsMicros.map(show), minimum: show(leastMicros), maximum: show(mostMicros) },
      },
    ]);
    return now;
  });
}

/** Holds an amount that a wallet is to be refilled with to its bounds. Refuses `payment.amount_too_small` and `payment.amount_too_large`. */
export async function holdToAmounts(ctx: Ctx, micros: Micros, currency: string): Promise<void> {
  const { leastMicros, mostMicros } = await amountsOf(ctx, currency);
  const [least, most] = [leastMicros, mostMicros].map((bound) => formatAmount(bound, currency));
  const range = { field: 'body.amount', expected: `${least} to ${most}`, minimum: least, maximum: most, currency };
  if (micros < leastMicros) {
    throw refuse.invalid('payment.amount_too_small', `A refill is ${least} ${currency} or more.`, range);
  }
  if (micros > mostMicros) {
    throw refuse.invalid('payment.amount_too_large', `A refill is ${most} ${currency} at most.`, range);
  }
}
