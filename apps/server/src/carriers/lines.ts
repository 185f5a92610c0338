import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { capsOf } from './connectors/index.ts';
import { carrierSynced, linkChanged } from './events.ts';
import type { CarrierOperation, LineLink, LineState, Link } from './model.ts';
import * as sql from './sql/lines.ts';
import * as operations from './sql/operations.ts';
import { keepTelecoms } from './sql/telecoms.ts';

/** The most lines one call takes; a longer list is a caller's loop. */
export const maxLines = 10_000;

const firstLink: Record<'nobody' | 'us' | 'carrier', Link> = { nobody: 'none', us: 'ok', carrier: 'checking' };

/**
 * Lines become known at their telecom. Without an integration the link is `none`; where we hold the state it is `ok` at
 * once; else it is `checking` until the carrier has confirmed the SIM. Refuses `telecom.not_found`, also for an archived one.
 */
export async function attachLines(
  ctx: Ctx,
  lines: { lineId: Id; telecomId: Id; iccid: string; imsi: string | null }[],
): Promise<void> {
  if (lines.length === 0) return;
  assert(lines.length <= maxLines, `at most ${maxLines} lines at once`);
  await atomically(ctx, async (ctx) => {
    const telecomIds = [...new Set(lines.map((line) => line.telecomId))];
    const telecoms = new Map((await keepTelecoms(ctx, telecomIds)).map((telecom) => [telecom.id, telecom]));
    const missing = telecomIds.find((id) => !telecoms.has(id));
    if (missing) throw refuse.notFound('telecom', publicId('telecom', missing));
    const rows = lines.map((line) => {
      const { stateAt } = capsOf[telecoms.get(line.telecomId)!.connector];
      return { ...line, link: firstLink[stateAt], checkAt: stateAt === 'carrier' ? ctx.now : null };
    });
    await sql.upsertLines(ctx, rows);
  });
}

type Wish = { lineId: Id; want: LineState; cause: 'lifecycle' | 'block' };

/**
 * What we want of lines at their carrier. Lines that are wanted so already, and lines we do not know, are left alone.
 *
 * Where we hold the state it is reported at once; else one operation per line waits for the carrier, and an older one
 * is `replaced`: the latest wish wins. `inactive` also asks for the open sessions to be disconnected, and so does `active` where they may be
 * walled: only a new one carries something. The call is to
 * be made before the caller emits its own events of these lines: locks are taken in the order line, then event. Of a line that is
 * held its carrier is told nothing (`hold`).
 */
export async function want(ctx: Ctx, wishes: Wish[]): Promise<void> {
  if (wishes.length === 0) return;
  assert(wishes.length <= maxLines, `at most ${maxLines} lines at once`);
  await atomically(ctx, async (ctx) => {
    const wishOf = new Map(wishes.map((wish) => [wish.lineId, wish]));
    const changed = (await sql.lockLines(ctx, [...wishOf.keys()]))
      .map((line) => ({ ...line, ...wishOf.get(line.lineId)!, caps: capsOf[line.connector] }))
      .filter((line) => line.desiredState !== line.want);
    if (changed.length === 0) return;
    await sql.setDesired(
      ctx,
      changed.map((line) => ({ ...line, reported: line.caps.stateAt === 'us' ? line.want : null })),
    );
    const replaced = await operations.replaceOperations(
      ctx,
      changed.map((line) => line.lineId),
    );
    // Two requests for one line never overlap at a carrier: one that is being asked now is waited for, within its lease.
    const busyUntil = new Map(
      replaced.flatMap(({ lineId, kind, claimedUntil }) =>
        claimedUntil && claimedUntil > ctx.now ? [[`${lineId} ${kind}`, claimedUntil] as const] : [],
      ),
    );
    const ask = (line: (typeof changed)[number], kind: CarrierOperation['kind']) => ({
      id: newId(ctx),
      lineId: line.lineId,
      telecomId: line.telecomId,
      kind,
      want: kind === 'set_state' ? line.want : null,
      cause: line.cause,
      nextAttemptAt: busyUntil.get(`${line.lineId} ${kind}`) ?? ctx.now,
    });
    await operations.insertOperations(
      ctx,
      changed.flatMap((line) => [
        ...(line.caps.stateAt === 'carrier' && !line.held ? [ask(line, 'set_state')] : []),
        ...(line.caps.network && (line.want === 'inactive' || line.limitMode === 'walled')
          ? [ask(line, 'disconnect')]
          : []),
      ]),
    );
    await emit(
      ctx,
      changed
        .filter((line) => line.caps.stateAt === 'us')
        .map((line) => carrierSynced(line, line.want, line.cause, null)),
    );
  });
}

/**
 * What is wanted of lines that come from elsewhere, without a word to their carrier until `release`: devices go on working as they
 * are, and are only looked at. Where the network asks us at every attach, or nobody holds the state, there is nothing to hold back.
 */
export async function hold(ctx: Ctx, wishes: { lineId: Id; want: LineState }[]): Promise<void> {
  if (wishes.length === 0) return;
  assert(wishes.length <= maxLines, `at most ${maxLines} lines at once`);
  await atomically(ctx, async (ctx) => {
    const wantOf = new Map(wishes.map((wish) => [wish.lineId, wish.want]));
    const lines = await sql.lockLines(ctx, [...wantOf.keys()]);
    await sql.holdLines(
      ctx,
      lines.map(({ lineId, connector }) => {
        const want = wantOf.get(lineId)!;
        const { stateAt } = capsOf[connector];
        return { lineId, want, reported: stateAt === 'us' ? want : null, held: stateAt === 'carrier' };
      }),
    );
  });
}

/**
 * Ends the hold of lines. Each is looked at again, and its carrier is asked to change only what it says to be otherwise than we
 * want: the operation is of cause `drift`. Returns how many were held; safe to repeat.
 */
export async function release(ctx: Ctx, lineIds: Id[]): Promise<number> {
  assert(lineIds.length <= maxLines, `at most ${maxLines} lines at once`);
  return atomically(ctx, async (ctx) => {
    const lines = await sql.lockLines(ctx, lineIds);
    const released = await sql.releaseLines(ctx, lineIds);
    const otherwise = lines.filter(
      ({ lineId, link, reportedState, desiredState }) =>
        released.has(lineId) && link === 'ok' && reportedState !== null && reportedState !== desiredState,
    );
    await operations.insertOperations(
      ctx,
      otherwise.map(({ lineId, telecomId, desiredState }) => ({
        ...{ id: newId(ctx), lineId, telecomId, kind: 'set_state', want: desiredState, cause: 'drift' },
        nextAttemptAt: ctx.now,
      })),
    );
    return released.size;
  });
}

/** Of these lines those that are held, counted by what we want and what their carrier last told. */
export async function countHeld(ctx: Ctx, lineIds: Id[]): Promise<sql.HeldCount[]> {
  return reading(ctx, (ctx) => sql.countHeld(ctx, lineIds));
}

/** Lines that are `error` are looked up at their carrier again; they are `checking` meanwhile. */
export async function recheck(ctx: Ctx, lineIds: Id[]): Promise<void> {
  assert(lineIds.length <= maxLines, `at most ${maxLines} lines at once`);
  await atomically(ctx, async (ctx) => {
    const lines = (await sql.lockLines(ctx, lineIds)).filter((line) => line.link === 'error');
    if (lines.length === 0) return;
    await sql.setChecking(
      ctx,
      lines.map((line) => line.lineId),
    );
    await emit(
      ctx,
      lines.map((line) => linkChanged(line, 'checking', null)),
    );
  });
}

/** The carrier's side of lines, by line. Lines that were never attached are absent. */
export async function linkOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, LineLink>> {
  const found = await reading(ctx, (ctx) => sql.findLinks(ctx, lineIds));
  return new Map(found.map(({ lineId, ...link }) => [lineId, link]));
}

/** What was asked of a line's carrier, newest first. */
export async function listOperations(
  ctx: Ctx,
  lineId: Id,
  page: { limit: number; after?: Id },
): Promise<CarrierOperation[]> {
  return reading(ctx, (ctx) => operations.listOperations(ctx, lineId, page));
}
