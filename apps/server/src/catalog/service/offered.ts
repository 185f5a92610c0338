import * as carriers from '../../carriers/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as tenancy from '../../tenancy/index.ts';

/** Refuses companies that are not there, are archived, or pay in another currency than the plan is in. */
export async function checkCompanies(ctx: Ctx, ids: Id[], currency: string, field?: string): Promise<void> {
  const owners = await tenancy.ownersOf(ctx, ids);
  for (const [i, id] of ids.entries()) {
    const at = field ?? `body.companies[${i}]`;
    const company = owners.get(id);
    if (company?.type !== 'company' || company.archived) {
      throw refuse.invalid('plan.company_unknown', 'There is no such company in use here.', {
        ...{ field: at, expected: 'a company of this organization that is not archived' },
      });
    }
    if (company.currency !== currency) {
      throw refuse.invalid('plan.wrong_currency', `${company.name} pays in ${company.currency}, not in ${currency}.`, {
        ...{ field: at, expected: field ? company.currency : `a company that pays in ${currency}` },
      });
    }
  }
}

export async function checkTelecom(ctx: Ctx, id: Id | null): Promise<void> {
  if (id === null) return;
  const telecom = (await carriers.telecomsOf(ctx, [id])).get(id);
  if (telecom && !telecom.archivedAt) return;
  throw refuse.invalid('plan.telecom_unknown', 'There is no such telecom in use here.', {
    ...{ field: 'body.telecom', expected: 'a telecom of this organization that is not archived' },
  });
}
