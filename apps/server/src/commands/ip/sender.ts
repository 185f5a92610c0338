import * as carriers from '../../carriers/index.ts';
import * as inventory from '../../inventory/index.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import * as usage from '../../usage/index.ts';
import { ipEvent } from './events.ts';
import { afterSending, decideAddress, type IpCommand, ipErrors, type Reachable, type Sent } from './model.ts';
import type { Reach } from './reach.ts';
import { inUse } from './service.ts';
import * as store from './sql.ts';

/** What the sender is handed, because it belongs to the machine. */
export type IpHands = {
  reach: Reach;
  /** Sends one datagram; rejects when the machine cannot. */
  send(payload: Buffer, port: number, address: string): Promise<void>;
};

/**
 * One round for an organization: sends what is due, one datagram each. Commands are taken and that commits before anything is sent: a
 * sender that dies in between sends them again. Returns how many it worked on.
 */
export async function carryIp(runtime: Runtime, organization: Organization, hands: IpHands): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('ip commands'));
  const due = await atomically(fresh(), store.claimIp);
  if (due.length === 0) return 0;
  const known = await reading(fresh(), (ctx) => reachableOf(ctx, [...new Set(due.map((ip) => ip.lineId))]));
  const tried = await Promise.all(
    due.map(async (ip) => ({ ip, sent: await trySending(ip, known.get(ip.lineId), hands) })),
  );
  await atomically(fresh(), (ctx) => settle(ctx, tried));
  return due.length;
}

async function reachableOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, Reachable>> {
  const sims = await inventory.listSims(ctx, { ids: lineIds }, { limit: lineIds.length });
  const telecoms = await carriers.telecomsOf(ctx, [...new Set(sims.map((sim) => sim.telecomId))]);
  const open = (await usage.openSessionsOf(ctx, lineIds))
    .flatMap(({ lineId, telecomId, startedAt, framedIp }) => {
      const found = usage.addressOf({ framedIp });
      return found?.version === 4 ? [{ lineId, telecomId, startedAt, address: found.address }] : [];
    })
    .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  const holders = await usage.holdersOf(ctx, open);
  return new Map(
    sims.map((sim) => {
      const { deviceRanges } = telecoms.get(sim.telecomId)!;
      const addresses = open.flatMap(({ lineId, telecomId, address }, i) => {
        const holder = holders[i]!;
        const isHeld = holder.kind === 'line' && holder.lineId === sim.id;
        const ofIt = lineId === sim.id && telecomId === sim.telecomId;
        return ofIt ? [{ address, isHeld, inRange: carriers.contains(deviceRanges, address) }] : [];
      });
      return [sim.id, { inUse: inUse(sim), deviceRanges, addresses }];
    }),
  );
}

async function trySending(ip: IpCommand, known: Reachable | undefined, { reach, send }: IpHands): Promise<Sent> {
  if (!known) return { kind: 'failed', code: ipErrors.other, text: 'The SIM is not there any more.' };
  const address = decideAddress(known);
  if (typeof address !== 'string') return address;
  const refused = reach.refuses(address, ip.devicePort);
  if (refused) return { kind: 'failed', code: ipErrors.other, text: refused };
  try {
    await send(ip.payload, ip.devicePort, address);
    return { kind: 'sent', address };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { kind: 'later', text: `This machine could not send to ${address}: ${code ?? message}.` };
  }
}

async function settle(ctx: Ctx, tried: { ip: IpCommand; sent: Sent }[]): Promise<void> {
  const settled = tried.map(({ ip, sent }) => ({ ...ip, ...afterSending(ip, sent, ctx.now) }));
  const written = await store.settleIp(ctx, settled);
  const ended = settled.filter(({ id, status }) => written.has(id) && status !== 'queued');
  await emit(
    ctx,
    ended.map((ip) => ipEvent(ip.status === 'sent' ? 'ip_command.sent' : 'ip_command.failed', ip)),
  );
}
