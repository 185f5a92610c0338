import { z } from 'zod';
import * as carriers from '../../carriers/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { Bytes, idOf, idParams, reply, request, text } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as tenancy from '../../tenancy/index.ts';
import { maxLabelLength, maxLabels, maxNoteLength } from '../intake.ts';
import { getSim, register, registerByCode, revealRegistrationCode, updateSim } from '../service/sims.ts';
import { naming, type SimView } from './view.ts';

export const Labels = z.array(text(maxLabelLength)).max(maxLabels);

const RegisterSim = request('RegisterSim', {
  iccid: z.string().max(40),
  registrationCode: z.string().min(1).max(64),
  company: idOf('company').nullable().optional(),
});
const TakeFromStock = request('TakeSimFromStock', { company: idOf('company').nullable().optional() });
const UpdateSim = request('UpdateSim', {
  uniqueName: text(64).nullable().optional(),
  note: z.string().max(maxNoteLength).optional(),
  labels: Labels.optional(),
  company: idOf('company').nullable().optional(),
  endUser: idOf('end_user').nullable().optional().meta({ description: 'Whose it is: an end user of its company.' }),
  fleet: idOf('fleet').nullable().optional(),
  dataLimitBytes: Bytes.nullable()
    .optional()
    .refine((value) => value !== 0n, { error: 'more than 0 bytes; null for no limit of its own' }),
});

export function simRoutes(http: Http, view: SimView): void {
  const tags = ['SIMs'];
  const one = { tags, params: idParams('sim') };
  const url = '/api/v1/sims';

  route(http, {
    method: 'POST',
    url: `${url}/registrations`,
    name: 'registerSim',
    summary: 'Move a SIM from stock into an account by the code on its card',
    tags,
    permission: 'inventory.sim.add',
    scope: 'company',
    body: RegisterSim,
    reply: { 201: view.reply },
    handler: async (ctx, { body }) => {
      const companyId = await accountOf(ctx, body.company);
      const sim = await naming({ registrationCode: 'body.registrationCode' }, () =>
        registerByCode(ctx, { iccid: body.iccid, registrationCode: body.registrationCode, companyId }),
      );
      return view.read(ctx, sim.id);
    },
  });
  route(http, {
    ...one,
    method: 'POST',
    url: `${url}/:id/registration`,
    name: 'takeSimFromStock',
    summary: 'Move a SIM from stock into an account; the organization holds the stock and needs no code',
    permission: 'inventory.sim.add',
    scope: 'organization',
    body: TakeFromStock,
    reply: { 201: view.reply },
    handler: async (ctx, { params, body }) => {
      await takeFromStock(ctx, params.id, await accountOf(ctx, body.company));
      return view.read(ctx, params.id);
    },
  });
  route(http, {
    ...one,
    method: 'GET',
    url: `${url}/:id/registration-code`,
    name: 'revealRegistrationCode',
    summary: 'The code printed on the card; the look is audited',
    permission: 'inventory.sim.edit',
    scope: 'organization',
    secret: true,
    reply: { 200: reply('RegistrationCode', { registrationCode: z.string() }) },
    handler: async (ctx, { params }) => ({ registrationCode: await revealRegistrationCode(ctx, params.id) }),
  });
  route(http, {
    ...one,
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'updateSim',
    summary: 'Change name, note, labels, account, end user, fleet and data limit',
    permission: 'inventory.sim.edit',
    scope: 'company',
    body: UpdateSim,
    reply: { 200: view.reply },
    handler: async (ctx, { params, body: { company, endUser, fleet, ...rest } }) => {
      const companyId = company === undefined ? undefined : await newOwner(ctx, company);
      const fields = {
        ...{ companyId: 'body.company', endUserId: 'body.endUser', fleetId: 'body.fleet' },
        uniqueName: 'body.uniqueName',
      };
      await naming({ ...fields, planId: 'body.fleet' }, () =>
        atomically(ctx, async (ctx) => {
          if (companyId !== undefined) await view.leave(ctx, [params.id], companyId);
          await updateSim(ctx, params.id, { ...rest, companyId, endUserId: endUser, fleetId: fleet });
        }),
      );
      return view.read(ctx, params.id);
    },
  });
  route(http, {
    ...one,
    method: 'POST',
    url: `${url}/:id/recheck`,
    name: 'recheckSim',
    summary: 'Ask the telecom again about a SIM that it rejected',
    permission: 'inventory.sim.status',
    scope: 'organization',
    reply: { 200: view.reply },
    handler: async (ctx, { params }) => {
      const { id } = await getSim(ctx, params.id);
      await carriers.recheck(ctx, [id]);
      return view.read(ctx, id);
    },
  });
}

async function takeFromStock(ctx: Ctx, id: Id, companyId: Id | null): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const sim = await getSim(ctx, id);
    if (sim.lifecycle === 'archived') throw refuse.conflict('sim.archived', 'An archived SIM cannot be registered.');
    if (sim.registeredAt) {
      throw refuse.conflict('sim.already_registered', 'This SIM is in an account already; change its company instead.');
    }
    await register(ctx, [id], companyId);
  });
}

/** The account something comes into: the caller's own company, or what the organization's staff name. */
export async function accountOf(ctx: Ctx, company: Id | null | undefined): Promise<Id | null> {
  if (ctx.actor.scope.kind === 'company') {
    if (company && company !== ctx.actor.scope.companyId) throw refuse.notFound('company');
    return ctx.actor.scope.companyId;
  }
  if (!company) return null;
  const { archivedAt } = await tenancy.getCompany(ctx, company);
  if (archivedAt) throw refuse.conflict('company.archived', 'This company is archived.', { field: 'body.company' });
  return company;
}

/** Giving a SIM to another account is the organization's to do. */
async function newOwner(ctx: Ctx, company: Id | null): Promise<Id | null> {
  if (ctx.actor.scope.kind !== 'company') return accountOf(ctx, company);
  if (company === ctx.actor.scope.companyId) return company;
  throw refuse.forbidden('sim.company_fixed', 'Only the organization moves a SIM to another account.', {
    field: 'body.company',
  });
}
