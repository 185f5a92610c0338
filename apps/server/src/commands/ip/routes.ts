import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { type IpCommand, ipErrors, writtenPayload } from './model.ts';
import { getIp, listIp, sendIp } from './service.ts';

const payloadType = z.enum(['text', 'binary']);
const direction = z.enum(['to_sim', 'from_sim']);
const status = z.enum(['queued', 'sent', 'received', 'failed']);
const port = z.int().min(0).max(65_535);

const ShownIpCommand = reply('IpCommand', {
  id: idOf('ip_command'),
  sim: idOf('sim'),
  company: idOf('company').nullable(),
  direction,
  payload: z.string().meta({ description: 'Text, or base64 of bytes.' }),
  payloadType,
  deviceAddress: z.string().nullable().meta({ description: 'Where it went, or came from; null until it was sent.' }),
  devicePort: port,
  status,
  errorCode: z
    .int()
    .min(ipErrors.other)
    .max(ipErrors.callbackUnanswered)
    .nullable()
    .meta({
      description: `${ipErrors.notAttached}: the device was not attached. ${ipErrors.callbackUnanswered}: a callback was not answered by 2xx, whatever the status is. ${ipErrors.other}: anything else.`,
    }),
  failure: z.string().nullable().meta({ description: 'The same in words.' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
const SendIpCommand = request('SendIpCommand', {
  sim: idOf('sim'),
  payload: z.string().min(1).max(1_736).meta({ description: 'Text or base64, of at most 1300 bytes.' }),
  payloadType: payloadType.default('text'),
  devicePort: z.int().min(1).max(65_535),
});

const cursor = idCursor('ip_commands');

/** Data to SIMs and from them, over `/api/v1/ip-commands`. */
export function ipCommandRoutes(http: Http): void {
  const common = { tags: ['Commands'], scope: 'company' as const };
  const url = '/api/v1/ip-commands';
  route(http, {
    ...common,
    method: 'POST',
    url,
    name: 'sendIpCommand',
    summary: 'Send data to a SIM: one UDP datagram to the address of its open session',
    permission: 'commands.ip.send',
    body: SendIpCommand,
    reply: { 201: ShownIpCommand },
    handler: async (ctx, { body: { sim, ...body } }) =>
      shown(await sendIp(ctx, { ...body, lineId: sim, callback: null })),
  });
  route(http, {
    ...common,
    method: 'GET',
    url,
    name: 'listIpCommands',
    summary: 'List data to and from SIMs, newest first',
    permission: 'commands.ip.view',
    query: pageQuery({ sim: idOf('sim').optional(), status: status.optional(), direction: direction.optional() }),
    reply: { 200: pageOf(ShownIpCommand, 'IpCommandPage') },
    handler: async (ctx, { query: { limit, cursor: from, sim, ...filter } }) => {
      const after = cursor.read(from) ?? undefined;
      const found = await listIp(ctx, { ...filter, lineId: sim }, { limit: limit + 1, after });
      return pageFrom(found.map(shown), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getIpCommand',
    summary: 'Read one IP command',
    permission: 'commands.ip.view',
    params: idParams('ip_command'),
    reply: { 200: ShownIpCommand },
    handler: async (ctx, { params }) => shown(await getIp(ctx, params.id)),
  });
}

function shown({ lineId, companyId, ...command }: IpCommand) {
  return { ...command, sim: lineId, company: companyId, payload: writtenPayload(command) };
}
