import { canonicalIccid, iccidForms } from '@simwright/measure';
import { z } from 'zod';
import * as commands from '../../commands/index.ts';
import * as inventory from '../../inventory/index.ts';
import { type Call, findSim, type Routes } from '../call.ts';
import { ApiError, codes, notFound } from '../errors.ts';
import { answerList } from '../lists.ts';
import { httpMethod, integer, oneOf, optional, parse, text, url } from '../params.ts';
import { ipCommandShape } from '../shapes.ts';
import { parseSid } from '../sids.ts';

const Create = z.object({
  Sim: text.min(1, 'a SID or unique name'),
  Payload: z.string('a text or base64').min(1, 'a text or base64'),
  DevicePort: integer(1n, 65_535n).transform(Number),
  PayloadType: optional(oneOf(['text', 'binary'])),
  CallbackUrl: url.optional(),
  CallbackMethod: optional(httpMethod),
});

const listFilters = ['Sim', 'SimIccid', 'Status', 'Direction'] as const;
const ListFilter = z.object({
  Sim: text.optional(),
  SimIccid: text.optional(),
  Status: optional(oneOf(['queued', 'sent', 'received', 'failed'])),
  Direction: optional(oneOf(['to_sim', 'from_sim'])),
});

export function ipCommandRoutes(routes: Routes): void {
  routes.post('/IpCommands', 'commands.ip.send', async (call) => {
    const asked = parse(Create, call.form);
    const sim = await findSim(call.ctx, call.companyId, asked.Sim);
    if (!sim) throw new ApiError(404, codes.simNotFound, `Super SIM ${asked.Sim} was not found`, 'Sim');
    const { CallbackUrl, CallbackMethod } = asked;
    const sent = await commands.sendIp(call.ctx, {
      lineId: sim.id,
      payload: asked.Payload,
      payloadType: asked.PayloadType ?? 'text',
      devicePort: asked.DevicePort,
      callback: CallbackUrl ? { url: CallbackUrl, method: CallbackMethod ?? 'POST' } : null,
    });
    return { status: 201, body: ipCommandShape(sent, sim.iccid, call) };
  });

  routes.get('/IpCommands', 'commands.ip.view', async (call) => {
    const filter = await readFilter(call);
    return answerList<commands.IpCommand>(call, {
      key: 'ip_commands',
      at: '/IpCommands',
      filters: listFilters,
      keyOf: (command) => command.id,
      read: async (page) => (filter ? commands.listIp(call.ctx, filter, page) : []),
      shape: (found) => shapesOf(call, found),
    });
  });

  routes.get('/IpCommands/:sid', 'commands.ip.view', async (call) => {
    const id = parseSid('ip_command', call.params.sid!);
    const filter = { companyId: call.companyId, ids: id ? [id] : [] };
    const [body] = await shapesOf(call, id ? await commands.listIp(call.ctx, filter, { limit: 1 }) : []);
    if (!body) throw notFound(call.path);
    return { status: 200, body };
  });
}

/** The filter of the list; null when it names SIMs of which the account has none, or two that differ. */
async function readFilter(call: Call): Promise<Parameters<typeof commands.listIp>[1] | null> {
  const { Sim, SimIccid, Status, Direction } = parse(ListFilter, call.query);
  const named = [
    ...(Sim ? [await findSim(call.ctx, call.companyId, Sim)] : []),
    ...(SimIccid ? [await findByIccid(call, SimIccid)] : []),
  ];
  if (named.some((sim) => !sim || sim.id !== named[0]!.id)) return null;
  return { companyId: call.companyId, lineId: named[0]?.id, status: Status, direction: Direction };
}

async function findByIccid({ ctx, companyId }: Call, text: string): Promise<inventory.Sim | null> {
  const iccid = canonicalIccid(text);
  if (!iccid) return null;
  const filter = { companyId, registered: true, iccids: iccidForms(iccid) };
  return (await inventory.listSims(ctx, filter, { limit: 1 }))[0] ?? null;
}

async function shapesOf(call: Call, found: commands.IpCommand[]) {
  const ids = [...new Set(found.map((command) => command.lineId))];
  const sims = ids.length === 0 ? [] : await inventory.listSims(call.ctx, { ids }, { limit: ids.length });
  const iccids = new Map(sims.map((sim) => [sim.id, sim.iccid]));
  return found.map((command) => ipCommandShape(command, iccids.get(command.lineId) ?? null, call));
}
