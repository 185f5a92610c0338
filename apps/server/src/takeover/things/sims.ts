import * as carriers from '../../carriers/index.ts';
import * as charging from '../../charging/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as periods from '../../periods/index.ts';
import {
  accepted,
  decideStanding,
  type FleetItem,
  type Judgement,
  refused,
  type SimItem,
  type Standing,
  type Takeover,
} from '../model.ts';
import { findItems } from '../sql.ts';
import { isThere, type Phase } from './fleets.ts';

/** What becomes of SIMs: each looked at by itself, a refusal of one stops no other. */
export async function judgeSims(ctx: Ctx, takeover: Takeover, items: SimItem[], phase: Phase): Promise<Judgement[]> {
  const iccids = items.map((item) => item.told.iccid);
  const known = await inventory.findByName(ctx, iccids);
  const fleetSids = items.flatMap((item) => item.told.fleetSid ?? []);
  const fleets = await findItems<FleetItem>(ctx, takeover.id, 'fleet', fleetSids);
  const names = await inventory.findTakenNames(
    ctx,
    takeover.companyId,
    items.flatMap((item) => item.told.name ?? []),
  );
  const seen = new Set<string>();
  const first = items.map((item, i): Judgement => {
    const sim = known[i] ?? null;
    if (item.targetId) return accepted('same', item.targetId);
    const card = sim?.id ?? item.told.iccid;
    if (seen.has(card)) return refused('sim.repeated', 'This ICCID is in the account twice.', 'iccid');
    seen.add(card);
    const standing = decideStanding(item, ctx.now);
    if ('code' in standing) return { effect: null, warning: null, targetId: null, no: standing };
    const { fleetSid, name } = item.told;
    if (fleetSid ? !isThere(fleets.get(fleetSid), phase) : standing.to === 'ready' || standing.to === 'active') {
      return refused('fleet.missing', fleetSid ? `Its fleet ${fleetSid} did not come.` : noFleet, 'fleet');
    }
    const holder = name === null ? undefined : names.get(name);
    if (holder && holder !== sim?.id) {
      return refused('unique_name.taken', `Another SIM here is named "${name}".`, 'uniqueName');
    }
    const judgement = sim ? judgeKnown(takeover, sim) : judgeUnknown(item);
    if (fleetSid || !standing.period) return judgement;
    return { ...judgement, warning: 'It has no fleet, so its running billing period is left behind.' };
  });
  return refuseCards(ctx, takeover, items, first);
}

/** Another Simwright has such SIMs: what they are on, this API does not tell. */
const noFleet =
  'It has no fleet, so it is on a plan of its own there, and nobody says which. Put it into a fleet there.';

/** A SIM that is in our hands already. What the telecom told of it stands. */
function judgeKnown({ companyId, telecomId }: Takeover, sim: inventory.Sim): Judgement {
  if (sim.registeredAt && sim.companyId !== companyId) {
    return refused('sim.other_account', 'This SIM is in another account here.', 'iccid');
  }
  if (sim.lifecycle === 'archived') return refused('sim.archived', 'This SIM is archived here.', 'iccid');
  if (sim.lifecycle !== 'blank') {
    return accepted('same', sim.id, 'It was in the account before, and is left as it is.');
  }
  const warning = sim.telecomId === telecomId ? null : 'It is in the stock of another telecom, and stays there.';
  return accepted('registers', sim.id, warning);
}

function judgeUnknown({ told }: SimItem): Judgement {
  if (told.card?.imsi) return accepted('adds');
  const reason = 'Not in stock here, and no file names its IMSI: load it for its telecom, or give a file with --sims.';
  return refused('sim.imsi_missing', reason, 'imsi');
}

/** SIMs that would be added go by the rules of every intake: a wrong ICCID, a taken IMSI. */
async function refuseCards(ctx: Ctx, takeover: Takeover, items: SimItem[], judged: Judgement[]): Promise<Judgement[]> {
  const adding = judged.flatMap((judgement, i) => (judgement.effect === 'adds' ? [i] : []));
  if (adding.length === 0) return judged;
  const results = await takeIn(
    ctx,
    takeover,
    adding.map((i) => items[i]!),
    true,
  );
  const after = [...judged];
  for (const [n, i] of adding.entries()) {
    const { code, message, warnings } = results[n]!;
    const said = [judged[i]!.warning, ...warnings].filter((warning) => warning !== null);
    after[i] = code ? refused(code, message!, 'iccid') : { ...judged[i]!, warning: said.join(' ') || null };
  }
  return after;
}

function takeIn(
  ctx: Ctx,
  { telecomId }: Takeover,
  items: SimItem[],
  dryRun: boolean,
): Promise<inventory.IntakeResult[]> {
  const rows = items.map(({ told }, i) => ({ line: i + 1, sim: { ...told.card, iccid: told.iccid } }));
  return inventory.takeIn(ctx, { telecomId, rows, dryRun });
}

/**
 * Brings SIMs that were judged good, in a fixed number of statements for each fleet: into stock, into the account, their names and
 * fleets, and their periods as they stand. Their carriers are told nothing, and no fee is charged. Returns their ids, in order; null for
 * one whose place in stock somebody took at this moment.
 */
export async function bringSims(
  ctx: Ctx,
  takeover: Takeover,
  bringing: { item: SimItem; judgement: Judgement }[],
): Promise<(Id | null)[]> {
  const adding = bringing.filter(({ judgement }) => judgement.effect === 'adds').map(({ item }) => item);
  const added = adding.length > 0 ? await takeIn(ctx, takeover, adding, false) : [];
  const addedBy = new Map(adding.map((item, i) => [item.sid, added[i]!.id]));
  const ids = bringing.map(({ item, judgement }) => judgement.targetId ?? addedBy.get(item.sid) ?? null);
  const sims = bringing.flatMap(({ item }, i) => {
    const id = ids[i];
    return id ? [{ id, item, standing: decideStanding(item, ctx.now) as Standing }] : [];
  });
  if (sims.length === 0) return ids;
  const all = sims.map((sim) => sim.id);
  await inventory.lockSims(ctx, all);
  await carriers.hold(
    ctx,
    all.map((lineId) => ({ lineId, want: 'inactive' })),
  );
  await inventory.register(ctx, all, takeover.companyId);
  await inventory.nameSims(
    ctx,
    sims.flatMap(({ id, item: { told } }) => (told.name === null ? [] : [{ id, uniqueName: told.name }])),
  );
  await intoFleets(ctx, takeover, sims);
  await periods.takeOver(
    ctx,
    sims.flatMap(({ id, item, standing: { to, period } }) => {
      // Without a fleet it is on no plan, and a period belongs to one.
      return to === null ? [] : [{ id, to, period: item.told.fleetSid === null ? null : period }];
    }),
    'inactive where it came from',
  );
  await charging.reconsiderLimits(ctx, all);
  return ids;
}

async function intoFleets(ctx: Ctx, takeover: Takeover, sims: { id: Id; item: SimItem }[]): Promise<void> {
  const inFleets = sims.filter(({ item }) => item.told.fleetSid !== null);
  const bySid = Map.groupBy(inFleets, ({ item }) => item.told.fleetSid!);
  const fleets = await findItems<FleetItem>(ctx, takeover.id, 'fleet', [...bySid.keys()]);
  for (const [sid, of] of bySid) {
    await inventory.moveToFleet(
      ctx,
      of.map((sim) => sim.id),
      fleets.get(sid)!.targetId!,
    );
  }
}
