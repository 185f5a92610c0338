import * as carriers from '../../carriers/index.ts';
import * as inventory from '../../inventory/index.ts';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { type Refusal, refuse } from '../../kit/refusal.ts';
import type { SettingsUpdate } from './model.ts';
import * as store from './sql.ts';

/** SIMs of one order. */
export const mostAtOnce = 1000;

export type UpdateOutcome = { lineId: Id; updateId: Id | null; refusal: Refusal | null };

/** The settings packages that a telecom puts onto its SIMs; none where its connector cannot. Refuses `telecom.not_found`. */
export async function listPackages(ctx: Ctx, telecomId: Id): Promise<readonly carriers.SettingsPackage[]> {
  const { connector } = await carriers.getTelecom(ctx, telecomId);
  return carriers.capsOf[connector].settings;
}

/**
 * Orders a settings package for SIMs at their telecoms, each with an outcome of its own: `sim.not_found`,
 * `settings_update.sim_not_in_use` for one that is neither ready nor active, `settings_update.unsupported` where its telecom puts no settings
 * onto SIMs, `settings_update.package_unknown`, `settings_update.outstanding` where another one is under way.
 */
export async function orderUpdates(
  ctx: Ctx,
  lineIds: Id[],
  settings: carriers.SettingsPackage,
): Promise<UpdateOutcome[]> {
  return atomically(ctx, async (ctx) => {
    const sims = new Map((await inventory.lockSims(ctx, lineIds)).map((sim) => [sim.id, sim]));
    const telecoms = await carriers.telecomsOf(ctx, [...new Set([...sims.values()].map((sim) => sim.telecomId))]);
    const judged = lineIds.map((lineId) => {
      const sim = sims.get(lineId);
      const refusal = sim ? refusalOf(sim, telecoms.get(sim.telecomId)!, settings) : refuse.notFound('sim');
      return { lineId, sim, id: newId(ctx), refusal };
    });
    const good = judged.flatMap(({ sim, id, lineId, refusal }) =>
      sim && !refusal ? [{ id, lineId, companyId: sim.companyId, telecomId: sim.telecomId }] : [],
    );
    const got = await store.insertUpdates(ctx, good, settings);
    const ordered = good.filter(({ lineId }) => got.has(lineId));
    await audit(
      ctx,
      ordered.map(({ id, lineId }) => ({
        action: 'settings_update.created',
        objectType: 'sim',
        objectId: publicId('sim', lineId),
        changes: [
          { field: 'settingsUpdate', old: null, new: publicId('settings_update', id) },
          { field: 'package', old: null, new: `${settings.name} ${settings.version}` },
        ],
      })),
    );
    return judged.map(({ lineId, id, refusal }) => {
      if (refusal) return { lineId, updateId: null, refusal };
      return got.has(lineId) ? { lineId, updateId: id, refusal: null } : { lineId, updateId: null, refusal: busy() };
    });
  });
}

function refusalOf(
  sim: inventory.Sim,
  telecom: carriers.Telecom,
  { name, version }: carriers.SettingsPackage,
): Refusal | null {
  const known = carriers.capsOf[telecom.connector].settings;
  if (known.length === 0) {
    return refuse.conflict('settings_update.unsupported', `${telecom.name} puts no settings onto SIMs over the air.`);
  }
  if (!known.some((one) => one.name === name && one.version === version)) {
    return refuse.invalid('settings_update.package_unknown', `${telecom.name} has no settings ${name} ${version}.`, {
      expected: known.map((one) => `${one.name} ${one.version}`).join(', '),
    });
  }
  if (sim.lifecycle === 'ready' || sim.lifecycle === 'active') return null;
  return refuse.conflict('settings_update.sim_not_in_use', 'Only a SIM that is ready or active takes settings.');
}

const busy = () =>
  refuse.conflict('settings_update.outstanding', 'Another settings update of this SIM is under way: wait for its end.');

/** Newest first, unless asked otherwise; a company's staff see those of their company. */
export async function listUpdates(
  ctx: Ctx,
  filter: store.UpdateFilter,
  page: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<SettingsUpdate[]> {
  const { scope } = ctx.actor;
  const own = scope.kind === 'company' ? { ...filter, companyId: scope.companyId } : filter;
  return reading(ctx, (ctx) => store.listUpdates(ctx, own, page));
}
