import { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import { named } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { Refusal } from '../../kit/refusal.ts';
import { shownStatuses } from '../model.ts';

export const ShownStatusName = named('ShownStatus', z.enum(shownStatuses), {
  description: 'The one word for the state of a SIM, computed from lifecycle, carrier link and blocks.',
});

/**
 * A SIM as the outside sees it, whole. It is put together above this room, from several of them; the routes here and in
 * `periods` that change a SIM are handed it, to answer with.
 */
export type SimView = {
  reply: z.ZodType;
  /** Refuses `sim.not_found` for what the caller may not see. */
  read(ctx: Ctx, id: Id): Promise<unknown>;
  /** What goes before a SIM moves to another account, in the same database transaction: what the old one pays ends. */
  leave(ctx: Ctx, ids: Id[], companyId: Id | null): Promise<void>;
};

/** Services name their own fields; a caller must be told the field that he sent. */
export async function naming<T>(fields: Record<string, string>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? renamed(error, fields) : error;
  }
}

function renamed(refusal: Refusal, fields: Record<string, string>): Refusal {
  const field = refusal.details.field && fields[refusal.details.field];
  return field ? new Refusal(refusal.kind, refusal.code, refusal.message, { ...refusal.details, field }) : refusal;
}
