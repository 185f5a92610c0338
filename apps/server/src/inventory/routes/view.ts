import type { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import { Refusal } from '../../kit/refusal.ts';

/**
 * A SIM as the outside sees it, whole. It is put together above this room, from several of them; the routes here and in
 * `periods` that change a SIM are handed it, to answer with.
 */
export type SimView = {
  reply: z.ZodType;
  /** Refuses `sim.not_found` for what the caller may not see. */
  read(ctx: Ctx, id: Id): Promise<unknown>;
};

/** Services name their own fields; a caller must be told the field that he sent. */
export async function naming<T>(fields: Record<string, string>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? named(error, fields) : error;
  }
}

function named(refusal: Refusal, fields: Record<string, string>): Refusal {
  const field = refusal.details.field && fields[refusal.details.field];
  return field ? new Refusal(refusal.kind, refusal.code, refusal.message, { ...refusal.details, field }) : refusal;
}
