import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { Refusal } from '../../kit/refusal.ts';
import { formOf, readForm, type TermsForm } from '../form/index.ts';
import type { Plan, PlanTerms, PlanVersion } from '../model.ts';
import { companiesOf, createPlan, freeName, getPlan } from './plans.ts';
import { zonesOf } from './zones.ts';

/** What was written over what was there, as terms. Refuses `plan.terms_invalid` with the field of the request's body. */
export async function readTerms(
  ctx: Ctx,
  before: PlanTerms,
  asked: { [K in keyof TermsForm]?: TermsForm[K] | undefined },
): Promise<PlanTerms> {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const form: TermsForm = { ...formOf(before), ...given };
  const terms = readForm(before.type, form, {
    unitBase: ctx.organization.unitBase,
    zones: await zonesOf(
      ctx,
      form.rates.flatMap(({ zone }) => zone ?? []),
    ),
    refills: before.refills,
    newRefillId: () => ctx.random(8).toString('hex'),
  });
  if (!(terms instanceof Refusal)) return terms;
  throw new Refusal(terms.kind, terms.code, terms.message, { ...terms.details, field: `body.${terms.details.field}` });
}

/**
 * Makes another plan with the same terms, saved anew: with the zones and the unit base of today. Without a name it is
 * called like the first, with a number.
 */
export async function duplicatePlan(
  ctx: Ctx,
  id: Id,
  name: string | undefined,
): Promise<{ plan: Plan; version: PlanVersion }> {
  return atomically(ctx, async (ctx) => {
    const { plan, version } = await getPlan(ctx, id);
    const refills = formOf(version).refills.map(({ mb, price }) => ({ mb, price }));
    const named = name ?? (plan.namedByUs ? undefined : await freeName(ctx, plan.name));
    return createPlan(ctx, {
      ...{ name: named, description: plan.description, labels: plan.labels, telecomId: plan.telecomId },
      companyIds: (await companiesOf(ctx, [id])).get(id),
      terms: await readTerms(ctx, version, { refills }),
    });
  });
}
