import { canonicalIccid, iccidForms } from '@simwright/measure';
import { z } from 'zod';
import * as inventory from '../../inventory/index.ts';
import * as periods from '../../periods/index.ts';
import * as usage from '../../usage/index.ts';
import { type Call, findFleet, findSim, type Reply, type Routes } from '../call.ts';
import { codes, notFound } from '../errors.ts';
import { answerList, listReply } from '../lists.ts';
import { readPage, wholeSlice } from '../paging.ts';
import { httpMethod, oneOf, optional, parse, text, uniqueName, url } from '../params.ts';
import { billingPeriodShape, ipAddressShape, simShape } from '../shapes.ts';
import { sidOf } from '../sids.ts';
import { pendingOf, withStatus } from '../sim-status.ts';
import { type SimChange, updateSim } from '../sim-update.ts';

const given = z.string().trim().min(1);
const Registration = z.object({ Iccid: given, RegistrationCode: given });

const listFilters = ['Status', 'Fleet', 'Iccid'] as const;
const ListFilter = z.object({
  Status: optional(oneOf(['new', 'ready', 'active', 'inactive', 'scheduled'])),
  Fleet: text.optional(),
  Iccid: text.optional(),
});

const Update = z.object({
  UniqueName: uniqueName.optional(),
  // `new` and `scheduled` are statuses, so asking for one is a change that is not allowed, not a wrong parameter.
  Status: optional(oneOf(['ready', 'active', 'inactive', 'new', 'scheduled'])),
  Fleet: text.optional(),
  AccountSid: text.optional(),
  CallbackUrl: url.optional(),
  CallbackMethod: optional(httpMethod),
});

export function simRoutes(routes: Routes): void {
  routes.post('/Sims', 'inventory.sim.add', register, { faultCode: codes.registrationFailed });
  routes.post('/Sims/:sid', null, update, { faultCode: codes.updateFailed });

  routes.get('/Sims', 'inventory.sim.view', async (call) => {
    const filter = await readFilter(call);
    return answerList<inventory.Sim>(call, {
      key: 'sims',
      at: '/Sims',
      filters: listFilters,
      keyOf: (sim) => sim.id,
      read: async (page) => (filter ? inventory.listSims(call.ctx, filter, page) : []),
      shape: (sims) => shapesOf(call, sims),
    });
  });

  routes.get('/Sims/:sid', 'inventory.sim.view', async (call) => {
    const [body] = await shapesOf(call, [await getSim(call)]);
    return { status: 200, body };
  });

  routes.get('/Sims/:sid/BillingPeriods', 'periods.period.view', async (call) => {
    const sim = await getSim(call);
    const request = readPage(call.query, () => false);
    const period = (await periods.latestPeriodsOf(call.ctx, [sim.id])).get(sim.id);
    const list = { key: 'billing_periods', at: `/Sims/${sidOf('sim', sim.id)}/BillingPeriods`, filters: [] };
    return listReply(call, list, request, wholeSlice(period ? [billingPeriodShape(period, call)] : []));
  });

  routes.get('/Sims/:sid/IpAddresses', 'usage.record.view', async (call) => {
    const sim = await getSim(call);
    const request = readPage(call.query, () => false);
    const open = await usage.openSessionsOf(call.ctx, [sim.id]);
    // A session each, but an address once: a session whose end was lost may still seem to have it.
    const addresses = new Map(open.flatMap((session) => addressEntry(usage.addressOf(session))));
    const list = { key: 'ip_addresses', at: `/Sims/${sidOf('sim', sim.id)}/IpAddresses`, filters: [] };
    return listReply(call, list, request, wholeSlice([...addresses.values()].slice(0, request.size)));
  });
}

function addressEntry(found: ReturnType<typeof usage.addressOf>) {
  return found ? [[found.address, ipAddressShape(found)] as const] : [];
}

async function register(call: Call): Promise<Reply> {
  const { Iccid, RegistrationCode } = parse(Registration, call.form, codes.registrationIncomplete);
  const input = { iccid: Iccid, registrationCode: RegistrationCode, companyId: call.companyId };
  const sim = await inventory.registerByCode(call.ctx, input);
  // A name that was never given is empty here and null everywhere else: the original does so.
  return { status: 201, body: { ...simShape(sim, false, call), unique_name: sim.uniqueName ?? '' } };
}

async function update(call: Call): Promise<Reply> {
  const asked = parse(Update, call.form);
  needFor(call, asked);
  const change: SimChange = {
    uniqueName: asked.UniqueName,
    status: asked.Status,
    fleet: asked.Fleet,
    account: asked.AccountSid,
    callback: asked.CallbackUrl ? { url: asked.CallbackUrl, method: asked.CallbackMethod ?? 'POST' } : null,
  };
  const { sim, pending, companyId } = await updateSim(call.ctx, call.companyId, call.params.sid!, change);
  const place = { ...call, accountSid: sidOf('account', companyId ?? call.ctx.organization.id) };
  const isScheduled = pending && change.status !== undefined;
  return { status: isScheduled ? 202 : 200, body: simShape(sim, pending, place) };
}

/** A change of status needs one permission, every other change another. A request may hold both. */
function needFor(call: Call, asked: z.output<typeof Update>): void {
  const { Status, UniqueName, Fleet, AccountSid } = asked;
  if (Status !== undefined) call.need('inventory.sim.status');
  const edits = [UniqueName, Fleet, AccountSid].some((value) => value !== undefined);
  if (edits || Status === undefined) call.need('inventory.sim.edit');
}

async function getSim(call: Call): Promise<inventory.Sim> {
  const sim = await findSim(call.ctx, call.companyId, call.params.sid!);
  if (!sim) throw notFound(call.path);
  return sim;
}

async function shapesOf(call: Call, sims: inventory.Sim[]) {
  const pending = await pendingOf(
    call.ctx,
    sims.map((sim) => sim.id),
  );
  return sims.map((sim) => simShape(sim, pending.has(sim.id), call));
}

/** The filter of the list; null when it names a fleet or an ICCID that no SIM of the account can have. */
async function readFilter(call: Call): Promise<inventory.SimFilter | null> {
  const { Status, Fleet, Iccid } = parse(ListFilter, call.query);
  const filter: inventory.SimFilter = { companyId: call.companyId, registered: true };
  if (Status) Object.assign(filter, withStatus(Status));
  if (Fleet) {
    const fleet = await findFleet(call.ctx, call.companyId, Fleet);
    if (!fleet) return null;
    filter.fleetId = fleet.id;
  }
  if (Iccid) {
    const iccid = canonicalIccid(Iccid);
    if (!iccid) return null;
    filter.iccids = iccidForms(iccid);
  }
  return filter;
}
