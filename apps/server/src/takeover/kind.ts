import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { refuse } from '../kit/refusal.ts';
import type * as operations from '../operations/index.ts';
import {
  effects,
  type FleetItem,
  type Item,
  type ItemKind,
  type Judgement,
  labelOf,
  type ProfileItem,
  refused,
  type SimItem,
  type Takeover,
} from './model.ts';
import { findItems, findTakeoverBy, listItems, settleItems } from './sql.ts';
import { judgeFleets, makeFleet, type Phase } from './things/fleets.ts';
import { judgeProfiles, makeProfile } from './things/profiles.ts';
import { bringSims, judgeSims } from './things/sims.ts';

/** Their periods and lines are locked together. */
const chunkRows = 500;

/** What a row shows of an item; the rest is kept as it was told. */
export const columns = ['kind', 'sid', 'name', 'status'];

/**
 * An account that was read from another vendor, thing by thing: profiles, then fleets, then SIMs. Checking says what would become of
 * each; the run looks again, and does it. What is here already stays as it is, so that it may be run any number of times.
 */
export const accountTakeover: operations.Kind = {
  name: 'account_takeover',
  permission: 'inventory.sim.add',
  subject: 'sim',
  effects,
  chunkRows,

  async check(ctx, operation) {
    const takeover = await takeoverOf(ctx, operation);
    const { after = '0' } = operation.place as { after?: string };
    const items = await listItems(ctx, takeover.id, { after: BigInt(after), limit: chunkRows });
    const judged = await judgeAll(ctx, takeover, items, 'plan');
    return {
      rows: items.map((item, i) => {
        const { status = '' } = item.told as Partial<SimItem['told']>;
        const input = [item.kind, item.sid, item.told.name ?? '', status];
        return { ...verdictOf(item, judged[i]!), line: Number(item.line), input, keys: [] };
      }),
      place: { after: (items.at(-1)?.line ?? BigInt(after)).toString() },
      readBytes: 0,
      found: {},
      ended: items.length < chunkRows,
      refusal: null,
    };
  },

  async run(ctx, operation, rows) {
    const takeover = await takeoverOf(ctx, operation);
    const items = await itemsOf(ctx, takeover, rows);
    // One kind after the other: a fleet stands on a profile of the same chunk, a SIM on a fleet.
    const verdicts = new Map<bigint, operations.Verdict>();
    for (const kind of ['profile', 'fleet', 'sim'] as const) {
      const of = items.filter((item) => item.kind === kind);
      const judged = await act(ctx, takeover, of, await judgeAll(ctx, takeover, of, 'act'));
      for (const [i, item] of of.entries()) verdicts.set(item.line, verdictOf(item, judged[i]!));
    }
    return rows.map((row) => {
      const verdict = verdicts.get(row.line);
      assert(verdict, 'every row of a takeover has its item');
      return verdict;
    });
  },
};

/** An older plan is not gone on with: what it looked at was told anew. */
async function takeoverOf(ctx: Ctx, operation: operations.Operation): Promise<Takeover> {
  const takeover = await findTakeoverBy(ctx, operation.id);
  if (takeover) return takeover;
  throw refuse.conflict('takeover.replaced', 'The account was read again since: this plan is no longer true.');
}

async function itemsOf(ctx: Ctx, takeover: Takeover, rows: operations.OperationRow[]): Promise<Item[]> {
  const byKind = Map.groupBy(rows, (row) => row.input[0] as ItemKind);
  const found: Item[] = [];
  for (const [kind, of] of byKind) {
    const items = await findItems<Item>(
      ctx,
      takeover.id,
      kind,
      of.map((row) => row.input[1]!),
    );
    found.push(...items.values());
  }
  return found;
}

/** Judges items, keeps what was found of them, and answers in their order. */
async function judgeAll(ctx: Ctx, takeover: Takeover, items: Item[], phase: Phase): Promise<Judgement[]> {
  const judged = new Map<Item, Judgement>();
  const of = <T extends Item>(kind: T['kind']) => items.filter((item): item is T => item.kind === kind);
  const keep = async (list: Item[], judgements: Judgement[]) => {
    for (const [i, item] of list.entries()) judged.set(item, judgements[i]!);
    await settle(ctx, takeover, list, judgements, phase);
  };
  const profiles = of<ProfileItem>('profile');
  if (profiles.length > 0) await keep(profiles, await judgeProfiles(ctx, takeover, profiles));
  const fleets = of<FleetItem>('fleet');
  if (fleets.length > 0) await keep(fleets, await judgeFleets(ctx, takeover, fleets, phase));
  const sims = of<SimItem>('sim');
  if (sims.length > 0) await keep(sims, await judgeSims(ctx, takeover, sims, phase));
  return items.map((item) => judged.get(item)!);
}

async function settle(ctx: Ctx, { id }: Takeover, items: Item[], judged: Judgement[], phase: Phase): Promise<void> {
  const settled = items.map(({ kind, line }, i) => {
    const { no, effect, targetId } = judged[i]!;
    // What others stand on is known from now on; a SIM is looked up anew until it came.
    const here = effect === 'same' && (phase === 'act' || kind !== 'sim') ? targetId : null;
    return { line, refused: no?.code ?? null, targetId: here };
  });
  if (settled.length > 0) await settleItems(ctx, id, settled);
}

async function act(ctx: Ctx, takeover: Takeover, items: Item[], judged: Judgement[]): Promise<Judgement[]> {
  const done = [...judged];
  const bringing: { item: SimItem; judgement: Judgement; at: number }[] = [];
  for (const [i, item] of items.entries()) {
    const judgement = judged[i]!;
    if (judgement.no || judgement.effect === 'same') continue;
    if (item.kind === 'profile') done[i] = { ...judgement, targetId: await makeProfile(ctx, takeover, item) };
    else if (item.kind === 'fleet') done[i] = { ...judgement, targetId: await makeFleet(ctx, takeover, item) };
    else bringing.push({ item, judgement, at: i });
  }
  const ids = await bringSims(ctx, takeover, bringing);
  for (const [n, { judgement, at }] of bringing.entries()) {
    const targetId = ids[n] ?? null;
    done[at] = targetId ? { ...judgement, targetId } : refused('iccid.taken', 'It came into stock meanwhile.', 'iccid');
  }
  await settleItems(
    ctx,
    takeover.id,
    items.map(({ line }, i) => ({ line, refused: done[i]!.no?.code ?? null, targetId: done[i]!.targetId })),
  );
  return done;
}

function verdictOf(item: Item, { effect, warning, targetId, no }: Judgement): operations.Verdict {
  return {
    label: labelOf(item),
    warning,
    effect: no ? null : effect,
    subjectId: item.kind === 'sim' ? targetId : null,
    failure: no && { code: no.code, field: no.field, reason: no.reason },
  };
}
