import { audit, changesBetween } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { taxDay } from '../tax/index.ts';
import { type Owner, ownersOf } from '../tenancy/index.ts';
import { numberOf, type PaymentType } from './model.ts';
import * as store from './sql/settings.ts';

/** How an account is billed. */
export type Terms = {
  /** null: as the plan of each line says. */
  paymentType: PaymentType | null;
  /** Pre-Billing: days before its month that the pre-bill is made. */
  preDays: number;
  approval: 'manual' | 'automatic';
  /** Days that the run of a month waits for late usage. */
  graceDays: number;
  /** Days from the issue of an invoice until it is due. */
  termsDays: number;
};

/** What an account, or the organization for all of them, has said itself; null: what applies to those who say nothing. */
export type Own = { ownerId: Id } & { [K in keyof Terms]: Terms[K] | null };

/** Where nobody has said anything. */
const initial: Terms = {
  ...{ paymentType: null, preDays: 7, approval: 'manual', graceDays: 0, termsDays: 14 },
};

export const seriesKinds = ['pre_bill', 'invoice', 'credit_note'] as const;
export type SeriesKind = (typeof seriesKinds)[number];
export type Series = {
  kind: SeriesKind;
  /** `{year}` stands for the year of issue, in the organization's time zone. */
  prefix: string;
  digits: number;
  nextNumber: bigint;
};

const firstSeries: Series[] = [
  { kind: 'pre_bill', prefix: 'PB-', digits: 6, nextNumber: 1n },
  { kind: 'invoice', prefix: 'INV-{year}-', digits: 5, nextNumber: 1n },
  { kind: 'credit_note', prefix: 'CN-{year}-', digits: 5, nextNumber: 1n },
];

function over(above: Terms, own: Own | undefined): Terms {
  if (!own) return above;
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
  return { ...above, ...said };
}

/** What applies to each of these owners: its own terms, else the organization's, else those the product begins with. */
export async function termsOf(ctx: Ctx, ownerIds: Id[]): Promise<Map<Id, Terms>> {
  return reading(ctx, async (ctx) => {
    const { id: organizationId } = ctx.organization;
    const found = await store.listSettings(ctx, [...new Set([organizationId, ...ownerIds])]);
    const own = new Map(found.map((settings) => [settings.ownerId, settings]));
    const above = over(initial, own.get(organizationId));
    return new Map(ownerIds.map((id) => [id, id === organizationId ? above : over(above, own.get(id))]));
  });
}

export type AccountSettings = { owner: Owner; own: Own; terms: Terms };

/** How an account is billed, and what of that it has said itself. Refuses `account.not_found`. */
export async function getSettings(ctx: Ctx, ownerId: Id): Promise<AccountSettings> {
  return reading(ctx, async (ctx) => {
    const owner = (await ownersOf(ctx, [ownerId])).get(ownerId);
    // An end user's lines are billed to its company.
    if (!owner || owner.type === 'end_user') throw refuse.notFound('account');
    const [own] = await store.listSettings(ctx, [ownerId]);
    const terms = (await termsOf(ctx, [ownerId])).get(ownerId)!;
    return { owner, own: own ?? { ownerId, ...nothingSaid }, terms };
  });
}

const nothingSaid = {
  ...{ paymentType: null, preDays: null, approval: null, graceDays: null, termsDays: null },
};

/** Changes how an account is billed, from its next bill on; null gives a field back to what applies above. */
export async function changeSettings(
  ctx: Ctx,
  ownerId: Id,
  changes: Partial<Omit<Own, 'ownerId'>>,
): Promise<AccountSettings> {
  return atomically(ctx, async (ctx) => {
    const { owner, own } = await getSettings(ctx, ownerId);
    const changed = changesBetween(own, changes);
    if (changed.length === 0) return getSettings(ctx, ownerId);
    await store.saveSettings(ctx, { ...own, ...changes });
    const objectId = publicId(owner.type, owner.id);
    await audit(ctx, [{ action: 'billing.settings_changed', objectType: owner.type, objectId, changes: changed }]);
    await emit(ctx, [
      {
        name: 'billing.settings_changed',
        subject: { type: owner.type, id: owner.id },
        data: { account: objectId, fields: changed.map((change) => change.field) },
      },
    ]);
    return getSettings(ctx, ownerId);
  });
}

/** The series of numbers, with what each would give next. */
export async function listSeries(ctx: Ctx): Promise<(Series & { next: string })[]> {
  return reading(ctx, async (ctx) => {
    const known = new Map((await store.listSeries(ctx)).map((series) => [series.kind, series]));
    return firstSeries.map((first) => {
      const series = known.get(first.kind) ?? first;
      return { ...series, next: numberOf(series.prefix, yearOf(ctx), series.digits, series.nextNumber) };
    });
  });
}

/**
 * Changes how the numbers of a series are written. They go on counting: no number is left out or given twice. Refuses `bill_series.prefix_taken`
 * where a number of another series could be the same.
 */
export async function changeSeries(ctx: Ctx, change: Omit<Series, 'nextNumber'>): Promise<void> {
  await atomically(ctx, async (ctx) => {
    await store.addSeries(ctx, firstSeries);
    const old = (await store.listSeries(ctx)).find((series) => series.kind === change.kind)!;
    const changes = changesBetween(old, change);
    if (changes.length === 0) return;
    await holdApart(ctx, change);
    await store.saveSeries(ctx, change);
    const objectId = publicId('organization', ctx.organization.id);
    await audit(ctx, [{ action: 'billing.series_changed', objectType: 'organization', objectId, changes }]);
  });
}

/** Invoices and credit notes share their numbers: two series that begin alike would come to the same one, and stand still there. */
async function holdApart(ctx: Ctx, { kind, prefix }: Omit<Series, 'nextNumber'>): Promise<void> {
  const others = (await store.listSeries(ctx)).filter((one) => one.kind !== kind);
  const other = others.find((one) => beginningOf(one.prefix) === beginningOf(prefix));
  if (!other && !(await store.wasPrefixOfAnother(ctx, kind, prefix))) return;
  throw refuse.conflict('bill_series.prefix_taken', 'Numbers of another series begin, or began, like that.', {
    ...{ field: 'body.prefix', expected: 'a beginning that no other series has', ...(other && { series: other.kind }) },
  });
}

/** What is left of a prefix without the digits at its end, which a number could go on with. */
function beginningOf(prefix: string): string {
  return prefix.replace('{year}', '0000').replace(/\d+$/, '');
}

export type DocumentNumber = { series: string; sequence: bigint; number: string };

/** The next numbers of a series, in their order. Whoever takes them has the series until the database transaction ends. */
export async function takeNumbers(ctx: Ctx, kind: SeriesKind, count: number): Promise<DocumentNumber[]> {
  let taken = await store.takeNumbers(ctx, kind, count);
  if (!taken) {
    await store.addSeries(ctx, firstSeries);
    taken = (await store.takeNumbers(ctx, kind, count))!;
  }
  const { prefix, digits, nextNumber } = taken;
  return Array.from({ length: count }, (_, i) => {
    const sequence = nextNumber + BigInt(i);
    return { series: prefix, sequence, number: numberOf(prefix, yearOf(ctx), digits, sequence) };
  });
}

function yearOf(ctx: Ctx): number {
  return Number(taxDay(ctx, ctx.now).slice(0, 4));
}
