import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Language } from '../model.ts';
import type { BillingDetails, DocumentSettings } from './model.ts';

const columns = sql`legal_name, street, street2, city, postal_code, region, country_code, registration, email,
                    endpoint_scheme, endpoint_id, buyer_reference, language`;

type DetailsRow = Omit<BillingDetails, 'endpoint'> & {
  ownerId: Id;
  endpointScheme: string | null;
  endpointId: string | null;
  language: Language | null;
};

/** What these accounts have said; one that has said nothing is not in the answer. */
export async function findDetails(ctx: Ctx, ownerIds: Id[]): Promise<Map<Id, BillingDetails>> {
  const found = await rows<DetailsRow>(
    ctx,
    sql`/* documents.find_details */ select owner_id, ${columns} from billing_details
         where organization_id = ${ctx.organization.id} and owner_id = any(${ownerIds}::uuid[])`,
  );
  return new Map(
    found.map(({ ownerId, endpointScheme, endpointId, ...details }) => [
      ownerId,
      { ...details, endpoint: endpointScheme && endpointId ? { scheme: endpointScheme, id: endpointId } : null },
    ]),
  );
}

export async function saveDetails(ctx: Ctx, ownerId: Id, d: BillingDetails): Promise<void> {
  await run(
    ctx,
    sql`/* documents.save_details */ insert into billing_details (organization_id, owner_id, ${columns}, updated_at)
        values (${ctx.organization.id}, ${ownerId}, ${d.legalName}, ${d.street}, ${d.street2}, ${d.city}, ${d.postalCode}, ${d.region},
                ${d.countryCode}, ${d.registration}, ${d.email}, ${d.endpoint?.scheme ?? null}, ${d.endpoint?.id ?? null},
                ${d.buyerReference}, ${d.language}, ${ctx.now})
        on conflict (organization_id, owner_id) do update
           set legal_name = excluded.legal_name, street = excluded.street, street2 = excluded.street2, city = excluded.city,
               postal_code = excluded.postal_code, region = excluded.region, country_code = excluded.country_code,
               registration = excluded.registration, email = excluded.email, endpoint_scheme = excluded.endpoint_scheme,
               endpoint_id = excluded.endpoint_id, buyer_reference = excluded.buyer_reference, language = excluded.language,
               updated_at = excluded.updated_at`,
  );
}

export async function findSettings(ctx: Ctx): Promise<DocumentSettings | null> {
  return row<DocumentSettings>(
    ctx,
    sql`/* documents.find_settings */ select iban, bic, bank, footer, encode(logo, 'hex') as logo from document_settings
         where organization_id = ${ctx.organization.id}`,
  );
}

export async function saveSettings(ctx: Ctx, s: DocumentSettings): Promise<void> {
  await run(
    ctx,
    sql`/* documents.save_settings */ insert into document_settings (organization_id, iban, bic, bank, footer, logo, updated_at)
        values (${ctx.organization.id}, ${s.iban}, ${s.bic}, ${s.bank}, ${s.footer}, decode(${s.logo}::text, 'hex'), ${ctx.now})
        on conflict (organization_id) do update
           set iban = excluded.iban, bic = excluded.bic, bank = excluded.bank, footer = excluded.footer, logo = excluded.logo,
               updated_at = excluded.updated_at`,
  );
}

export type Logo = { type: 'image/png' | 'image/jpeg'; width: number; height: number; bytes: Buffer };

/** @param sha256 in hex */
export async function findLogo(ctx: Ctx, sha256: string): Promise<Logo | null> {
  return row<Logo>(
    ctx,
    sql`/* documents.find_logo */ select type, width, height, bytes from document_logos
         where organization_id = ${ctx.organization.id} and sha256 = decode(${sha256}::text, 'hex')`,
  );
}

/** Keeps a logo; one that is there already stays as it is. */
export async function keepLogo(ctx: Ctx, sha256: string, { type, width, height, bytes }: Logo): Promise<void> {
  await run(
    ctx,
    sql`/* documents.keep_logo */ insert into document_logos (organization_id, sha256, type, width, height, bytes)
        values (${ctx.organization.id}, decode(${sha256}::text, 'hex'), ${type}, ${width}, ${height}, ${bytes})
        on conflict (organization_id, sha256) do nothing`,
  );
}

/** One writer of an account's details at a time: what was there before stands in the audit log. */
export async function lockDetails(ctx: Ctx, ownerId: Id): Promise<void> {
  await rows(
    ctx,
    sql`/* documents.lock_details */ select pg_advisory_xact_lock(hashtextextended(${`billing details ${ctx.organization.id} ${ownerId}`}, 0))`,
  );
}
