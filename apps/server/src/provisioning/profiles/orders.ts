import * as inventory from '../../inventory/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { profileEvent } from '../events.ts';
import { type Hands, type Place, placesOf } from '../places.ts';
import { afterOrder, type EsimProfile, failed, type OrderAnswer } from './model.ts';
import * as store from './sql.ts';

const atOnce = 50;
/** Longer than an order takes: what a dead process had taken falls due again then. */
const leaseMs = 60_000;

/**
 * One round for an organization: orders the profiles that are due at their telecoms, and puts what is available into its account.
 * They are taken and that commits before a telecom is asked. Returns how many it worked on.
 */
export async function orderProfiles(runtime: Runtime, organization: Organization, hands: Hands): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('esim profiles'));
  const due = await atomically(fresh(), (ctx) =>
    store.claimProfiles(ctx, atOnce, new Date(ctx.now.getTime() + leaseMs)),
  );
  if (due.length === 0) return 0;
  const lineIds = due.map(({ lineId }) => lineId);
  const places = await reading(fresh(), (ctx) => placesOf(ctx, lineIds));
  const codes = await reading(fresh(), (ctx) => inventory.activationCodesOf(ctx, lineIds));
  const answers = await Promise.all(
    due.map(async (profile) => ({
      profile,
      answer: await ask(profile, places.get(profile.lineId), codes.get(profile.lineId), hands),
    })),
  );
  await atomically(fresh(), (ctx) => settle(ctx, answers));
  return due.length;
}

async function ask(
  profile: EsimProfile,
  place: Place | undefined,
  code: string | undefined,
  hands: Hands,
): Promise<OrderAnswer> {
  if (code !== undefined) return { kind: 'coded', code };
  const connector = place && hands.connectorFor(place.telecom);
  if (!connector?.orderProfile) return { kind: 'later', text: 'There is no connection to the SM-DP+ of this eSIM.' };
  const { iccid, eid, withCode } = profile;
  return connector.orderProfile({ iccid, eid, withCode }, publicId('esim_profile', profile.id));
}

async function settle(ctx: Ctx, answers: { profile: EsimProfile; answer: OrderAnswer }[]): Promise<void> {
  // Lines before what is written of them: the one lock order.
  const sims = await inventory.lockSims(
    ctx,
    answers.map(({ profile }) => profile.lineId),
  );
  const simOf = new Map(sims.map((sim) => [sim.id, sim]));
  const settled = answers.map(({ profile, answer }) => {
    const after = afterOrder(profile, answer, ctx.now);
    const sim = simOf.get(profile.lineId);
    const isTaken = !sim || sim.registeredAt !== null || sim.lifecycle !== 'blank';
    // Staff hold the stock, and may have given this one away by hand meanwhile.
    const taken = after.status === 'available' && isTaken;
    return {
      profile,
      after: taken ? failed('esim.taken', 'This eSIM was taken from stock by hand meanwhile.') : after,
    };
  });
  const written = await store.settleOrders(
    ctx,
    settled.map(({ profile, after }) => ({ ...after, id: profile.id, attempts: profile.attempts })),
  );
  const news = settled.filter(({ profile, after }) => written.has(profile.id) && after.status !== 'reserving');
  const available = news.filter(({ after }) => after.status === 'available').map(({ profile }) => profile);
  for (const [companyId, profiles] of Map.groupBy(available, (profile) => profile.companyId)) {
    await inventory.register(
      ctx,
      profiles.map(({ lineId }) => lineId),
      companyId,
    );
  }
  await inventory.noteEids(ctx, available);
  await emit(
    ctx,
    news.map(({ profile, after }) => {
      const isAvailable = after.status === 'available';
      const told = { ...profile, ...after, availableAt: isAvailable ? ctx.now : null };
      return profileEvent(isAvailable ? 'esim_profile.available' : 'esim_profile.failed', told);
    }),
  );
}
