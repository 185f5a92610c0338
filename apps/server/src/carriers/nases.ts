import { isIP } from 'node:net';
import { audit, type Change, changesBetween } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { seal, unseal } from '../kit/seal.ts';
import { canonicalRange, type RangeForm } from './canonical-range.ts';
import { capsOf } from './connectors/index.ts';
import { nasEvent } from './events.ts';
import type { Nas, NasSettings } from './model.ts';
import * as sql from './sql/nases.ts';
import { getTelecom } from './telecoms.ts';

/** More NASes than this in one organization are refused. */
const maxNases = 1000;
const rangeForm: RangeForm = { of: 'nas.range', field: 'body.sourceRange', whose: 'the gateways of one telecom' };

export type NewNas = {
  telecomId: Id;
  name: string;
  /** CIDR or one address, IPv4 or IPv6. */
  sourceRange: string;
  /** The shared secret of RADIUS (RFC 2865 section 3). Sealed, never shown again. */
  secret: string;
  /** Where Disconnect-Requests go (RFC 5176: UDP 3799): an address. */
  coaHost: string;
  coaPort?: number;
  /** Access-Requests without a Message-Authenticator are dropped; true unless the NAS cannot send one. */
  requireMessageAuthenticator?: boolean;
  /** The NAS never sends Gigawords, so a smaller counter may be a wrap of 2^32. */
  noGigawords?: boolean;
};

/**
 * Refuses `nas.range_taken` when the range overlaps another organization's or is exactly another NAS's of this one.
 * Within one organization ranges may nest: the longest prefix wins.
 */
export async function createNas(ctx: Ctx, input: NewNas): Promise<NasSettings> {
  return atomically(ctx, async (ctx) => {
    const telecom = await getTelecom(ctx, input.telecomId);
    if (telecom.archivedAt) throw refuse.conflict('telecom.archived', `The telecom ${telecom.name} is archived.`);
    if (!capsOf[telecom.connector].network) {
      throw refuse.conflict('nas.telecom_without_network', `${telecom.name} is not connected: it has no NAS.`);
    }
    const nas: NasSettings = {
      id: newId(ctx),
      telecomId: telecom.id,
      name: input.name,
      sourceRange: input.sourceRange,
      coaHost: input.coaHost,
      coaPort: input.coaPort ?? 3799,
      requireMessageAuthenticator: input.requireMessageAuthenticator ?? true,
      noGigawords: input.noGigawords ?? false,
      createdAt: ctx.now,
    };
    const checked = await checkAddresses(ctx, nas);
    if ((await sql.listNases(ctx, null, maxNases)).length === maxNases) {
      throw refuse.conflict('nas.too_many', `An organization has at most ${maxNases} NASes.`);
    }
    await sql.insertNas(ctx, checked, sealed(ctx, nas.id, input.secret));
    const { id: _, createdAt: __, ...shown } = checked;
    await record(ctx, 'nas.created', checked, changesBetween<Partial<NasSettings>>({}, shown));
    return checked;
  });
}

export type NasPatch = Partial<Omit<NewNas, 'telecomId'>>;

/** Refuses as `createNas` does. A secret that is not given stays as it is. */
export async function updateNas(ctx: Ctx, id: Id, patch: NasPatch): Promise<NasSettings> {
  return atomically(ctx, async (ctx) => {
    const old = await lockNas(ctx, id);
    const { secret, ...settings } = patch;
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    const nas = await checkAddresses(ctx, { ...old, ...given });
    const changes = changesBetween<NasSettings>(old, nas);
    // Who changed a secret is worth knowing; the secret is not.
    if (secret !== undefined) changes.push({ field: 'secret', old: null, new: null });
    if (changes.length === 0) return old;
    await sql.updateNas(ctx, nas, secret === undefined ? null : sealed(ctx, id, secret));
    await record(ctx, 'nas.updated', nas, changes);
    return nas;
  });
}

/** Its packets are those of a stranger from now on. Its sessions stay in the books under its id. */
export async function removeNas(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const nas = await lockNas(ctx, id);
    await sql.removeNas(ctx, id);
    await record(ctx, 'nas.removed', nas, []);
  });
}

/** All of the organization, or of one telecom, oldest first; at most 1,000. */
export async function listNases(ctx: Ctx, telecomId?: Id): Promise<NasSettings[]> {
  return reading(ctx, (ctx) => sql.listNases(ctx, telecomId ?? null, maxNases));
}

/** A NAS with its secret, as the RADIUS edge needs it. */
export function openNas({ secretSealed, sourceRange, createdAt: _, ...nas }: sql.SealedNas): Nas {
  return { ...nas, range: sourceRange, secret: unseal(purpose(nas.id), secretSealed) };
}

function purpose(id: Id): string {
  return `nas.secret:${id}`;
}

function sealed(ctx: Ctx, id: Id, secret: string): Buffer {
  if (secret.length < 8 || secret.length > 128) {
    throw refuse.invalid('nas.secret_invalid', 'The secret is too short or too long.', {
      field: 'body.secret',
      expected: '8 to 128 characters',
    });
  }
  return seal(ctx, purpose(id), secret);
}

/** The NAS with its range in canonical form, once its addresses are found good and free. */
async function checkAddresses(ctx: Ctx, nas: NasSettings): Promise<NasSettings> {
  if (isIP(nas.coaHost) === 0) {
    throw refuse.invalid('nas.coa_host_invalid', `${nas.coaHost} is not an IP address.`, {
      field: 'body.coaHost',
      expected: 'an IPv4 or IPv6 address',
    });
  }
  const sourceRange = canonicalRange(nas.sourceRange, rangeForm);
  await sql.lockRanges(ctx);
  const taken = await sql.rangeTaken(ctx, sourceRange, nas.id);
  if (taken) {
    const whose = taken === 'here' ? 'Another NAS of yours has exactly' : 'Another organization of this instance uses';
    throw refuse.conflict('nas.range_taken', `${whose} ${sourceRange}${taken === 'here' ? '' : ' or a part of it'}.`, {
      field: 'body.sourceRange',
    });
  }
  return { ...nas, sourceRange };
}

async function lockNas(ctx: Ctx, id: Id): Promise<NasSettings> {
  const nas = await sql.lockNas(ctx, id);
  if (!nas) throw refuse.notFound('nas', publicId('nas', id));
  return nas;
}

async function record(ctx: Ctx, action: string, nas: NasSettings, changes: Change[]): Promise<void> {
  await audit(ctx, [{ action, objectType: 'nas', objectId: publicId('nas', nas.id), changes }]);
  await emit(ctx, [nasEvent(action, nas)]);
}

/** Names of NASes, removed ones too, for what they once sent. */
export async function nasNamesOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, string>> {
  if (ids.length === 0) return new Map();
  return new Map((await reading(ctx, (ctx) => sql.listNasNames(ctx, ids))).map(({ id, name }) => [id, name]));
}
