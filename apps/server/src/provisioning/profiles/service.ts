import { canonicalIccid, iccidForms, isEid } from '@simwright/measure';
import * as carriers from '../../carriers/index.ts';
import * as inventory from '../../inventory/index.ts';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { profileEvent } from '../events.ts';
import { afterProgress, type EsimProfile, type Progress } from './model.ts';
import * as store from './sql.ts';

/** Telecoms that are looked at for eSIMs to be ordered. */
const telecomsAtMost = 1000;

/**
 * Reserves an eSIM of the organization's stock for an account, and orders its profile: for one eUICC (`eid`), or with a matching id
 * for whoever has it (`withCode`), or both. Refuses `esim_profile.eid_invalid`, `esim_profile.nothing_asked`, `esim.none_in_stock`.
 */
export async function createProfile(
  ctx: Ctx,
  { companyId, eid, withCode }: Pick<EsimProfile, 'companyId' | 'eid' | 'withCode'>,
): Promise<EsimProfile> {
  if (eid === null && !withCode) {
    throw refuse.invalid('esim_profile.nothing_asked', 'Name the EID of an eUICC, or ask for a matching id.', {
      field: 'eid',
      expected: 'an EID, or generateMatchingId true',
    });
  }
  if (eid !== null && !isEid(eid)) {
    throw refuse.invalid('esim_profile.eid_invalid', 'This is no EID.', {
      field: 'eid',
      expected: '32 digits, the last two of which are its check digits (modulo 97)',
    });
  }
  return atomically(ctx, async (ctx) => {
    const telecoms = await carriers.listTelecoms(ctx, { limit: telecomsAtMost });
    const ordering = telecoms.filter(({ connector }) => carriers.capsOf[connector].profiles).map(({ id }) => id);
    const reserved = await inventory.reserveEsim(ctx, { eid, ordering });
    const id = newId(ctx);
    await store.insertProfile(ctx, { id, companyId, lineId: reserved.id, eid, withCode });
    const profile = await getProfile(ctx, id);
    const changes = [
      { field: 'eid', old: null, new: eid },
      { field: 'iccid', old: null, new: reserved.iccid },
    ];
    const objectId = publicId('esim_profile', id);
    await audit(ctx, [{ action: 'esim_profile.created', objectType: 'esim_profile', objectId, changes }]);
    await emit(ctx, [profileEvent('esim_profile.created', profile)]);
    return profile;
  });
}

/** Newest first, unless asked otherwise; a company's staff see those of their company. */
export async function listProfiles(
  ctx: Ctx,
  filter: store.ProfileFilter,
  page: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<EsimProfile[]> {
  const { scope } = ctx.actor;
  const own = scope.kind === 'company' ? { ...filter, companyId: scope.companyId } : filter;
  return reading(ctx, (ctx) => store.listProfiles(ctx, own, page));
}

/** Refuses `esim_profile.not_found`. */
export async function getProfile(ctx: Ctx, id: Id): Promise<EsimProfile> {
  const [found] = await listProfiles(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('esim_profile', publicId('esim_profile', id));
  return found;
}

/**
 * Takes news of a download. Repeats and old news change nothing. Refuses `esim_profile.not_found` for an ICCID that no profile has.
 *
 * @param iccid with or without its check digit, and with or without the F that fills it up
 */
export async function takeProgress(ctx: Ctx, iccid: string, progress: Progress): Promise<void> {
  const canonical = canonicalIccid(iccid);
  await atomically(ctx, async (ctx) => {
    const profile = canonical ? await store.lockProfileOf(ctx, iccidForms(canonical)) : null;
    if (!profile) throw refuse.notFound('esim_profile');
    // A clock that is ahead must not make all later news old.
    const at = progress.at < ctx.now ? progress.at : ctx.now;
    const told = afterProgress(profile, { ...progress, at });
    await store.writeProgress(ctx, profile.id, told, { at, eid: progress.eid });
    const eid = profile.eid ?? progress.eid;
    if (profile.availableAt) await inventory.noteEids(ctx, [{ lineId: profile.lineId, eid }]);
    if (!told) return;
    const now = { ...profile, ...told, eid };
    const isInstalled = told.status === 'installed';
    const event =
      told.status === 'failed'
        ? profileEvent('esim_profile.failed', now)
        : profileEvent(isInstalled ? 'esim_profile.installed' : 'esim_profile.downloaded', now);
    await emit(ctx, [event]);
  });
}
