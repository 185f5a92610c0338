import { Temporal } from 'temporal-polyfill';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { type Owner, ownersOf } from '../tenancy/index.ts';
import { type Category, type Tax, type TaxNumber, type TaxRate, taxOn } from './model.ts';
import * as store from './sql.ts';
import { malformedAs } from './vies/formats.ts';
import { type Check, listChecks } from './vies/sql.ts';

/** The day of an instant on which a rate is looked up: in the organization's time zone, as its books are kept. */
export function taxDay(ctx: Pick<Ctx, 'organization'>, at: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(ctx.organization.timeZone)
    .toPlainDate()
    .toString();
}

/** The VAT that an account pays at an instant: its own rate, else its company's, else the organization's, else none. */
export async function taxFor(ctx: Ctx, owner: Owner, at: Date): Promise<Tax> {
  const chain = chainOf(ctx, owner);
  return reading(ctx, async (ctx) => taxOn(taxDay(ctx, at), chain, await store.listRates(ctx, chain)));
}

/** The same for many at once, whoever asks: what an account bears does not depend on that. An account that is none is not in the answer. */
export async function taxesOf(ctx: Ctx, ownerIds: Id[], at: Date): Promise<Map<Id, Tax>> {
  const everybody: Ctx = { ...ctx, actor: { ...ctx.actor, scope: { kind: 'organization' } } };
  return reading(everybody, async (ctx) => {
    const chains = [...(await ownersOf(ctx, ownerIds)).values()].map((owner) => chainOf(ctx, owner));
    const rates = await store.listRates(ctx, [...new Set(chains.flat())]);
    const day = taxDay(ctx, at);
    return new Map(chains.map((chain) => [chain[0]!, taxOn(day, chain, rates)]));
  });
}

/** An account, and those above it whose rate it has when it has none of its own. */
function chainOf(ctx: Ctx, { id, companyId }: Owner): Id[] {
  return [...new Set([id, ...(companyId ? [companyId] : []), ctx.organization.id])];
}

/** The VAT number of an account as documents write it, with its country in front; null when it has none. */
export async function vatNumberOf(ctx: Ctx, ownerId: Id): Promise<string | null> {
  const number = await reading(ctx, (ctx) => store.findNumber(ctx, ownerId));
  return number && `${number.country}${number.number}`;
}

export type AccountTax = { owner: Owner; tax: Tax; rates: TaxRate[]; number: TaxNumber | null; checks: Check[] };

/** Checks at VIES that are shown beside the number. */
const checksShown = 10;

/** What an account pays now, its own rates (the latest first), and its VAT number. Refuses `account.not_found`. */
export async function getTax(ctx: Ctx, ownerId: Id): Promise<AccountTax> {
  return reading(ctx, async (ctx) => {
    const owner = await getOwner(ctx, ownerId);
    const chain = chainOf(ctx, owner);
    const rates = await store.listRates(ctx, chain);
    return {
      owner,
      tax: taxOn(taxDay(ctx, ctx.now), chain, rates),
      rates: rates.filter((rate) => rate.ownerId === ownerId),
      number: await store.findNumber(ctx, ownerId),
      checks: await listChecks(ctx, ownerId, checksShown),
    };
  });
}

export type NewRate = { validFrom: string; category: Category | null; ratePpm: number | null; reason: string };

/**
 * Sets what an account pays from a day on; with category null, what applies to the account above it. The past keeps its
 * rate: a day that is over is refused (`tax.day_over`). Reverse charge needs a VAT number that was found valid
 * (`tax.number_not_valid`); the organization itself has nobody to take a rate from (`tax.nobody_above`).
 */
export async function setRate(ctx: Ctx, ownerId: Id, rate: NewRate): Promise<AccountTax> {
  return atomically(ctx, async (ctx) => {
    const owner = await getOwner(ctx, ownerId);
    await store.lockTax(ctx, ownerId);
    const today = taxDay(ctx, ctx.now);
    if (rate.validFrom < today) {
      throw refuse.invalid(
        'tax.day_over',
        'Documents of that day may be written already. Set the rate from today on.',
        {
          field: 'body.validFrom',
          expected: `${today} or later`,
        },
      );
    }
    if (rate.category === null && owner.type === 'organization') {
      throw refuse.invalid('tax.nobody_above', 'The organization has nobody to take a rate from.', {
        field: 'body.category',
        expected: 'a category',
      });
    }
    if (rate.category === 'AE' && (await store.findNumber(ctx, ownerId))?.valid !== true) {
      throw refuse.conflict(
        'tax.number_not_valid',
        'Reverse charge needs a VAT number of this account that was checked and found valid.',
        { field: 'body.category' },
      );
    }
    const set: TaxRate = { ...rate, id: newId(ctx), ownerId, setAt: ctx.now, setBy: ctx.actor.name };
    await store.insertRate(ctx, set);
    await tell(ctx, owner, 'tax.rate_set', { category: set.category, ratePpm: set.ratePpm, validFrom: set.validFrom });
    return getTax(ctx, ownerId);
  });
}

/**
 * Sets the VAT number of an account. Another number is not checked yet, and while reverse charge is in force or waits, that would
 * leave it without what it stands on: `tax.reverse_charge_stands`. Refuses `tax.number_malformed` where its country writes them
 * otherwise.
 */
export async function setNumber(
  ctx: Ctx,
  ownerId: Id,
  given: { country: string; number: string },
): Promise<AccountTax> {
  return atomically(ctx, async (ctx) => {
    const owner = await getOwner(ctx, ownerId);
    const expected = malformedAs(given.country, given.number);
    if (expected) {
      const what = { field: 'body.number', expected };
      throw refuse.invalid('tax.number_malformed', `VAT numbers of ${given.country} are written otherwise.`, what);
    }
    await store.lockTax(ctx, ownerId);
    const before = await store.findNumber(ctx, ownerId);
    if (before?.country === given.country && before.number === given.number) return getTax(ctx, ownerId);
    await refuseWhileReversed(ctx, ownerId);
    const unchecked = { valid: null, checkedAt: null, checkedHow: null, checkedBy: null, reference: '' };
    await store.saveNumber(ctx, { ownerId, ...given, ...unchecked });
    await tell(ctx, owner, 'tax.number_set', { number: `${given.country}${given.number}` });
    return getTax(ctx, ownerId);
  });
}

/** Keeps what a check of the number said, when, how, and by whom. Refuses `tax.number_missing`. */
export async function recordCheck(
  ctx: Ctx,
  ownerId: Id,
  check: { valid: boolean; how: 'vies' | 'manual'; reference: string },
): Promise<AccountTax> {
  return atomically(ctx, async (ctx) => {
    const owner = await getOwner(ctx, ownerId);
    await store.lockTax(ctx, ownerId);
    const number = await store.findNumber(ctx, ownerId);
    if (!number) throw refuse.conflict('tax.number_missing', 'This account has no VAT number to be checked.');
    if (!check.valid) await refuseWhileReversed(ctx, ownerId);
    await store.saveNumber(ctx, {
      ...{ ...number, valid: check.valid, reference: check.reference },
      ...{ checkedAt: ctx.now, checkedHow: check.how, checkedBy: ctx.actor.name },
    });
    await tell(ctx, owner, 'tax.number_checked', { valid: check.valid, how: check.how });
    return getTax(ctx, ownerId);
  });
}

async function refuseWhileReversed(ctx: Ctx, ownerId: Id): Promise<void> {
  const today = taxDay(ctx, ctx.now);
  const rates = await store.listRates(ctx, [ownerId]);
  const waits = rates.some((rate) => rate.validFrom > today && rate.category === 'AE');
  if (!waits && taxOn(today, [ownerId], rates).category !== 'AE') return;
  throw refuse.conflict(
    'tax.reverse_charge_stands',
    'Reverse charge of this account stands on its VAT number. Give the account another rate first.',
  );
}

async function getOwner(ctx: Ctx, id: Id): Promise<Owner> {
  const owner = (await ownersOf(ctx, [id])).get(id);
  if (!owner) throw refuse.notFound('account');
  return owner;
}

async function tell(ctx: Ctx, owner: Owner, name: string, data: Record<string, unknown>): Promise<void> {
  const objectId = publicId(owner.type, owner.id);
  const changes = Object.entries(data).map(([field, value]) => ({ field, old: null, new: value }));
  await audit(ctx, [{ action: name, objectType: owner.type, objectId, changes }]);
  await emit(ctx, [
    {
      name,
      subject: { type: owner.type, id: owner.id },
      data: { account: objectId, ...(owner.companyId && { companyId: publicId('company', owner.companyId) }), ...data },
    },
  ]);
}
