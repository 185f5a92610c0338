import { z } from 'zod';
import * as carriers from '../../carriers/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, listOf, text } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import * as tenancy from '../../tenancy/index.ts';
import { shownVersion } from '../form/index.ts';
import { type Plan, type PlanVersion, superSimReadyExit } from '../model.ts';
import {
  archivePlan,
  companiesOf,
  createPlan,
  createVersion,
  getPlan,
  listPlans,
  listPlanVersions,
  updatePlan,
} from '../service/plans.ts';
import { duplicatePlan, readTerms } from '../service/terms.ts';
import { zonesOf } from '../service/zones.ts';
import { emptyTerms } from '../terms.ts';
import {
  CreatePlan,
  CreatePlanVersion,
  DuplicatePlan,
  PlanReply,
  PlanType,
  PlanVersionReply,
  tally,
  UpdatePlan,
} from './schemas.ts';

/** What the routes are handed, because it belongs to a room above. */
export type PlanHands = {
  /** How many lines are on each of these plans, of those the caller may see. */
  simsOn(ctx: Ctx, planIds: Id[]): Promise<Map<Id, number>>;
};

const url = '/api/v1/plans';
const tags = ['Plans'];
const yesOrNo = z.stringbool({ truthy: ['true'], falsy: ['false'] });

export function planRoutes(http: Http, hands: PlanHands): void {
  const cursor = idCursor('plans');
  route(http, {
    method: 'GET',
    url,
    name: 'listPlans',
    summary: 'List plans with their latest version, oldest first',
    tags,
    permission: 'catalog.plan.view',
    scope: 'company',
    query: pageQuery({
      search: z.string().max(100).optional(),
      type: listOf(PlanType).optional(),
      label: text(64).optional(),
      company: idOf('company').optional().meta({ description: 'What this company may get.' }),
      telecom: idOf('telecom').optional().meta({ description: 'What lines of this telecom may get.' }),
      designated: yesOrNo.optional(),
      archived: yesOrNo.default(false),
    }),
    reply: { 200: pageOf(PlanReply, 'PlanPage') },
    handler: async (ctx, { query: { type, company, telecom, limit, cursor: from, ...filter } }) => {
      const after = cursor.read(from) ?? undefined;
      // A company sees its own side of whom a plan is for, and nobody else's.
      const companyId = ctx.actor.scope.kind === 'company' ? ctx.actor.scope.companyId : company;
      const wanted = { ...filter, types: type, companyId, telecomId: telecom };
      const found = await listPlans(ctx, { ...wanted, after, limit: limit + 1 });
      return pageFrom(await show(ctx, hands, found), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    method: 'POST',
    url,
    name: 'createPlan',
    summary: 'Create a plan with its first version',
    tags,
    permission: 'catalog.plan.add',
    scope: 'organization',
    body: CreatePlan,
    reply: { 201: PlanReply },
    handler: async (ctx, { body: { name, type, description, labels, telecom, companies, ...form } }) => {
      const empty = emptyTerms(type, ctx.organization.currency, ctx.organization.unitBase);
      const terms = await readTerms(ctx, { ...empty, ...(type === 'super_sim' ? superSimReadyExit : {}) }, form);
      const about = { name, description, labels, telecomId: telecom, companyIds: companies };
      return showOne(ctx, hands, await createPlan(ctx, { ...about, terms }));
    },
  });
  route(http, {
    method: 'GET',
    url: `${url}/:id`,
    name: 'getPlan',
    summary: 'A plan with its latest version',
    tags,
    permission: 'catalog.plan.view',
    scope: 'company',
    params: idParams('plan'),
    reply: { 200: PlanReply },
    handler: async (ctx, { params }) => showOne(ctx, hands, await getPlan(ctx, params.id)),
  });
  route(http, {
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'updatePlan',
    summary: 'Change how a plan is called, labelled, and whom it is for; the offer itself changes by a new version',
    tags,
    permission: 'catalog.plan.edit',
    scope: 'organization',
    params: idParams('plan'),
    body: UpdatePlan,
    reply: { 200: PlanReply },
    handler: async (ctx, { params, body: { telecom, companies, ...rest } }) => {
      const patch = { ...rest, telecomId: telecom, companyIds: companies };
      return showOne(ctx, hands, await updatePlan(ctx, params.id, patch));
    },
  });
  route(http, {
    method: 'POST',
    url: `${url}/:id/duplicate`,
    name: 'duplicatePlan',
    summary: 'Make another plan with the same terms, with the zones and the unit base of today',
    tags,
    permission: 'catalog.plan.add',
    scope: 'organization',
    params: idParams('plan'),
    body: DuplicatePlan,
    reply: { 201: PlanReply },
    handler: async (ctx, { params, body }) => showOne(ctx, hands, await duplicatePlan(ctx, params.id, body.name)),
  });
  route(http, {
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'archivePlan',
    summary: 'Archive a plan: no new line gets it, those on it keep it',
    tags,
    permission: 'catalog.plan.delete',
    scope: 'organization',
    params: idParams('plan'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await archivePlan(ctx, params.id);
    },
  });
}

export function versionRoutes(http: Http, hands: PlanHands): void {
  const cursor = cursorOf('plan_versions', tally);
  route(http, {
    method: 'GET',
    url: `${url}/:id/versions`,
    name: 'listPlanVersions',
    summary: 'The versions of a plan, newest first',
    tags,
    permission: 'catalog.plan.view',
    scope: 'company',
    params: idParams('plan'),
    query: pageQuery({}),
    reply: { 200: pageOf(PlanVersionReply, 'PlanVersionPage') },
    handler: async (ctx, { params, query }) => {
      await getPlan(ctx, params.id);
      const before = cursor.read(query.cursor) ?? undefined;
      const found = await listPlanVersions(ctx, params.id, { before, limit: query.limit + 1 });
      return pageFrom(await showVersions(ctx, found), query.limit, (last) => cursor.write(last.version));
    },
  });
  route(http, {
    method: 'POST',
    url: `${url}/:id/versions`,
    name: 'createPlanVersion',
    summary: 'Change the offer: a new version, in which absent fields stay as they were',
    tags,
    permission: 'catalog.plan.edit',
    scope: 'organization',
    params: idParams('plan'),
    body: CreatePlanVersion,
    reply: { 201: PlanReply },
    handler: async (ctx, { params, body }) => {
      const { plan, version } = await getPlan(ctx, params.id);
      return showOne(ctx, hands, await createVersion(ctx, plan.id, await readTerms(ctx, version, body)));
    },
  });
}

type Found = { plan: Plan; version: PlanVersion };

async function showOne(ctx: Ctx, hands: PlanHands, found: Found) {
  return (await show(ctx, hands, [found]))[0]!;
}

/** Plans with the names of what they point at, in a fixed number of statements. */
async function show(ctx: Ctx, hands: PlanHands, found: Found[]) {
  return reading(ctx, async (ctx) => {
    const ids = found.map(({ plan }) => plan.id);
    const sims = await hands.simsOn(ctx, ids);
    const telecoms = await carriers.telecomsOf(
      ctx,
      found.flatMap(({ plan }) => plan.telecomId ?? []),
    );
    const designated = await companiesOf(ctx, ids);
    const names = await tenancy.companyNamesOf(ctx, [...designated.values()].flat());
    const versions = await showVersions(
      ctx,
      found.map(({ version }) => version),
    );
    return found.map(({ plan: { telecomId, ...plan } }, i) => ({
      ...plan,
      telecom: telecomId === null ? null : { id: telecomId, name: telecoms.get(telecomId)?.name ?? '' },
      companies: (designated.get(plan.id) ?? [])
        .filter((id) => ctx.actor.scope.kind !== 'company' || ctx.actor.scope.companyId === id)
        .map((id) => ({ id, name: names.get(id) ?? '' })),
      sims: sims.get(plan.id) ?? 0,
      version: versions[i]!,
    }));
  });
}

/** Versions with what became of their zones. */
async function showVersions(ctx: Ctx, versions: PlanVersion[]) {
  const today = await zonesOf(
    ctx,
    versions.flatMap(({ zones }) => zones.map((zone) => zone.id)),
  );
  return versions.map((version) => {
    const shown = shownVersion(version, today);
    return { ...shown, zones: shown.zones.map(({ plmns, ...zone }) => ({ ...zone, networks: plmns })) };
  });
}
