import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { type ExportColumn, exportedList } from '../../kit/export/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { type RouteSpec, route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { longestPayload, type SmsCommand } from '../model.ts';
import { getSms, listSms, sendSms } from '../service.ts';

const direction = z.enum(['to_sim', 'from_sim']);
const status = z.enum(['queued', 'sent', 'delivered', 'received', 'failed']).meta({
  description:
    'queued: not taken by the telecom yet · sent: taken · delivered: the device has it · received: it came from the device · failed: see `failure`.',
});
const method = z.enum(['GET', 'POST']);
const Payload = z
  .string()
  .min(1)
  .max(longestPayload)
  .meta({ description: `1 to ${longestPayload} characters of Latin-1: what one message holds.`, example: 'status' });
const address = z
  .url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
  .max(2048)
  .meta({ description: 'Called with every change of its status, signed as in the Super SIM API.' });

const ShownSms = reply('SmsCommand', {
  id: idOf('sms_command'),
  sim: z.object({ id: idOf('sim'), iccid: z.string(), uniqueName: z.string().nullable() }),
  company: idOf('company').nullable(),
  direction,
  payload: z.string(),
  status,
  failure: z.string().nullable().meta({ description: 'Why it failed, in words.' }),
  callback: z.object({ method, url: z.string() }).nullable(),
  attempts: z.int().min(0).max(1000).meta({ description: 'How often the telecom was asked about it.' }),
  nextAttemptAt: Timestamp.nullable().meta({ description: 'When the telecom is asked again; null: no more.' }),
  expiresAt: Timestamp.nullable().meta({ description: 'Until when it is tried.' }),
  createdAt: Timestamp,
  updatedAt: Timestamp.meta({ description: 'When its status changed last.' }),
});
type ShownSms = z.output<typeof ShownSms>;

const SendSms = request('SendSmsCommand', {
  sim: idOf('sim'),
  payload: Payload,
  callbackUrl: address.optional(),
  callbackMethod: method.optional().meta({ description: 'POST unless told otherwise.' }),
});

const columns: readonly ExportColumn<ShownSms>[] = [
  { id: 'iccid', label: 'ICCID', value: (row) => row.sim.iccid },
  { id: 'name', label: 'SIM name', value: (row) => row.sim.uniqueName },
  { id: 'direction', label: 'Direction', value: (row) => row.direction },
  { id: 'text', label: 'Text', value: (row) => row.payload },
  { id: 'status', label: 'Status', value: (row) => row.status },
  { id: 'failure', label: 'Why it failed', value: (row) => row.failure },
  { id: 'created', label: 'Made', value: (row) => row.createdAt },
  { id: 'updated', label: 'Changed', value: (row) => row.updatedAt },
];

const Page = pageQuery({
  sim: idOf('sim').optional(),
  company: idOf('company').optional(),
  status: status.optional(),
  direction: direction.optional(),
  search: text(100)
    .optional()
    .meta({ description: 'A part of the text; or six digits or more of an identifier of the SIM.' }),
});
const SmsPage = pageOf(ShownSms, 'SmsCommandPage');

/** Text to SIMs and from them: send, list, read. */
export function smsRoutes(http: Http): void {
  const common = { tags: ['Messages'], scope: 'company' as const };
  const url = '/api/v1/sms-commands';
  const cursor = idCursor('sms_commands');
  const find = async (ctx: Ctx, { limit, cursor: from, sim, company, ...filter }: z.output<typeof Page>) => {
    const asked = { ...filter, lineIds: sim ? [sim] : undefined, companyId: company };
    const found = await listSms(ctx, asked, { after: cursor.read(from) ?? undefined, limit: limit + 1 });
    return pageFrom(found, limit, (last) => cursor.write(last.id));
  };
  const list: RouteSpec<typeof Page, z.ZodUndefined, z.ZodUndefined, { 200: typeof SmsPage }> = {
    ...common,
    method: 'GET',
    url,
    name: 'listSmsCommands',
    summary: 'List text to SIMs and from them, newest first',
    permission: 'commands.sms.view',
    query: Page,
    reply: { 200: SmsPage },
    handler: async (ctx, { query }) => {
      const page = await find(ctx, query);
      return { ...page, items: await show(ctx, page.items) };
    },
  };
  exportedList(http, list, 'Messages', columns, { find, show });
  route(http, {
    ...common,
    method: 'POST',
    url,
    name: 'sendSmsCommand',
    summary: 'Send text to a SIM that is ready or active',
    permission: 'commands.sms.send',
    body: SendSms,
    reply: { 201: ShownSms },
    handler: async (ctx, { body: { sim, payload, callbackUrl, callbackMethod = 'POST' } }) => {
      const callback = callbackUrl ? { method: callbackMethod, url: callbackUrl } : null;
      return showOne(ctx, await sendSms(ctx, { lineId: sim, payload, callback }));
    },
  });
  route(http, {
    ...common,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getSmsCommand',
    summary: 'Read one text, with what became of it',
    permission: 'commands.sms.view',
    params: idParams('sms_command'),
    reply: { 200: ShownSms },
    handler: async (ctx, { params }) => showOne(ctx, await getSms(ctx, params.id)),
  });
}

async function showOne(ctx: Ctx, sms: SmsCommand): Promise<ShownSms> {
  const [shown] = await show(ctx, [sms]);
  return shown!;
}

async function show(ctx: Ctx, found: SmsCommand[]): Promise<ShownSms[]> {
  const ids = [...new Set(found.map((sms) => sms.lineId))];
  const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
  const byId = new Map(sims.map((sim) => [sim.id, sim]));
  return found.map(({ lineId, companyId, ...sms }) => {
    // Of one that has gone to another account since nothing more is shown.
    const { iccid = '', uniqueName = null } = byId.get(lineId) ?? {};
    return { ...sms, sim: { id: lineId, iccid, uniqueName }, company: companyId };
  });
}
