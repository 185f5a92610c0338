import { isCurrency } from '@simwright/measure';
import { audit, changesBetween } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId, toHex } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { seal } from '../../kit/seal.ts';
import type { Company } from '../model.ts';
import * as sql from '../sql/companies.ts';
import { addToDirectory } from '../sql/organizations.ts';
import { authTokenPurpose, newAuthToken } from './organizations.ts';

export type NewCompany = {
  name: string;
  /** The organization's unless given. */
  currency?: string;
  timeZone?: string;
  email?: string;
  /** 32 hex digits; made at random unless given. */
  authToken?: string;
};

/** Makes a company. It is a Super SIM sub-account too, with an auth token of its own. */
export async function createCompany(ctx: Ctx, input: NewCompany): Promise<Company> {
  const currency = input.currency ?? ctx.organization.currency;
  if (!isCurrency(currency)) {
    throw refuse.invalid('company.currency_unknown', `${currency} is not a currency in use.`, {
      field: 'body.currency',
      expected: 'an ISO 4217 currency code, like EUR',
    });
  }
  return atomically(ctx, async (ctx) => {
    const company: Company = {
      id: newId(ctx),
      name: input.name,
      currency,
      timeZone: input.timeZone ?? null,
      email: input.email ?? null,
      createdAt: ctx.now,
      archivedAt: null,
    };
    const authToken = input.authToken ?? newAuthToken(ctx);
    await sql.insertCompany(ctx, { ...company, authTokenSealed: seal(ctx, authTokenPurpose, authToken) });
    await addToDirectory(ctx, 'company', toHex(company.id));
    await tell(ctx, company, 'created', [{ field: 'name', old: null, new: company.name }]);
    return company;
  });
}

export function listCompanies(
  ctx: Ctx,
  filter: sql.CompanyFilter,
  before: Id | null,
  limit: number,
): Promise<Company[]> {
  return reading(ctx, (ctx) => sql.listCompanies(ctx, filter, before, limit));
}

/** The company, when the caller may see it. */
export async function getCompany(ctx: Ctx, id: Id): Promise<Company> {
  return found(await reading(ctx, (ctx) => sql.findCompany(ctx, id)), id);
}

export type CompanyChanges = { name?: string; timeZone?: string | null; email?: string | null };

export async function updateCompany(ctx: Ctx, id: Id, changes: CompanyChanges): Promise<Company> {
  return atomically(ctx, async (ctx) => {
    const old = found(await sql.findCompany(ctx, id, true), id);
    if (old.archivedAt) throw refuse.conflict('company.archived', 'An archived company cannot be changed.');
    const changed = changesBetween<Company>(old, changes);
    if (changed.length === 0) return old;
    const company = { ...old, ...Object.fromEntries(changed.map((change) => [change.field, change.new])) };
    await sql.saveCompany(ctx, company);
    await tell(ctx, company, 'updated', changed);
    return company;
  });
}

/** Puts a company out of use: its staff, keys and sub-account stop working; what it did stays. Twice changes nothing. */
export async function archiveCompany(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const old = found(await sql.findCompany(ctx, id, true), id);
    if (old.archivedAt) return;
    const company = { ...old, archivedAt: ctx.now };
    await sql.saveCompany(ctx, company);
    await tell(ctx, company, 'archived', [{ field: 'archivedAt', old: null, new: ctx.now }]);
  });
}

function found(company: Company | null, id: Id): Company {
  if (!company) throw refuse.notFound('company', publicId('company', id));
  return company;
}

async function tell(
  ctx: Ctx,
  company: Company,
  past: string,
  changes: { field: string; old: unknown; new: unknown }[],
): Promise<void> {
  const id = publicId('company', company.id);
  await audit(ctx, [{ action: `company.${past}`, objectType: 'company', objectId: id, changes }]);
  await emit(ctx, [
    {
      name: `company.${past}`,
      subject: { type: 'company', id: company.id },
      data: { companyId: id, name: company.name, fields: changes.map((change) => change.field) },
    },
  ]);
}
