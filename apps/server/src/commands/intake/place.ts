import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { afterReport, isSendable, type SmsCommand } from '../model.ts';
import { receiveTexts } from '../service.ts';
import { settle } from '../settle.ts';
import * as store from '../sql.ts';
import { type Incoming, type SimName, sourceKey, type TextName, type UnplacedReason } from './model.ts';

/** What became of a message: the text that it is, or tells of; or why there is none. `news`: it changed something. */
export type Placed = { id: Id; news: boolean } | { reason: UnplacedReason };

type Text = Extract<Incoming, { kind: 'text' }>;
type Reported = Extract<Incoming, { kind: 'report' }>;

/**
 * Places messages of one telecom, by their keys, which are all different: texts go to the SIMs that sent them, reports to the
 * texts that they tell of. In the caller's database transaction.
 */
export async function place(ctx: Ctx, telecomId: Id, incoming: Incoming[]): Promise<Map<string, Placed>> {
  const texts = incoming.filter((one) => one.kind === 'text');
  const reports = incoming.filter((one) => one.kind === 'report');
  const lines = await linesNamed(ctx, telecomId, texts);
  const told = await textsNamed(ctx, telecomId, reports);
  // All lines at once, before anything is written of one of them: the one lock order.
  await inventory.lockSims(ctx, [...new Set([...lines.values(), ...[...told.values()].map((sms) => sms.lineId)])]);
  return new Map([...(await placeTexts(ctx, telecomId, texts, lines)), ...(await placeReports(ctx, reports, told))]);
}

async function placeTexts(ctx: Ctx, telecomId: Id, texts: Text[], lines: Map<string, Id>): Promise<[string, Placed][]> {
  const fitting = texts.flatMap(({ key, sim, payload, at }) => {
    const lineId = lines.get(nameOf(sim));
    return lineId && isSendable(payload) ? { lineId, payload, at: at ?? ctx.now, key: sourceKey(telecomId, key) } : [];
  });
  const fresh = await receiveTexts(ctx, fitting);
  const known = await store.findReceived(
    ctx,
    fitting.map(({ key }) => key),
  );
  const ids = new Map(known.map(({ key, id }) => [key, id]));
  return texts.map(({ key, sim }) => {
    const id = ids.get(sourceKey(telecomId, key));
    if (id) return [key, { id, news: fresh.has(sourceKey(telecomId, key)) }];
    return [key, { reason: lines.has(nameOf(sim)) ? 'not_one_message' : 'unknown_sim' }];
  });
}

async function placeReports(ctx: Ctx, reports: Reported[], told: Map<string, SmsCommand>): Promise<[string, Placed][]> {
  // Read again under its lock: it may be asked about at this moment.
  const ids = [...new Set([...told.values()].map((sms) => sms.id))];
  const now = new Map((await store.lockSms(ctx, ids)).map((sms) => [sms.id, sms]));
  const settled = new Map<Id, Parameters<typeof settle>[1][number]>();
  const placed = reports.map(({ key, of, report }): [string, Placed] => {
    const found = told.get(textName(of));
    if (!found) return [key, { reason: 'unknown_text' }];
    const sms = now.get(found.id);
    assert(sms, 'a text is never taken away');
    // Of several reports of one text the first that ends it stands.
    const after = settled.has(sms.id) ? null : afterReport(sms, report);
    if (after) settled.set(sms.id, { sms, after });
    return [key, { id: sms.id, news: after !== null }];
  });
  await settle(ctx, [...settled.values()]);
  return placed;
}

const nameOf = ({ by, name }: SimName) => `${by} ${name}`;
const textName = (of: TextName) => ('id' in of ? of.id : `reference ${of.reference}`);

/** The lines of this telecom that texts name. */
async function linesNamed(ctx: Ctx, telecomId: Id, texts: Text[]): Promise<Map<string, Id>> {
  const named = (by: SimName['by']) => [...new Set(texts.flatMap(({ sim }) => (sim.by === by ? sim.name : [])))];
  const [ids, iccids] = [named('sim'), named('iccid')];
  const sims = await inventory.findByName(ctx, [...ids.map((id) => publicId('sim', id)), ...iccids]);
  const lines = new Map<string, Id>();
  for (const [i, name] of [...ids.map((id) => `sim ${id}`), ...iccids.map((iccid) => `iccid ${iccid}`)].entries()) {
    const sim = sims[i];
    if (sim?.telecomId === telecomId) lines.set(name, sim.id);
  }
  for (const by of ['imsi', 'msisdn'] as const) {
    const found = await inventory.findByNumber(ctx, telecomId, by, named(by));
    for (const [number, id] of found) lines.set(`${by} ${number}`, id);
  }
  return lines;
}

/** The texts to SIMs of this telecom that reports tell of. */
async function textsNamed(ctx: Ctx, telecomId: Id, reports: Reported[]): Promise<Map<string, SmsCommand>> {
  const ids = [...new Set(reports.flatMap(({ of }) => ('id' in of ? of.id : [])))];
  const references = [...new Set(reports.flatMap(({ of }) => ('reference' in of ? of.reference : [])))];
  const byId = ids.length === 0 ? [] : await store.listSms(ctx, { ids, direction: 'to_sim' }, { limit: ids.length });
  const byReference = references.length === 0 ? [] : await store.findByReference(ctx, references);
  const lineIds = [...new Set([...byId, ...byReference].map((sms) => sms.lineId))];
  const sims = await inventory.listSims(ctx, { ids: lineIds, telecomId }, { limit: lineIds.length });
  const here = new Set(sims.map((sim) => sim.id));
  const isHere = (sms: SmsCommand) => here.has(sms.lineId);
  return new Map([
    ...byId.filter(isHere).map((sms): [string, SmsCommand] => [textName({ id: sms.id }), sms]),
    ...byReference
      .filter(isHere)
      .map((sms): [string, SmsCommand] => [textName({ reference: sms.carrierReference! }), sms]),
  ]);
}
