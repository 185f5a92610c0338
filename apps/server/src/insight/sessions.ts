import type { z } from 'zod';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Session } from '../usage/index.ts';
import type { SessionReply } from './schemas.ts';
import { terminateText } from './words.ts';

/** A session with the name of the network that carries it. */
export function showSession(session: Session): z.output<typeof SessionReply> {
  const network = session.plmn ? catalog.networkOf(session.plmn) : null;
  return {
    ...session,
    networkName: network?.name ?? null,
    country: network?.country ?? null,
    bytesUp: session.upBytes,
    bytesDown: session.downBytes,
    terminateText: terminateText(session.terminateCause),
  };
}

/** Sessions of many SIMs, each beside its SIM; one of an IMSI that nobody knows has none. */
export async function showSessions(ctx: Ctx, sessions: Session[]) {
  return reading(ctx, async (ctx) => {
    const ids = [...new Set(sessions.flatMap((session) => session.lineId ?? []))];
    const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
    const iccids = new Map(sims.map((sim) => [sim.id, sim.iccid]));
    return sessions.map((session) => ({
      ...showSession(session),
      imsi: session.imsi,
      sim: session.lineId ? { id: session.lineId, iccid: iccids.get(session.lineId) ?? '' } : null,
    }));
  });
}
