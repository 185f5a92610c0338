import { canonicalIccid, iccidForms } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { type Id, parsePublicId } from '../../kit/ids.ts';
import type { Sim } from '../model.ts';
import { listSims } from '../sql/listing.ts';
import { findUniqueNames } from '../sql/sims.ts';

/** The SIMs that are named by id or by ICCID, with its check digit or without; null for a name of none. In the given order. */
export async function findByName(ctx: Ctx, names: string[]): Promise<(Sim | null)[]> {
  const asked = names.map((name) => {
    const id = parsePublicId('sim', name.trim());
    const iccid = id ? null : canonicalIccid(name);
    return { id, forms: iccid === null ? [] : iccidForms(iccid) };
  });
  const ids = asked.flatMap(({ id }) => id ?? []);
  const iccids = asked.flatMap(({ forms }) => forms);
  return reading(ctx, async (ctx) => {
    const byId = new Map<Id, Sim>();
    const byIccid = new Map<string, Sim>();
    if (ids.length > 0) for (const sim of await listSims(ctx, { ids }, { limit: ids.length })) byId.set(sim.id, sim);
    if (iccids.length > 0) {
      for (const sim of await listSims(ctx, { iccids }, { limit: iccids.length })) byIccid.set(sim.iccid, sim);
    }
    return asked.map(({ id, forms }) => {
      if (id) return byId.get(id) ?? null;
      return forms.map((form) => byIccid.get(form)).find((sim) => sim !== undefined) ?? null;
    });
  });
}

/** Which of these unique names SIMs of an account have, and which SIM. */
export async function findTakenNames(ctx: Ctx, companyId: Id | null, names: string[]): Promise<Map<string, Id>> {
  if (names.length === 0) return new Map();
  const found = await reading(ctx, (ctx) => findUniqueNames(ctx, companyId, names));
  return new Map(found.map(({ uniqueName, id }) => [uniqueName, id]));
}
