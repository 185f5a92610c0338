import type { ConnectionEvent, Wire } from '../connections/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Id, newId } from '../kit/ids.ts';
import { connectionCodes } from './errors.ts';
import { networkOfPlmn } from './networks.ts';
import { timestamp } from './shapes.ts';
import { sidOf } from './sids.ts';
import { urlForBody } from './signature.ts';

const typePrefix = 'com.twilio.iot.supersim.connection.';
const schema = 'https://events-schemas.twilio.com/SuperSim.ConnectionEvent/2';

/** Connection events as the vendor's Event Streams send them: CloudEvents 1.0, with `data` flat and every documented field in it. */
export const eventWire: Wire = {
  write: (ctx, event) => JSON.stringify(cloudEventOf(ctx, event)),
  test: (ctx, companyId) => JSON.stringify(testEventOf(ctx, companyId)),
  address: urlForBody,
};

function cloudEventOf(ctx: Ctx, event: ConnectionEvent) {
  const { session } = event;
  const stretch = session?.stretch ?? null;
  const sid = sidOf('connection_event', event.id);
  const type = `${typePrefix}${event.type}`;
  return {
    specversion: '1.0',
    type,
    source: `/v1/SuperSim/ConnectionEvents/${sid}`,
    id: sid,
    dataschema: schema,
    datacontenttype: 'application/json',
    time: event.at.toISOString(),
    data: {
      event_sid: sid,
      event_type: type,
      account_sid: sidOf('account', event.companyId ?? ctx.organization.id),
      sim_sid: sidOf('sim', event.lineId),
      fleet_sid: event.fleetId && sidOf('fleet', event.fleetId),
      sim_iccid: event.iccid,
      sim_unique_name: event.uniqueName,
      timestamp: timestamp(event.at),
      network: event.plmn && network(event.plmn),
      location: location(event),
      imsi: event.imsi,
      imei: event.imei,
      rat_type: event.rat && (ratTypes[event.rat] ?? event.rat),
      apn: event.apn,
      ip_address: event.ipAddress,
      data_modifier: event.blocked ? 'blocked' : null,
      data_session_sid: session && sidOf('session', session.id),
      data_session_start_time: session && timestamp(session.startedAt),
      data_session_end_time: session?.endedAt ? timestamp(session.endedAt) : null,
      data_session_update_start_time: stretch && timestamp(stretch.from),
      data_session_update_end_time: stretch && timestamp(stretch.to),
      data_upload: bytes(stretch?.up),
      data_download: bytes(stretch?.down),
      data_total: stretch && bytes(stretch.up + stretch.down),
      data_session_data_upload: bytes(session?.up),
      data_session_data_download: bytes(session?.down),
      data_session_data_total: session && bytes(session.up + session.down),
      error: event.reason && errorOf(event.type, event.reason),
    },
  };
}

/** JSON has numbers for bytes here, as the original does: exact up to nine petabytes. */
function bytes(count: bigint | undefined): number | null {
  return count === undefined ? null : Number(count);
}

function network(plmn: string) {
  const { mcc, mnc, sid, name, country } = networkOfPlmn(plmn);
  return { mcc, mnc, sid, friendly_name: name, iso_country: country };
}

/** Gateways tell cells and areas; nobody here knows where they stand. */
function location({ area, cell }: ConnectionEvent) {
  if (area === null && cell === null) return null;
  const digits = (hex: string | null) => hex && BigInt(`0x${hex}`).toString();
  return { cell_id: digits(cell), lac: digits(area), lat: null, lon: null };
}

/** Our names of radio access, as the vendor writes them; one that is missing goes by its own. */
const ratTypes: Record<string, string> = {
  GERAN: '2G',
  UTRAN: '3G',
  'HSPA+': '3G HSPA+',
  EUTRAN: '4G LTE',
  'LTE-M': '4G LTE-M',
  'NB-IoT': '4G NB-IoT',
  NR: '5G',
};

type Told = { code: number; message: string };

const inactive = (message: string): Told => ({ code: connectionCodes.simInactive, message });
const rejections: Record<string, Told> = {
  network_not_allowed: {
    code: connectionCodes.networkNotAllowed,
    message: 'The network is not allowed by the Network Access Profile',
  },
  rate_limited: { code: connectionCodes.rateLimited, message: 'The device tried to attach too often' },
  not_registered: { code: connectionCodes.simNew, message: 'The Super SIM is not registered' },
  not_activated: { code: connectionCodes.simNew, message: 'The Super SIM has the status new' },
  suspended: inactive('The Super SIM is inactive'),
  archived: inactive('The Super SIM is inactive for good'),
  blocked: inactive('Data of the Super SIM is blocked'),
  data_disabled: inactive('The Fleet has data disabled'),
};
const sessionFailures: Record<string, string> = {
  impossible_counter: 'The counters of the data session cannot be true',
};

function errorOf(type: ConnectionEvent['type'], reason: string): Told {
  if (type === 'attachment.rejected') return rejections[reason] ?? inactive('The Super SIM may not attach');
  if (type === 'attachment.failed') return { code: connectionCodes.attachFailed, message: 'Internal error' };
  return { code: connectionCodes.sessionFailed, message: sessionFailures[reason] ?? 'Internal error' };
}

/** What a sink is tried with: it tells of nothing. */
function testEventOf(ctx: Ctx, companyId: Id | null) {
  return {
    specversion: '1.0',
    type: 'com.twilio.eventstreams.test-event',
    source: 'Sink',
    id: sidOf('account', companyId ?? ctx.organization.id),
    dataschema: 'https://events-schemas.twilio.com/EventStreams.TestSink/1.json',
    datacontenttype: 'application/json',
    time: ctx.now.toISOString(),
    data: { test_id: newId(ctx) },
  };
}
