import * as carriers from '../../carriers/index.ts';
import type { Ctx, Organization, Runtime } from '../../kit/ctx.ts';
import { type Id, type IdKind, publicId } from '../../kit/ids.ts';
import * as tenancy from '../../tenancy/index.ts';
import { UsageFault } from './asked.ts';

const most = 1_000;

/** The organization of this name or id; the only one, where nothing was said. */
export async function organizationOf(runtime: Runtime, asked: string | null): Promise<Organization> {
  return chosen('organization', asked, await tenancy.listOrganizations(runtime), '--organization');
}

/** The company of this name or id; null: the organization's own account. */
export async function companyOf(ctx: Ctx, asked: string | null): Promise<{ id: Id; name: string } | null> {
  if (asked === null) return null;
  return chosen('company', asked, await tenancy.listCompanies(ctx, {}, null, most), '--company');
}

/** The telecom of this name or id; the only one, where nothing was said. */
export async function telecomOf(ctx: Ctx, asked: string | null): Promise<{ id: Id; name: string }> {
  return chosen('telecom', asked, await carriers.listTelecoms(ctx, { limit: most }), '--telecom');
}

function chosen<T extends { id: Id; name: string }>(kind: IdKind, asked: string | null, known: T[], option: string): T {
  const fit = known.filter((one) => asked === null || one.name === asked || publicId(kind, one.id) === asked);
  if (fit.length === 1) return fit[0]!;
  const names = known.map((one) => `${one.name} (${publicId(kind, one.id)})`).slice(0, 20);
  if (known.length === 0) throw new UsageFault(`There is no ${kind} here.`);
  const why =
    asked === null
      ? `Say which ${kind}`
      : `${fit.length === 0 ? 'No' : 'More than one'} ${kind} is ${asked}; say which`;
  throw new UsageFault(`${why}, by ${option}:\n  ${names.join('\n  ')}`);
}
