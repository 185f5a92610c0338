import { createHash } from 'node:crypto';
import { audit, changesBetween } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { vatNumberOf } from '../../tax/index.ts';
import { getCompany, type Owner, ownersOf } from '../../tenancy/index.ts';
import type { Language, Party } from '../model.ts';
import { readLogo } from './logo.ts';
import { type BillingDetails, type DocumentSettings, languageOf, noDetails, noSettings } from './model.ts';
import * as store from './sql.ts';

export type AccountDetails = { owner: Owner; details: BillingDetails; language: Language; vatNumber: string | null };

/** What is known of an account for its bills. Refuses `account.not_found`. */
export async function getDetails(ctx: Ctx, ownerId: Id): Promise<AccountDetails> {
  return reading(ctx, async (ctx) => {
    const owner = await getOwner(ctx, ownerId);
    const chain = [owner.id, ...(owner.companyId ? [owner.companyId] : []), ctx.organization.id];
    const found = await store.findDetails(ctx, chain);
    return {
      owner,
      details: found.get(owner.id) ?? noDetails,
      language: languageOf(chain, found),
      vatNumber: await vatNumberOf(ctx, owner.id),
    };
  });
}

/** Replaces what is known of an account. Documents that exist keep what they were approved with. */
export async function setDetails(ctx: Ctx, ownerId: Id, details: BillingDetails): Promise<AccountDetails> {
  return atomically(ctx, async (ctx) => {
    await store.lockDetails(ctx, ownerId);
    const { owner, details: before } = await getDetails(ctx, ownerId);
    const changes = changesBetween(before, details);
    if (changes.length > 0) {
      await store.saveDetails(ctx, ownerId, details);
      const objectId = publicId(owner.type, owner.id);
      await audit(ctx, [{ action: 'billing_details.changed', objectType: owner.type, objectId, changes }]);
      await emit(ctx, [
        {
          name: 'billing_details.changed',
          subject: { type: owner.type, id: owner.id },
          data: {
            account: objectId,
            ...(owner.companyId && { companyId: publicId('company', owner.companyId) }),
            fields: changes.map(({ field }) => field),
          },
        },
      ]);
    }
    return getDetails(ctx, ownerId);
  });
}

/** Who is billed, in which language, and what it asked to read on its bills, as known now. Refuses `account.not_found`. */
export async function partyOf(
  ctx: Ctx,
  ownerId: Id,
): Promise<{ party: Party; buyerReference: string | null; language: Language }> {
  const { owner, details, language, vatNumber } = await getDetails(ctx, ownerId);
  const { buyerReference, language: _own, ...rest } = details;
  const email = details.email ?? (owner.type === 'company' ? (await getCompany(ctx, ownerId)).email : null);
  return { party: { name: owner.name, ...rest, email, vatNumber }, buyerReference, language };
}

/** Who bills, where it is paid to, and how its documents look, as known now. */
export async function sellerOf(ctx: Ctx): Promise<DocumentSettings & { party: Party }> {
  return reading(ctx, async (ctx) => {
    const { id, name } = ctx.organization;
    const { buyerReference: _, language: _own, ...details } = (await store.findDetails(ctx, [id])).get(id) ?? noDetails;
    const settings = (await store.findSettings(ctx)) ?? noSettings;
    return { party: { name, ...details, vatNumber: await vatNumberOf(ctx, id) }, ...settings };
  });
}

export async function getSettings(ctx: Ctx): Promise<DocumentSettings> {
  return reading(ctx, async (ctx) => (await store.findSettings(ctx)) ?? noSettings);
}

/** Replaces bank details and footer; the logo stays. */
export async function setSettings(ctx: Ctx, given: Omit<DocumentSettings, 'logo'>): Promise<DocumentSettings> {
  return changeSettings(ctx, (before) => ({ ...before, ...given }));
}

/** Takes another logo: the image is checked by its bytes. Documents that were approved with another one keep that. */
export async function setLogo(ctx: Ctx, image: Buffer): Promise<DocumentSettings> {
  const logo = readLogo(image);
  const sha256 = createHash('sha256').update(logo.bytes).digest('hex');
  return atomically(ctx, async (ctx) => {
    await store.keepLogo(ctx, sha256, logo);
    return changeSettings(ctx, (before) => ({ ...before, logo: sha256 }));
  });
}

/** From now on documents have the name of the seller in its place. */
export async function removeLogo(ctx: Ctx): Promise<DocumentSettings> {
  return changeSettings(ctx, (before) => ({ ...before, logo: null }));
}

/** A logo that documents name, of this organization; null when there is none of that hash. */
export async function findLogo(ctx: Ctx, sha256: string | null): Promise<store.Logo | null> {
  return sha256 === null ? null : reading(ctx, (ctx) => store.findLogo(ctx, sha256));
}

async function changeSettings(
  ctx: Ctx,
  change: (before: DocumentSettings) => DocumentSettings,
): Promise<DocumentSettings> {
  return atomically(ctx, async (ctx) => {
    const { id } = ctx.organization;
    await store.lockDetails(ctx, id);
    const before = (await store.findSettings(ctx)) ?? noSettings;
    const settings = change(before);
    const changes = changesBetween(before, settings);
    if (changes.length === 0) return settings;
    await store.saveSettings(ctx, settings);
    const objectId = publicId('organization', id);
    await audit(ctx, [{ action: 'document_settings.changed', objectType: 'organization', objectId, changes }]);
    await emit(ctx, [
      {
        name: 'document_settings.changed',
        subject: { type: 'organization', id },
        data: { organizationId: objectId, fields: changes.map(({ field }) => field) },
      },
    ]);
    return settings;
  });
}

async function getOwner(ctx: Ctx, id: Id): Promise<Owner> {
  const owner = (await ownersOf(ctx, [id])).get(id);
  if (!owner) throw refuse.notFound('account');
  return owner;
}
