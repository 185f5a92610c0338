import type * as carriers from '../../carriers/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { settingsEvent } from '../events.ts';
import { type Hands, type Place, placesOf } from '../places.ts';
import { afterAsking, type SettingsUpdate } from './model.ts';
import * as store from './sql.ts';

const atOnce = 50;
/** Longer than the longest request: what a dead process had taken falls due again then. */
const leaseMs = 60_000;

/**
 * One round for an organization: orders the settings updates that are due at their telecoms, or asks what became of them. They are
 * taken and that commits before a telecom is asked. Returns how many it worked on.
 */
export async function updateSettings(runtime: Runtime, organization: Organization, hands: Hands): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('settings updates'));
  const due = await atomically(fresh(), (ctx) =>
    store.claimUpdates(ctx, atOnce, new Date(ctx.now.getTime() + leaseMs)),
  );
  if (due.length === 0) return 0;
  const places = await reading(fresh(), (ctx) =>
    placesOf(
      ctx,
      due.map(({ lineId }) => lineId),
    ),
  );
  const answers = await Promise.all(
    due.map(async (update) => ({ update, answer: await ask(update, places.get(update.lineId), hands) })),
  );
  await atomically(fresh(), (ctx) => settle(ctx, answers));
  return due.length;
}

async function ask(update: SettingsUpdate, place: Place | undefined, hands: Hands): Promise<carriers.SettingsAnswer> {
  const connector = place && hands.connectorFor(place.telecom);
  if (!connector?.updateSettings) return { kind: 'later', text: 'There is no connection to the telecom of this SIM.' };
  if (update.carrierReference !== null) return connector.settingsStatus!(update.carrierReference);
  const { packageName: name, packageVersion: version } = update;
  const { iccid, imsi } = place!.sim;
  return connector.updateSettings({ iccid, imsi }, { name, version }, publicId('settings_update', update.id));
}

async function settle(ctx: Ctx, answers: { update: SettingsUpdate; answer: carriers.SettingsAnswer }[]): Promise<void> {
  const settled = answers.map(({ update, answer }) => ({ update, after: afterAsking(update, answer, ctx.now) }));
  const written = await store.settleUpdates(
    ctx,
    settled.map(({ update, after }) => ({ ...after, id: update.id, attempts: update.attempts })),
  );
  const ended = settled.filter(({ update, after }) => written.has(update.id) && after.nextAttemptAt === null);
  await emit(
    ctx,
    ended.map(({ update, after }) =>
      settingsEvent(after.status === 'successful' ? 'settings_update.successful' : 'settings_update.failed', {
        ...update,
        failure: after.failure,
      }),
    ),
  );
}
