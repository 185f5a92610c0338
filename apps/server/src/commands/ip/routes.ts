import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { type IpCommand, ipErrors, longestPayload, writtenPayload } from './model.ts';
import { getIp, listIp, sendIp } from './service.ts';

const payloadType = z.enum(['text', 'binary']);
const direction = z.enum(['to_sim', 'from_sim']);
const status = z.enum(['queued', 'sent', 'received', 'failed']).meta({
  description:
    'queued: not sent yet · sent: it left this machine · received: it came from the device · failed: see `failure`.',
});
const method = z.enum(['GET', 'POST']);
const address = z
  .url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
  .max(2048)
  .meta({ description: 'Called with every change of its status, signed as in the Super SIM API.' });
const errorCode = z
  .int()
  .min(ipErrors.other)
  .max(ipErrors.callbackUnanswered)
  .meta({
    description: `${ipErrors.notAttached}: the device was not attached. ${ipErrors.callbackUnanswered}: a callback was not answered by 2xx, whatever the status is. ${ipErrors.other}: anything else.`,
  });

const ShownIpCommand = reply('IpCommand', {
  id: idOf('ip_command'),
  sim: z.object({ id: idOf('sim'), iccid: z.string(), uniqueName: z.string().nullable() }),
  company: idOf('company').nullable(),
  direction,
  payload: z.string().meta({ description: 'Text, or base64 of bytes.' }),
  payloadType,
  deviceAddress: z.string().nullable().meta({ description: 'Where it went, or came from; null until it was sent.' }),
  devicePort: z.int().min(0).max(65_535),
  status,
  errorCode: errorCode.nullable(),
  failure: z.string().nullable().meta({ description: 'What went wrong, in words.' }),
  callback: z.object({ method, url: z.string() }).nullable(),
  attempts: z.int().min(0).max(1000).meta({ description: 'How often this machine tried to send it.' }),
  createdAt: Timestamp,
  updatedAt: Timestamp.meta({ description: 'When its status changed last.' }),
});
type ShownIpCommand = z.output<typeof ShownIpCommand>;

/** Base64 writes three bytes as four characters. */
const longestWritten = Math.ceil(longestPayload / 3) * 4;
const SendIpCommand = request('SendIpCommand', {
  sim: idOf('sim'),
  payload: z
    .string()
    .min(1)
    .max(longestWritten)
    .meta({ description: `Text or base64, of 1 to ${longestPayload} bytes.`, example: 'checkin' }),
  payloadType: payloadType.default('text'),
  devicePort: z.int().min(1).max(65_535).meta({ description: 'UDP port of the device.' }),
  callbackUrl: address.optional(),
  callbackMethod: method.optional().meta({ description: 'POST unless told otherwise.' }),
});

const cursor = idCursor('ip_commands');

/** Data to SIMs and from them: send, list, read. */
export function ipCommandRoutes(http: Http): void {
  const common = { tags: ['Messages'], scope: 'company' as const };
  const url = '/api/v1/ip-commands';
  route(http, {
    ...common,
    method: 'GET',
    url,
    name: 'listIpCommands',
    summary: 'List data to SIMs and from them, newest first',
    permission: 'commands.ip.view',
    query: pageQuery({
      sim: idOf('sim').optional(),
      company: idOf('company').optional(),
      status: status.optional(),
      direction: direction.optional(),
    }),
    reply: { 200: pageOf(ShownIpCommand, 'IpCommandPage') },
    handler: async (ctx, { query: { limit, cursor: from, sim, company, ...filter } }) => {
      const after = cursor.read(from) ?? undefined;
      const found = await listIp(ctx, { ...filter, lineId: sim, companyId: company }, { limit: limit + 1, after });
      const page = pageFrom(found, limit, (last) => cursor.write(last.id));
      return { ...page, items: await show(ctx, page.items) };
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url,
    name: 'sendIpCommand',
    summary: 'Send data to a SIM that is ready or active: one UDP datagram to the address of its open session',
    permission: 'commands.ip.send',
    body: SendIpCommand,
    reply: { 201: ShownIpCommand },
    handler: async (ctx, { body: { sim, callbackUrl, callbackMethod = 'POST', ...body } }) => {
      const callback = callbackUrl ? { method: callbackMethod, url: callbackUrl } : null;
      return showOne(ctx, await sendIp(ctx, { ...body, lineId: sim, callback }));
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getIpCommand',
    summary: 'Read one IP command, with what became of it',
    permission: 'commands.ip.view',
    params: idParams('ip_command'),
    reply: { 200: ShownIpCommand },
    handler: async (ctx, { params }) => showOne(ctx, await getIp(ctx, params.id)),
  });
}

async function showOne(ctx: Ctx, ip: IpCommand): Promise<ShownIpCommand> {
  const [shown] = await show(ctx, [ip]);
  return shown!;
}

async function show(ctx: Ctx, found: IpCommand[]): Promise<ShownIpCommand[]> {
  const ids = [...new Set(found.map((ip) => ip.lineId))];
  const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
  const byId = new Map(sims.map((sim) => [sim.id, sim]));
  return found.map(({ lineId, companyId, ...ip }) => {
    // Of one that has gone to another account since nothing more is shown.
    const { iccid = '', uniqueName = null } = byId.get(lineId) ?? {};
    return { ...ip, sim: { id: lineId, iccid, uniqueName }, company: companyId, payload: writtenPayload(ip) };
  });
}
