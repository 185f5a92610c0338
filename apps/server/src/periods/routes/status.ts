import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { idParams, request } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { activate, archive, makeReady, type Outcome, suspend } from '../service.ts';

const reason = z.string().max(500).optional();
const SetStatus = request('SetSimStatus', { status: z.enum(['ready', 'active', 'suspended', 'archived']), reason });
const Suspend = request('SuspendSim', { reason });

/** The life of one line: status and suspension. */
export function statusRoutes(http: Http, view: inventory.SimView): void {
  const one = { tags: ['SIMs'], permission: 'inventory.sim.status', params: idParams('sim') };
  const url = '/api/v1/sims/:id';
  route(http, {
    ...one,
    method: 'POST',
    url: `${url}/status`,
    name: 'setSimStatus',
    summary: 'Make a SIM ready, active, suspended or archived',
    scope: 'company',
    body: SetStatus,
    reply: { 200: view.reply },
    handler: async (ctx, { params, body }) => {
      await become(ctx, params.id, body.status, body.reason);
      return view.read(ctx, params.id);
    },
  });
  route(http, {
    ...one,
    method: 'POST',
    url: `${url}/suspension`,
    name: 'suspendSim',
    summary: 'Suspend a SIM',
    scope: 'company',
    body: Suspend,
    reply: { 201: view.reply },
    handler: async (ctx, { params, body }) => {
      await become(ctx, params.id, 'suspended', body.reason);
      return view.read(ctx, params.id);
    },
  });
  route(http, {
    ...one,
    method: 'DELETE',
    url: `${url}/suspension`,
    name: 'resumeSim',
    summary: 'End the suspension of a SIM, which makes it active',
    scope: 'company',
    reply: { 200: view.reply },
    handler: async (ctx, { params }) => {
      await resume(ctx, params.id);
      return view.read(ctx, params.id);
    },
  });
}

export const moves = { ready: makeReady, active: activate, suspended: suspend, archived: archive } as const;

async function become(ctx: Ctx, id: Id, status: keyof typeof moves, reason?: string): Promise<void> {
  if (status === 'archived') refuseCompany(ctx);
  // The refusal of a missing plan points at the fleet, which is no field of this request.
  await inventory.naming({ status: 'body.status', fleetId: 'body.status' }, async () =>
    accept(await moves[status](ctx, [id], reason)),
  );
}

/** Archiving takes a SIM out of the organization's stock for good. */
export function refuseCompany(ctx: Ctx): void {
  if (ctx.actor.scope.kind !== 'company') return;
  throw refuse.forbidden('permission.denied', 'Only the organization does this.');
}

/** Only what is suspended comes back: a line that waits as ready must not become active, and be charged, by this. */
async function resume(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const [sim] = await inventory.lockSims(ctx, [id]);
    if (!sim) throw refuse.notFound('sim');
    if (sim.lifecycle !== 'suspended') throw refuse.conflict('sim.not_suspended', 'This SIM is not suspended.');
    accept(await activate(ctx, [id]));
  });
}

export function accept([outcome]: Outcome[]): void {
  if (outcome?.refusal) throw outcome.refusal;
}
