import * as carriers from '../carriers/index.ts';
import * as charging from '../charging/index.ts';
import * as inventory from '../inventory/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { placeReports } from './intake/index.ts';
import { afterAsking, type SmsCommand } from './model.ts';
import { settle } from './settle.ts';
import * as store from './sql.ts';

/** What the sender is handed, because it belongs to others. */
export type Hands = {
  /** Null when this process cannot reach the telecom's carrier. */
  connectorFor(telecom: carriers.Telecom): carriers.CarrierConnector | null;
  charger: charging.RecordIntake;
};

const chargedAtOnce = 500;
/** Usage of texts is told under this name; the command's id makes a repeat harmless. */
const source = 'sms-commands';

/**
 * One round for an organization: asks telecoms to carry what is due, or what became of it, and hands what was used to charging. Texts are
 * taken and that commits before a telecom is asked. Returns how many it worked on.
 */
export async function carrySms(runtime: Runtime, organization: Organization, hands: Hands): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('sms commands'));
  const due = await atomically(fresh(), store.claimSms);
  if (due.length > 0) {
    const places = await reading(fresh(), (ctx) => placesOf(ctx, due));
    const carried = await Promise.all(
      due.map(async (sms) => ({ sms, carried: await ask(sms, places.get(sms.lineId), hands) })),
    );
    await atomically(fresh(), async (ctx) => {
      const settled = carried.map(({ sms, carried }) => ({ sms, after: afterAsking(sms, carried, ctx.now) }));
      await settle(ctx, settled);
      await placeReports(
        ctx,
        settled.flatMap(({ sms, after }) => (sms.carrierReference === null && after.carrierReference) || []),
      );
    });
  }
  return due.length + (await chargeUsed(fresh, hands));
}

type Place = { sim: inventory.Sim; telecom: carriers.Telecom };

async function placesOf(ctx: Ctx, due: SmsCommand[]): Promise<Map<Id, Place>> {
  const ids = [...new Set(due.map((sms) => sms.lineId))];
  const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
  const telecoms = await carriers.telecomsOf(ctx, [...new Set(sims.map((sim) => sim.telecomId))]);
  return new Map(sims.map((sim) => [sim.id, { sim, telecom: telecoms.get(sim.telecomId)! }]));
}

async function ask(sms: SmsCommand, place: Place | undefined, hands: Hands): Promise<carriers.Carried> {
  if (!place) return { kind: 'failed', text: 'The SIM is not there any more.' };
  const { sim, telecom } = place;
  if (!carriers.capsOf[telecom.connector].text) {
    return telecom.messages === 'loopback'
      ? { kind: 'sent', reference: null }
      : { kind: 'failed', text: 'The telecom of this SIM has no message centre.' };
  }
  const connector = hands.connectorFor(telecom);
  if (!connector?.sendText || !connector.textStatus) {
    return { kind: 'later', text: 'The telecom of this SIM cannot be reached from here now.' };
  }
  const ref = { iccid: sim.iccid, imsi: sim.imsi };
  return sms.carrierReference === null
    ? connector.sendText(ref, sms.payload, publicId('sms_command', sms.id))
    : connector.textStatus(sms.carrierReference);
}

/** Texts that were used are usage: charged by the plan's rate for messages, each once. */
async function chargeUsed(fresh: () => Ctx, { charger }: Hands): Promise<number> {
  const ctx = fresh();
  const used = await reading(ctx, (ctx) => store.listUncharged(ctx, chargedAtOnce));
  if (used.length === 0) return 0;
  const results = await charging.takeInRecords(
    ctx,
    charger,
    source,
    used.map(({ id, lineId, countedAt }) => ({
      ...{ id: publicId('sms_command', id), sim: publicId('sim', lineId) },
      ...{ service: 'sms', messages: '1', occurredAt: countedAt.toISOString() },
    })),
  );
  // What is refused for good is kept among the refused records, where staff see it.
  const taken = used.filter((_, i) => {
    const result = results[i]!;
    return !('retry' in result) || !result.retry;
  });
  await atomically(fresh(), (ctx) =>
    store.markCharged(
      ctx,
      taken.map(({ id }) => id),
    ),
  );
  return taken.length;
}
