import { formatAmount, type Micros } from '@simwright/measure';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading, row, rows, run, sql } from '../kit/db.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { holdToLimit } from '../ledger/index.ts';
import type { Bonus, Bonuses } from './bonus.ts';
import { minor, mostMicros as mostOfAll } from './model.ts';

/** What refills of wallets in a currency offer, and between which bounds an amount may be; without VAT. */
export type RefillAmounts = Bonuses & {
  currency: string;
  presetsMicros: Micros[];
  leastMicros: Micros;
  mostMicros: Micros;
};

/** What an organization has that set nothing: in smallest units 1,000, 2,500, 5,000 and 10,000, from 50 to a million. */
export function defaultAmounts(currency: string): RefillAmounts {
  const presetsMicros = [1_000n, 2_500n, 5_000n, 10_000n].map((units) => units * minor);
  return {
    ...{ currency, presetsMicros, leastMicros: 50n * minor, mostMicros: 1_000_000n * minor },
    ...{ bonuses: [], bonusDays: null },
  };
}

type Row = Omit<RefillAmounts, 'bonuses'> & { bonusFromMicros: Micros[]; bonusMicros: Micros[] };
const columns = sql`currency, presets_micros, least_micros, most_micros, bonus_from_micros, bonus_micros, bonus_days`;

function read({ bonusFromMicros, bonusMicros, ...rest }: Row): RefillAmounts {
  return { ...rest, bonuses: bonusFromMicros.map((fromMicros, i) => ({ fromMicros, micros: bonusMicros[i]! })) };
}

/** The amounts of a currency: as they were set, or as the product has them. */
export async function amountsOf(ctx: Ctx, currency: string): Promise<RefillAmounts> {
  const found = await reading(ctx, (ctx) =>
    row<Row>(
      ctx,
      sql`/* payments.amounts_of */ select ${columns} from refill_amounts
           where organization_id = ${ctx.organization.id} and currency = ${currency}`,
    ),
  );
  return found ? read(found) : defaultAmounts(currency);
}

/** Those of every currency that somebody set, and of the organization's own. */
export async function listAmounts(ctx: Ctx): Promise<RefillAmounts[]> {
  const found = await reading(ctx, (ctx) =>
    rows<Row>(
      ctx,
      sql`/* payments.list_amounts */ select ${columns} from refill_amounts
           where organization_id = ${ctx.organization.id} order by currency`,
    ),
  );
  const own = ctx.organization.currency;
  const set = found.map(read);
  return set.some(({ currency }) => currency === own) ? set : [defaultAmounts(own), ...set];
}

/**
 * Sets what refills in a currency offer, and what is given with them. Refuses `refill_amounts.bounds_reversed`,
 * `refill_amounts.maximum_too_large`, `refill_amounts.preset_outside` for a preset that nobody could pay, `refill_amounts.bonus_twice`, `refill_amounts.bonus_too_large`, and
 * `wallet.approval_needed` for a bonus above what one person may give by hand.
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
  if (mostMicros > mostOfAll) {
    throw refuse.invalid('refill_amounts.maximum_too_large', 'The largest amount is more than can be paid.', {
      field: 'body.maximum',
      expected: `${show(mostOfAll)} or less`,
    });
  }
  const outside = presetsMicros.find((preset) => preset < leastMicros || preset > mostMicros);
  if (outside !== undefined) {
    throw refuse.invalid('refill_amounts.preset_outside', `${show(outside)} ${currency} is outside of these bounds.`, {
      field: 'body.presets',
      expected: `amounts from ${show(leastMicros)} to ${show(mostMicros)}`,
    });
  }
  const bonuses = amounts.bonuses.toSorted((a, b) => (a.fromMicros < b.fromMicros ? -1 : 1));
  holdToReason(bonuses, show);
  const now = { ...amounts, presetsMicros, bonuses, bonusDays: bonuses.length > 0 ? amounts.bonusDays : null };
  return atomically(ctx, async (ctx) => {
    for (const { micros } of bonuses) await holdToLimit(ctx, micros, currency);
    const before = await amountsOf(ctx, currency);
    await run(
      ctx,
      sql`/* payments.set_amounts */ insert into refill_amounts (organization_id, ${columns}, set_at, set_by)
          values (${ctx.organization.id}, ${currency}, ${presetsMicros}::bigint[], ${leastMicros}, ${mostMicros},
                  ${bonuses.map(({ fromMicros }) => fromMicros)}::bigint[], ${bonuses.map(({ micros }) => micros)}::bigint[], ${now.bonusDays},
                  ${ctx.now}, ${ctx.actor.name})
          on conflict (organization_id, currency) do update
             set presets_micros = excluded.presets_micros, least_micros = excluded.least_micros, most_micros = excluded.most_micros,
                 bonus_from_micros = excluded.bonus_from_micros, bonus_micros = excluded.bonus_micros, bonus_days = excluded.bonus_days,
                 set_at = excluded.set_at, set_by = excluded.set_by`,
    );
    const words = ({ presetsMicros, leastMicros, mostMicros }: RefillAmounts) =>
      `${presetsMicros.map(show).join(', ') || 'none'} (${show(leastMicros)} to ${show(mostMicros)})`;
    const given = ({ bonuses, bonusDays }: RefillAmounts) =>
      bonuses.map(({ fromMicros, micros }) => `${show(micros)} from ${show(fromMicros)} on`).join(', ') +
      (bonusDays ? ` for ${bonusDays} days` : '');
    await audit(ctx, [
      {
        ...{ action: 'refill_amounts.set', objectType: 'organization', objectId: ctx.organization.id },
        changes: [
          { field: `refill amounts ${currency}`, old: words(before), new: words(now) },
          { field: `refill bonuses ${currency}`, old: given(before) || null, new: given(now) || null },
        ].filter((change) => change.old !== change.new),
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

function holdToReason(bonuses: Bonus[], show: (micros: Micros) => string): void {
  const twice = bonuses.find(({ fromMicros }, i) => bonuses[i + 1]?.fromMicros === fromMicros);
  if (twice) {
    throw refuse.invalid('refill_amounts.bonus_twice', `${show(twice.fromMicros)} has two bonuses.`, {
      field: 'body.bonuses',
      expected: 'one bonus from an amount on',
    });
  }
  const large = bonuses.find(({ fromMicros, micros }) => micros > fromMicros);
  if (large) {
    throw refuse.invalid('refill_amounts.bonus_too_large', 'More would be given than is paid.', {
      field: 'body.bonuses',
      expected: `${show(large.fromMicros)} or less from ${show(large.fromMicros)} on`,
    });
  }
}

/** Holds an amount that a wallet is to be refilled with to its bounds. Refuses `payment.amount_too_small` and `payment.amount_too_large`. */
export async function holdToAmounts(ctx: Ctx, micros: Micros, currency: string, field = 'body.amount'): Promise<void> {
  const { leastMicros, mostMicros } = await amountsOf(ctx, currency);
  const [least, most] = [leastMicros, mostMicros].map((bound) => formatAmount(bound, currency));
  const range = { field, expected: `${least} to ${most}`, minimum: least, maximum: most, currency };
  if (micros < leastMicros) {
    throw refuse.invalid('payment.amount_too_small', `A refill is ${least} ${currency} or more.`, range);
  }
  if (micros > mostMicros) {
    throw refuse.invalid('payment.amount_too_large', `A refill is ${most} ${currency} at most.`, range);
  }
}
