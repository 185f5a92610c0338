import { parseAmount } from '@simwright/measure';
import { audit, changesBetween } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { type Owner, ownersOf } from '../tenancy/index.ts';
import { firstSteps, mostSteps, type Step } from './model.ts';
import * as store from './sql/settings.ts';
import * as watches from './sql/watches.ts';
import { unknownIn } from './words.ts';

/** What an account gets by mail. */
export type Terms = {
  /** Invoices and credit notes as they are issued. */
  invoices: boolean;
  /** After a payment by card or by hand. */
  receipts: boolean;
  /** Reminders of invoices that are not paid. */
  overdue: boolean;
  /** Holders of prepaid SIMs: days before the balance lapses. */
  prepaid: boolean;
  steps: Step[];
};

/** What an account, or the organization for all of them, has said itself; null: what applies to those who say nothing. */
export type Own = { ownerId: Id } & { [K in keyof Terms]: Terms[K] | null };

/** Where nobody has said anything. Nobody is mailed a bill or dunned because an instance was updated. */
const initial: Terms = { invoices: false, receipts: false, overdue: false, prepaid: true, steps: firstSteps };

/** What applies, and in which currency fees of steps are. */
export type Applied = Terms & { feesIn: string };

/** What applies to each of these owners: what they said themselves, else the organization, else the product. */
export async function termsOf(ctx: Ctx, owners: Pick<Owner, 'id' | 'currency'>[]): Promise<Map<Id, Applied>> {
  return reading(ctx, async (ctx) => {
    const { id: organizationId, currency } = ctx.organization;
    const found = await store.listSettings(ctx, [...new Set([organizationId, ...owners.map(({ id }) => id)])]);
    const own = new Map(found.map((settings) => [settings.ownerId, settings]));
    const above = { ...over(initial, own.get(organizationId)), feesIn: currency };
    return new Map(
      owners.map((owner) => {
        if (owner.id === organizationId) return [owner.id, above];
        const said = own.get(owner.id);
        return [owner.id, { ...over(above, said), feesIn: said?.steps ? owner.currency : currency }];
      }),
    );
  });
}

function over(above: Terms, own: Own | undefined): Terms {
  if (!own) return above;
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
  return { ...above, ...said };
}

export type AccountSettings = { owner: Owner; own: Own; terms: Applied };

/** What an account gets by mail, and what of that it has said itself. Refuses `account.not_found`. */
export async function getSettings(ctx: Ctx, ownerId: Id): Promise<AccountSettings> {
  return reading(ctx, async (ctx) => {
    const owner = (await ownersOf(ctx, [ownerId])).get(ownerId);
    // An end user gets what their company has said.
    if (!owner || owner.type === 'end_user') throw refuse.notFound('account');
    const [own] = await store.listSettings(ctx, [ownerId]);
    return { owner, own: own ?? nothingSaid(ownerId), terms: (await termsOf(ctx, [owner])).get(ownerId)! };
  });
}

function nothingSaid(ownerId: Id): Own {
  return { ownerId, invoices: null, receipts: null, overdue: null, prepaid: null, steps: null };
}

/**
 * Changes what an account gets by mail; null gives a field back to what applies above. Open invoices are looked at anew.
 * Refuses `account.not_found`, `reminder.steps_invalid`.
 */
export async function changeSettings(
  ctx: Ctx,
  ownerId: Id,
  changes: Partial<Omit<Own, 'ownerId'>>,
): Promise<AccountSettings> {
  return atomically(ctx, async (ctx) => {
    const { owner, own } = await getSettings(ctx, ownerId);
    if (changes.steps) checkSteps(changes.steps, owner.currency);
    const changed = changesBetween(own, changes);
    if (changed.length === 0) return getSettings(ctx, ownerId);
    await store.saveSettings(ctx, { ...own, ...changes });
    const objectId = publicId(owner.type, owner.id);
    await audit(ctx, [{ action: 'reminder_settings.changed', objectType: owner.type, objectId, changes: changed }]);
    await emit(ctx, [
      {
        name: 'reminder_settings.changed',
        subject: { type: owner.type, id: owner.id },
        data: { account: objectId, fields: changed.map((change) => change.field) },
      },
    ]);
    if (owner.type === 'organization') await watches.askAll(ctx);
    else await watches.ask(ctx, [owner.id]);
    return getSettings(ctx, ownerId);
  });
}

/** In the order of their days, each day once; `stop` is the last; fees are amounts of the currency, and none before it is due. */
export function checkSteps(steps: readonly Step[], currency: string): void {
  const bad = (i: number, field: string, expected: string): never => {
    throw refuse.invalid('reminder.steps_invalid', 'These steps do not make a way that an invoice could go.', {
      field: `body.steps[${i}].${field}`,
      expected,
    });
  };
  if (steps.length > mostSteps) bad(mostSteps, 'days', `${mostSteps} steps at most`);
  for (const [i, { days, action, fee, words }] of steps.entries()) {
    const before = steps[i - 1];
    if (before && before.days >= days) bad(i, 'days', `more than the ${before.days} of the step before it`);
    if (action === 'stop' && i < steps.length - 1) bad(i, 'action', 'stop as the last step alone');
    if (action === 'stop' && fee !== null) bad(i, 'fee', 'none: nothing is sent any more');
    if (fee !== null) {
      const parsed = parseAmount(fee, currency);
      const whole = parsed.ok && parsed.value > 0n && parsed.value % 1_000_000n === 0n;
      if (!whole) bad(i, 'fee', `more than zero, in whole smallest units of ${currency}`);
      if (days < 0) bad(i, 'fee', 'none before it is due');
    }
    for (const [language, own] of Object.entries(words)) {
      const unknown = unknownIn(own.subject) ?? unknownIn(own.text);
      if (unknown)
        bad(i, `words.${language}`, `no ${unknown}: there are {company}, {number}, {amount}, {due} and {fee}`);
    }
  }
}
