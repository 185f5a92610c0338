import * as carriers from '../carriers/index.ts';
import type { Lifecycle, SimFilter, SuperSimStatus } from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';

/** The SIMs whose change of status waits for the carrier: they show as `scheduled`. */
export async function pendingOf(ctx: Ctx, ids: Id[]): Promise<Set<Id>> {
  if (ids.length === 0) return new Set();
  const links = await carriers.linkOf(ctx, ids);
  return new Set(ids.filter((id) => isPending(links.get(id))));
}

// A Disconnect-Request that still waits for its answer is no change of status, nor is a block.
function isPending(link: carriers.LineLink | undefined): boolean {
  return link?.outstanding?.kind === 'set_state' && link.outstanding.cause === 'lifecycle';
}

const lifecycles: Record<Exclude<SuperSimStatus, 'scheduled'>, Lifecycle[]> = {
  new: ['blank'],
  ready: ['ready'],
  active: ['active'],
  inactive: ['suspended', 'archived'],
};

/** The part of a filter that keeps the SIMs of one status. */
export function withStatus(status: SuperSimStatus): Pick<SimFilter, 'lifecycle' | 'also'> {
  const { pending } = carriers.linkSql('s');
  if (status === 'scheduled') return { also: pending };
  return { lifecycle: lifecycles[status], also: sql`not ${pending}` };
}
