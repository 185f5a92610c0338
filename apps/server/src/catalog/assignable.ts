import type { Id } from '../kit/ids.ts';
import { type Refusal, refuse } from '../kit/refusal.ts';
import type { Plan } from './model.ts';

/** Whom a line of a plan would belong to, and what it runs on. */
export type Taker = {
  /** null: the organization's own. */
  companyId: Id | null;
  telecomId: Id;
  /** The account's, which its ledger accounts are kept in. */
  currency: string;
};

/**
 * Whether new lines of this taker may get the plan: null, or why not.
 *
 * `companies` are those of a designated plan (`companiesOf`), `currency` that of the version they would get. Lines that
 * are on the plan already keep it, whatever this says.
 */
export function assignable(
  plan: Plan,
  taker: Taker,
  { companies, currency }: { companies: readonly Id[]; currency: string },
): Refusal | null {
  if (plan.archivedAt) return refuse.conflict('plan.archived', `The plan ${plan.name} is archived.`);
  if (plan.designated && !(taker.companyId && companies.includes(taker.companyId))) {
    return refuse.conflict('plan.not_for_company', `The plan ${plan.name} is for other companies.`);
  }
  if (plan.telecomId && plan.telecomId !== taker.telecomId) {
    return refuse.conflict('plan.wrong_telecom', `The plan ${plan.name} is for SIMs of another telecom.`);
  }
  if (currency !== taker.currency) {
    return refuse.conflict(
      'plan.wrong_currency',
      `The plan ${plan.name} is in ${currency}, and the account pays in ${taker.currency}.`,
      { expected: `a plan in ${taker.currency}` },
    );
  }
  return null;
}
