import { z } from 'zod';
import * as commands from '../../commands/index.ts';
import { type Call, findSim, type Routes } from '../call.ts';
import { ApiError, codes, notFound } from '../errors.ts';
import { answerList } from '../lists.ts';
import { httpMethod, oneOf, optional, parse, text, url } from '../params.ts';
import { smsCommandShape } from '../shapes.ts';
import { parseSid } from '../sids.ts';

const Create = z.object({
  Sim: text.min(1, 'a SID or unique name'),
  Payload: z.string('a text').min(1, 'a text').max(160, 'at most 160 characters'),
  CallbackUrl: url.optional(),
  CallbackMethod: optional(httpMethod),
});

const listFilters = ['Sim', 'Status', 'Direction'] as const;
const ListFilter = z.object({
  Sim: text.optional(),
  Status: optional(oneOf(['queued', 'sent', 'delivered', 'received', 'failed'])),
  Direction: optional(oneOf(['to_sim', 'from_sim'])),
});

export function smsCommandRoutes(routes: Routes): void {
  routes.post('/SmsCommands', 'commands.sms.send', async (call) => {
    const { Sim, Payload, CallbackUrl, CallbackMethod } = parse(Create, call.form);
    const sim = await findSim(call.ctx, call.companyId, Sim);
    if (!sim) throw new ApiError(404, codes.simNotFound, `Super SIM ${Sim} was not found`, 'Sim');
    const callback = CallbackUrl ? { url: CallbackUrl, method: CallbackMethod ?? ('POST' as const) } : null;
    const sent = await commands.sendSms(call.ctx, { lineId: sim.id, payload: Payload, callback });
    return { status: 201, body: smsCommandShape(sent, call) };
  });

  routes.get('/SmsCommands', 'commands.sms.view', async (call) => {
    const { Sim, Status, Direction } = parse(ListFilter, call.query);
    const sim = Sim ? await findSim(call.ctx, call.companyId, Sim) : undefined;
    const filter = {
      companyId: call.companyId,
      lineIds: sim ? [sim.id] : undefined,
      status: Status,
      direction: Direction,
    };
    return answerList<commands.SmsCommand>(call, {
      key: 'sms_commands',
      at: '/SmsCommands',
      filters: listFilters,
      keyOf: (command) => command.id,
      // A SIM that the account does not have has no commands in it.
      read: async (page) => (sim === null ? [] : commands.listSms(call.ctx, filter, page)),
      shape: (found) => found.map((command) => smsCommandShape(command, call)),
    });
  });

  routes.get('/SmsCommands/:sid', 'commands.sms.view', async (call) => ({
    status: 200,
    body: smsCommandShape(await getCommand(call), call),
  }));
}

async function getCommand(call: Call): Promise<commands.SmsCommand> {
  const id = parseSid('sms_command', call.params.sid!);
  const filter = { companyId: call.companyId, ids: id ? [id] : [] };
  const [found] = id ? await commands.listSms(call.ctx, filter, { limit: 1 }) : [];
  if (!found) throw notFound(call.path);
  return found;
}
