import { timingSafeEqual } from 'node:crypto';
import { canonicalIccid, iccidForms } from '@simwright/measure';
import * as carriers from '../../carriers/index.ts';
import * as catalog from '../../catalog/index.ts';
import { audit, changesBetween } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { seal, unseal } from '../../kit/seal.ts';
import { getEndUser } from '../../tenancy/index.ts';
import { simEvent } from '../events.ts';
import type { PlanAssignment, Sim } from '../model.ts';
import * as fleets from '../sql/fleets.ts';
import { listSims } from '../sql/listing.ts';
import * as store from '../sql/sims.ts';
import type { NewAssignment } from '../sql/states.ts';
import * as states from '../sql/states.ts';

const codePurpose = 'sims.registration_code';

export type SimToAdd = {
  telecomId: Id;
  iccid: string;
  iccidCheckDigit: 'ok' | 'wrong' | 'absent';
  imsi: string | null;
  msisdn: string | null;
  eid: string | null;
  /** Of an eSIM whose profile waits at an SM-DP+ already, without `LPA:`. */
  activationCode?: string | null;
  form: 'physical' | 'esim';
  note?: string;
  labels?: string[];
  /** Not to stock but into this company's account. */
  companyId?: Id;
  /** Given by the SIM's maker, or made here. */
  registrationCode?: string;
};

/** From so many on, their events leave together: nobody waits for that of one. */
const manySims = 500;

export type AddedSim = { iccid: string; id: Id | null; registrationCode: string | null };

/** Adds SIMs to the organization's stock. One whose ICCID or IMSI is taken stays out and comes back without an id. */
export async function addSims(ctx: Ctx, wanted: SimToAdd[]): Promise<AddedSim[]> {
  return atomically(ctx, async (ctx) => {
    // Ids of one instant: put in order, they list the SIMs of a request as its rows are.
    const ids = wanted.map(() => newId(ctx)).sort();
    const withCodes = wanted.map((sim, i) => ({
      ...sim,
      id: ids[i]!,
      code: sim.registrationCode ?? newRegistrationCode(ctx),
    }));
    const inserted = await store.insertSims(
      ctx,
      withCodes.map((sim) => ({
        id: sim.id,
        telecomId: sim.telecomId,
        iccid: sim.iccid,
        iccidCheckDigit: sim.iccidCheckDigit,
        imsi: sim.imsi,
        msisdn: sim.msisdn,
        eid: sim.eid,
        activationCode: sim.activationCode ?? null,
        form: sim.form,
        note: sim.note ?? '',
        labels: sim.labels ?? [],
        companyId: sim.companyId ?? null,
        registeredAt: sim.companyId ? ctx.now : null,
        registrationCodeSealed: seal(ctx, codePurpose, sim.code),
      })),
    );
    const added = withCodes.filter((sim) => inserted.has(sim.id));
    await carriers.attachLines(
      ctx,
      added.map((sim) => ({ lineId: sim.id, telecomId: sim.telecomId, iccid: sim.iccid, imsi: sim.imsi })),
    );
    await audit(
      ctx,
      added.map((sim) => ({
        action: 'sim.created',
        objectType: 'sim',
        objectId: publicId('sim', sim.id),
        changes: [{ field: 'iccid', old: null, new: sim.iccid }],
      })),
    );
    await emit(
      ctx,
      added.map((sim) => simEvent('sim.created', sim.id, { iccid: sim.iccid })),
      added.length >= manySims,
    );
    await tellRegistered(
      ctx,
      added.flatMap(({ companyId, ...sim }) => (companyId ? [{ ...sim, companyId: null, into: companyId }] : [])),
    );
    return withCodes.map((sim) => {
      const went = inserted.has(sim.id);
      return { iccid: sim.iccid, id: went ? sim.id : null, registrationCode: went ? sim.code : null };
    });
  });
}

// No vowels (so no words) and nothing that looks like something else on a printed card.
const codeAlphabet = 'BCDFGHJKLMNPQRSTVWXZ23456789';

function newRegistrationCode(ctx: Ctx): string {
  let code = '';
  // 252 is the largest multiple of 28 in a byte: bytes above it would favour the first letters.
  while (code.length < 10)
    // Never 16 bytes: those are for ids, and may count (see `inOrder`).
    for (const byte of ctx.random(20)) if (byte < 252 && code.length < 10) code += codeAlphabet[byte % 28];
  return code;
}

/** The code printed on a SIM's card, for staff who hand it out. The look itself is audited. */
export async function revealRegistrationCode(ctx: Ctx, id: Id): Promise<string> {
  return atomically(ctx, async (ctx) => {
    await getSim(ctx, id);
    const sealed = await store.findRegistrationCode(ctx, id);
    if (!sealed) throw refuse.conflict('sim.no_registration_code', 'This SIM has no registration code.');
    await audit(ctx, [{ action: 'sim.registration_code_seen', objectType: 'sim', objectId: publicId('sim', id) }]);
    return unseal(codePurpose, sealed).toString();
  });
}

/** Refusals of a registration, as the Super SIM edge must tell them apart. */
export const registrationRefusals = {
  notRegistrable: 'sim.not_registrable',
  alreadyYours: 'sim.already_registered',
} as const;

/** Moves a SIM from stock into an account (a company, or null for the organization itself) by its registration code. */
export async function registerByCode(
  ctx: Ctx,
  input: { iccid: string; registrationCode: string; companyId: Id | null },
): Promise<Sim> {
  return atomically(ctx, async (ctx) => {
    const iccid = canonicalIccid(input.iccid);
    const sim = iccid === null ? null : await store.lockSimByIccid(ctx, iccidForms(iccid));
    const refusal = refuse.conflict(
      registrationRefusals.notRegistrable,
      'The ICCID and the registration code are not those of a SIM that can be registered.',
    );
    // An eSIM that was promised to an account comes into it by its profile.
    if (!sim?.registrationCodeSealed || sim.lifecycle === 'archived' || sim.reservedAt) throw refusal;
    if (!sameCode(unseal(codePurpose, sim.registrationCodeSealed).toString(), input.registrationCode)) throw refusal;
    if (sim.registeredAt) {
      if (sim.companyId !== input.companyId) throw refusal;
      throw refuse.conflict(registrationRefusals.alreadyYours, 'This SIM is in this account already.', {
        sim: publicId('sim', sim.id),
      });
    }
    await moveIntoAccount(ctx, [sim], input.companyId);
    return getSim(ctx, sim.id);
  });
}

function sameCode(kept: string, given: string): boolean {
  const a = Buffer.from(kept.toUpperCase());
  const b = Buffer.from(given.trim().toUpperCase());
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * The organization's own staff need no code: they hold the stock. SIMs that are in an account already stay there: what they are
 * on would have to be settled with it first.
 */
export async function register(ctx: Ctx, ids: Id[], companyId: Id | null): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const sims = await store.lockSims(ctx, ids);
    await moveIntoAccount(
      ctx,
      sims.filter((sim) => !sim.registeredAt),
      companyId,
    );
  });
}

async function moveIntoAccount(ctx: Ctx, sims: Sim[], companyId: Id | null): Promise<void> {
  if (sims.length === 0) return;
  await store.updateSims(
    ctx,
    sims.map((sim) => sim.id),
    { companyId, registeredAt: ctx.now },
  );
  await tellRegistered(
    ctx,
    sims.map((sim) => ({ ...sim, into: companyId })),
  );
}

/** Audit and events of SIMs that went into an account: `companyId` is whose they were. */
async function tellRegistered(
  ctx: Ctx,
  sims: (Pick<Sim, 'id' | 'iccid' | 'companyId'> & { into: Id | null })[],
): Promise<void> {
  await audit(
    ctx,
    sims.map((sim) => ({
      action: 'sim.registered',
      objectType: 'sim',
      objectId: publicId('sim', sim.id),
      changes: changesBetween<Pick<Sim, 'companyId'>>(sim, { companyId: sim.into }),
    })),
  );
  await emit(
    ctx,
    sims.map((sim) =>
      simEvent('sim.registered', sim.id, {
        iccid: sim.iccid,
        company: sim.into ? publicId('company', sim.into) : null,
      }),
    ),
    sims.length >= manySims,
  );
}

/** One SIM of the actor's scope. Another organization's, or another company's, is not found. */
export async function getSim(ctx: Ctx, id: Id): Promise<Sim> {
  return reading(ctx, async (ctx) => {
    const [sim] = await listSims(ctx, { ids: [id] }, { limit: 1 });
    if (!sim) throw refuse.notFound('sim');
    return sim;
  });
}

export type SimPatch = {
  uniqueName?: string | null;
  note?: string;
  labels?: string[];
  companyId?: Id | null;
  /** Whose SIM it is: an end user of its company. */
  endUserId?: Id | null;
  fleetId?: Id | null;
  dataLimitBytes?: bigint | null;
};

/**
 * Changes what may be changed by hand. Putting a SIM into a fleet brings the plan behind the fleet, unless staff gave
 * the line a plan of its own; the running period keeps the version it began with.
 */
export async function updateSim(ctx: Ctx, id: Id, patch: SimPatch): Promise<Sim> {
  return atomically(ctx, async (ctx) => {
    const [sim] = await store.lockSims(ctx, [id]);
    if (!sim) throw refuse.notFound('sim');
    const changes = changesBetween<Sim>(sim, patch as Partial<Sim>);
    if (changes.length === 0) return sim;
    if (sim.lifecycle === 'archived') throw refuse.conflict('sim.archived', 'An archived SIM cannot be changed.');
    if (patch.fleetId !== undefined && patch.fleetId !== sim.fleetId) await changeFleet(ctx, sim, patch.fleetId);
    if (
      patch.companyId !== undefined &&
      patch.companyId !== sim.companyId &&
      !['blank', 'ready'].includes(sim.lifecycle)
    ) {
      const open = await states.listOpenAssignments(ctx, [id]);
      if (open.length > 0 && sim.lifecycle === 'active') {
        throw refuse.conflict(
          'sim.company_fixed',
          'An active SIM stays with its company: suspend it first, so that its usage is billed to one account.',
          { field: 'companyId' },
        );
      }
    }
    if (patch.endUserId)
      await mustBeOf(ctx, patch.endUserId, patch.companyId === undefined ? sim.companyId : patch.companyId);
    await store
      .updateSims(ctx, [id], {
        ...patch,
        ...(sim.registeredAt === null && (patch.companyId || patch.fleetId) ? { registeredAt: ctx.now } : {}),
      })
      .catch((error: unknown) => {
        const constraint = (error as { constraint?: string }).constraint;
        if (constraint === 'sims_unique_name') {
          throw refuse.conflict('sim.unique_name_taken', 'Another SIM of this account has this unique name.', {
            field: 'uniqueName',
          });
        }
        if (constraint?.includes('company')) throw refuse.notFound('company');
        throw error;
      });
    await audit(ctx, [{ action: 'sim.updated', objectType: 'sim', objectId: publicId('sim', id), changes }]);
    await emit(ctx, [simEvent('sim.updated', id, { fields: changes.map((change) => change.field) })]);
    return getSim(ctx, id);
  });
}

/** A SIM is held by an end user in use of its own company. Refuses `end_user.not_found`, `sim.end_user_of_another`. */
async function mustBeOf(ctx: Ctx, endUserId: Id, companyId: Id | null): Promise<void> {
  const user = await getEndUser(ctx, endUserId);
  if (user.companyId === companyId && !user.archivedAt) return;
  throw refuse.conflict(
    'sim.end_user_of_another',
    user.archivedAt ? 'This end user is archived.' : 'This end user is not one of the company that the SIM is of.',
    { field: 'endUserId' },
  );
}

async function changeFleet(ctx: Ctx, sim: Sim, fleetId: Id | null): Promise<void> {
  const [current] = await states.listOpenAssignments(ctx, [sim.id]);
  if (fleetId === null) {
    if (sim.lifecycle === 'ready' || sim.lifecycle === 'active') {
      throw refuse.conflict('sim.fleet_needed', 'A SIM that is ready or active stays in a fleet: suspend it first.', {
        field: 'fleetId',
      });
    }
    if (current?.source === 'fleet') await states.endAssignments(ctx, [sim.id], ctx.now);
    return;
  }
  const [fleet] = await fleets.listFleets(ctx, { ids: [fleetId] }, { limit: 1 });
  if (!fleet) throw refuse.notFound('fleet');
  if (current?.source === 'staff') return;
  if (current?.planId === fleet.planId) return;
  await assign(ctx, [sim.id], fleet.planId, 'fleet');
}

/** Ends what the lines are on and puts them on the plan's latest version. Part of a larger use case, on locked lines. */
export async function assign(
  ctx: Ctx,
  lineIds: Id[],
  planId: Id,
  source: PlanAssignment['source'],
): Promise<catalog.PlanVersion> {
  const { plan, version } = await catalog.getPlan(ctx, planId);
  if (plan.archivedAt)
    throw refuse.conflict('plan.archived', `The plan ${plan.name} is archived.`, { field: 'planId' });
  await putOn(
    ctx,
    lineIds.map((lineId) => ({ lineId, planId, planVersionId: version.id, poolId: null, source })),
    ctx.now,
  );
  return version;
}

/** Ends what the lines are on at `at` and puts each on a version of a plan. Part of a larger use case, on locked lines. */
export async function putOn(ctx: Ctx, assignments: NewAssignment[], at: Date): Promise<void> {
  if (assignments.length === 0) return;
  await states.endAssignments(
    ctx,
    assignments.map((a) => a.lineId),
    at,
  );
  await states.insertAssignments(ctx, assignments, at);
  const plans = await catalog.plansOf(ctx, [...new Set(assignments.map((a) => a.planId))]);
  await emit(
    ctx,
    assignments.map(({ lineId, planId, planVersionId, poolId }) =>
      simEvent('plan.assigned', lineId, {
        plan: publicId('plan', planId),
        planVersion: publicId('plan_version', planVersionId),
        ...(poolId && { pool: publicId('pool', poolId) }),
      }),
    ),
  );
  await audit(
    ctx,
    assignments.map(({ lineId, planId }) => ({
      action: 'sim.plan_assigned',
      objectType: 'sim',
      objectId: publicId('sim', lineId),
      changes: [{ field: 'plan', old: null, new: plans.get(planId)?.name ?? null }],
    })),
  );
}

/** Takes locked lines off the plans that they are on. */
export async function endAssignments(ctx: Ctx, lineIds: Id[], at: Date = ctx.now): Promise<void> {
  if (lineIds.length === 0) return;
  const ended = await states.endAssignments(ctx, lineIds, at);
  const plans = await catalog.plansOf(ctx, [...new Set(ended.map((a) => a.planId))]);
  await emit(
    ctx,
    ended.map(({ lineId, planId, poolId }) =>
      simEvent(
        'plan.ended',
        lineId,
        { plan: publicId('plan', planId), ...(poolId && { pool: publicId('pool', poolId) }) },
        at,
      ),
    ),
  );
  await audit(
    ctx,
    ended.map(({ lineId, planId }) => ({
      action: 'sim.plan_ended',
      objectType: 'sim',
      objectId: publicId('sim', lineId),
      changes: [{ field: 'plan', old: plans.get(planId)?.name ?? null, new: null }],
    })),
  );
}
