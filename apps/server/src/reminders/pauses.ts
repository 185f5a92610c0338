import * as billing from '../billing/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { getCompany } from '../tenancy/index.ts';
import * as store from './sql/pauses.ts';
import { ask } from './sql/watches.ts';

export type { Pause } from './sql/pauses.ts';
/** A company, or one of its invoices. */
export type Subject = { type: 'company' | 'invoice'; id: Id };

/**
 * Nothing is sent about a company, or about an invoice, until then or until somebody lifts it; said again, it is changed. Refuses `company.not_found`,
 * `invoice.not_found`, `reminder_pause.over`.
 */
export async function pause(
  ctx: Ctx,
  subject: Subject,
  asked: { disputed: boolean; reason: string; until: Date | null },
): Promise<store.Pause> {
  return atomically(ctx, async (ctx) => {
    const companyId = await companyOf(ctx, subject);
    if (asked.until && asked.until <= ctx.now) {
      throw refuse.invalid('reminder_pause.over', 'That would be over already.', {
        field: 'body.until',
        expected: `after ${ctx.now.toISOString()}`,
      });
    }
    const set = { ...asked, setAt: ctx.now, setBy: ctx.actor.name };
    const now: store.Pause = { subjectId: subject.id, subjectType: subject.type, companyId, ...set };
    const before = await store.findPause(ctx, subject.id);
    await store.savePause(ctx, now);
    await tell(ctx, 'reminder_pause.set', now, before);
    await ask(ctx, [companyId]);
    return now;
  });
}

/** Reminding goes on. Refuses as `pause` does, and `reminder_pause.not_found`. */
export async function lift(ctx: Ctx, subject: Subject): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const companyId = await companyOf(ctx, subject);
    const before = await store.findPause(ctx, subject.id);
    if (!before) throw refuse.notFound('reminder_pause');
    await store.deletePause(ctx, subject.id);
    await tell(ctx, 'reminder_pause.lifted', { ...before }, null);
    await ask(ctx, [companyId]);
  });
}

/** Pauses that hold now, of a company and of its invoices, or all of them. */
export async function listPauses(
  ctx: Ctx,
  of: { companyId?: Id | undefined },
  page: { after?: Id; limit: number },
): Promise<store.Pause[]> {
  return reading(ctx, (ctx) => store.listPauses(ctx, of, page));
}

async function companyOf(ctx: Ctx, { type, id }: Subject): Promise<Id> {
  if (type === 'company') return (await getCompany(ctx, id)).id;
  const invoice = await billing.getInvoice(ctx, id);
  if (invoice.kind !== 'invoice') throw refuse.notFound('invoice', publicId('invoice', id));
  return invoice.ownerId;
}

async function tell(
  ctx: Ctx,
  name: 'reminder_pause.set' | 'reminder_pause.lifted',
  pause: store.Pause,
  before: store.Pause | null,
): Promise<void> {
  const { subjectType: type, subjectId, reason, disputed } = pause;
  const objectId = publicId(type, subjectId);
  const until = pause.until?.toISOString() ?? null;
  const changes = [
    { field: 'reason', old: before?.reason ?? null, new: reason },
    { field: 'disputed', old: before?.disputed ?? null, new: disputed },
    { field: 'until', old: before?.until?.toISOString() ?? null, new: until },
  ];
  await audit(ctx, [{ action: name, objectType: type, objectId, changes }]);
  await emit(ctx, [
    {
      name,
      subject: { type, id: subjectId },
      data: { about: objectId, companyId: publicId('company', pause.companyId), reason, disputed, until },
    },
  ]);
}
