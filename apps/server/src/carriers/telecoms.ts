import { audit, type Change, changesBetween } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { canonicalRange, type RangeForm } from './canonical-range.ts';
import { capsOf } from './connectors/index.ts';
import { telecomEvent } from './events.ts';
import type { ConnectorKind, LimitMode, Telecom } from './model.ts';
import { lockRanges } from './sql/nases.ts';
import * as sql from './sql/telecoms.ts';

export type NewTelecom = {
  name: string;
  connector: ConnectorKind;
  limitMode?: LimitMode;
  /** `none` unless told otherwise. */
  messages?: Telecom['messages'];
  /** None unless told otherwise; at most 20. */
  deviceRanges?: string[];
  /** 1 to 1000; 20 unless told otherwise. */
  operationsPerSecond?: number;
};

/**
 * Refuses `telecom.name_taken`, `telecom.limit_mode_unsupported` for what its connector cannot do, and
 * `telecom.device_range_taken` where another telecom of the instance has some of the addresses.
 */
export async function createTelecom(ctx: Ctx, input: NewTelecom): Promise<Telecom> {
  refuseUnsupported(input.connector, input.limitMode);
  return atomically(ctx, async (ctx) => {
    const telecom: Telecom = {
      id: newId(ctx),
      name: input.name,
      connector: input.connector,
      limitMode: input.limitMode ?? 'reject',
      messages: input.messages ?? 'none',
      deviceRanges: input.deviceRanges ?? [],
      operationsPerSecond: input.operationsPerSecond ?? 20,
      state: 'ok',
      stateReason: null,
      createdAt: ctx.now,
      archivedAt: null,
    };
    telecom.deviceRanges = await freeDeviceRanges(ctx, telecom);
    await sql.insertTelecom(ctx, telecom).catch(refuseTakenName);
    await record(ctx, 'telecom.created', telecom, changesBetween<Partial<Telecom>>({}, input));
    return telecom;
  });
}

export type TelecomPatch = Partial<
  Pick<Telecom, 'name' | 'limitMode' | 'messages' | 'deviceRanges' | 'operationsPerSecond'>
>;

/** A walled network keeps sessions that carry nothing: a gateway is asked for that when it asks us, a carrier's API is not. */
function refuseUnsupported(connector: ConnectorKind, mode: LimitMode | undefined): void {
  if (mode !== 'walled' || capsOf[connector].walls) return;
  throw refuse.invalid('telecom.limit_mode_unsupported', 'This connector stops data by refusing and disconnecting.', {
    field: 'body.limitMode',
    expected: 'reject',
  });
}

/** The connector of a telecom is fixed: its lines' states belong to it. Refuses as `createTelecom` does. */
export async function updateTelecom(ctx: Ctx, id: Id, patch: TelecomPatch): Promise<Telecom> {
  return atomically(ctx, async (ctx) => {
    const old = await lockLiving(ctx, id);
    refuseUnsupported(old.connector, patch.limitMode);
    const { deviceRanges } = patch;
    const ranges = deviceRanges && { deviceRanges: await freeDeviceRanges(ctx, { id, deviceRanges }) };
    const changes = changesBetween<Telecom>(old, { ...patch, ...ranges });
    if (changes.length === 0) return old;
    const telecom = { ...old, ...Object.fromEntries(changes.map((c) => [c.field, c.new])) } as Telecom;
    await sql.updateTelecom(ctx, telecom).catch(refuseTakenName);
    await record(ctx, 'telecom.updated', telecom, changes);
    return telecom;
  });
}

/**
 * Refuses `telecom.in_use` while lines use it; `linesOf` says how many do, because that is not known in this room.
 * New lines cannot come meanwhile.
 */
export async function archiveTelecom(
  ctx: Ctx,
  id: Id,
  linesOf: (ctx: Ctx, telecomId: Id) => Promise<number>,
): Promise<Telecom> {
  return atomically(ctx, async (ctx) => {
    const old = await lockLiving(ctx, id);
    const lines = await linesOf(ctx, id);
    if (lines > 0) {
      throw refuse.conflict('telecom.in_use', `${old.name} still has ${lines} SIMs. Archive or move them first.`, {
        lines,
      });
    }
    const telecom = { ...old, archivedAt: ctx.now };
    await sql.updateTelecom(ctx, telecom);
    await record(ctx, 'telecom.archived', telecom, []);
    return telecom;
  });
}

/** Newest first. Archived ones only when asked for. */
export async function listTelecoms(
  ctx: Ctx,
  page: { limit: number; after?: Id; archived?: boolean },
): Promise<Telecom[]> {
  return reading(ctx, (ctx) => sql.listTelecoms(ctx, page));
}

/** Telecoms by id, archived ones too: names beside the lines of a list. */
export async function telecomsOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, Telecom>> {
  if (ids.length === 0) return new Map();
  return new Map((await reading(ctx, (ctx) => sql.listTelecomsById(ctx, ids))).map((telecom) => [telecom.id, telecom]));
}

export async function getTelecom(ctx: Ctx, id: Id): Promise<Telecom> {
  const telecom = await reading(ctx, (ctx) => sql.findTelecom(ctx, id));
  if (!telecom) throw refuse.notFound('telecom', publicId('telecom', id));
  return telecom;
}

const deviceRangeForm: RangeForm = {
  ...{ of: 'telecom.device_range', field: 'body.deviceRanges', whose: 'the devices of one telecom' },
};
const maxDeviceRanges = 20;

/** The ranges in canonical form, once they are found good and free. */
async function freeDeviceRanges(
  ctx: Ctx,
  { id, deviceRanges }: Pick<Telecom, 'id' | 'deviceRanges'>,
): Promise<string[]> {
  const ranges = [...new Set(deviceRanges.map((range) => canonicalRange(range, deviceRangeForm)))];
  if (ranges.length === 0) return ranges;
  const { field } = deviceRangeForm;
  if (ranges.length > maxDeviceRanges || ranges.some((range) => range.includes(':'))) {
    throw refuse.invalid('telecom.device_range_invalid', 'Device ranges are of IPv4, and few.', {
      ...{ field, expected: `at most ${maxDeviceRanges} ranges like 100.64.0.0/16` },
    });
  }
  await lockRanges(ctx);
  for (const range of ranges) {
    if (!(await sql.deviceRangeTaken(ctx, range, id))) continue;
    const text = `Another telecom of this instance gives its devices ${range} or a part of it.`;
    throw refuse.conflict('telecom.device_range_taken', text, { field });
  }
  return ranges;
}

async function lockLiving(ctx: Ctx, id: Id): Promise<Telecom> {
  const telecom = await sql.lockTelecom(ctx, id);
  if (!telecom) throw refuse.notFound('telecom', publicId('telecom', id));
  if (telecom.archivedAt) throw refuse.conflict('telecom.archived', `The telecom ${telecom.name} is archived.`);
  return telecom;
}

async function record(ctx: Ctx, action: string, telecom: Telecom, changes: Change[]): Promise<void> {
  await audit(ctx, [{ action, objectType: 'telecom', objectId: publicId('telecom', telecom.id), changes }]);
  await emit(ctx, [telecomEvent(action, telecom)]);
}

function refuseTakenName(error: unknown): never {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === '23505' && constraint === 'telecoms_name') {
    throw refuse.conflict('telecom.name_taken', 'Another telecom has this name.', { field: 'body.name' });
  }
  throw error;
}
