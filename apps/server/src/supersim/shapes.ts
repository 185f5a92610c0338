import { formatAmount } from '@simwright/measure';
import { type IpCommand, type SmsCommand, writtenPayload } from '../commands/index.ts';
import { type Fleet, type NetworkAccessProfile, type Sim, superSimStatus } from '../inventory/index.ts';
import { publicId } from '../kit/ids.ts';
import type { StoredPeriod } from '../periods/index.ts';
import type { EsimProfile, SettingsUpdate } from '../provisioning/index.ts';
import type { UsageBucket } from '../usage/index.ts';
import type { Network } from './networks.ts';
import { sidOf } from './sids.ts';

/** What an answer needs beside the row: the account it is shown to, and where this API lives. */
export type Place = { accountSid: string; base: string };

/** `2026-03-01T12:00:00Z`: UTC, without fractions of a second. */
export function timestamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** @param pending whether a change of status waits for the carrier. */
export function simShape(sim: Sim, pending: boolean, { accountSid, base }: Place) {
  const sid = sidOf('sim', sim.id);
  const url = `${base}/Sims/${sid}`;
  return {
    sid,
    unique_name: sim.uniqueName,
    account_sid: accountSid,
    iccid: sim.iccid,
    status: superSimStatus(sim.lifecycle, pending),
    fleet_sid: sim.fleetId && sidOf('fleet', sim.fleetId),
    // To this API a SIM begins when it is registered; before that it was stock.
    date_created: timestamp(sim.registeredAt ?? sim.createdAt),
    date_updated: timestamp(sim.updatedAt),
    url,
    links: { billing_periods: `${url}/BillingPeriods`, sim_ip_addresses: `${url}/IpAddresses` },
  };
}

export function billingPeriodShape(period: StoredPeriod, { accountSid }: Place) {
  return {
    sid: sidOf('period', period.id),
    account_sid: accountSid,
    sim_sid: sidOf('sim', period.lineId),
    period_type: period.kind,
    start_time: timestamp(period.startsAt),
    end_time: period.endsAt && timestamp(period.endsAt),
    date_created: timestamp(period.createdAt),
    date_updated: timestamp(period.updatedAt),
  };
}

export function ipAddressShape({ address, version }: { address: string; version: 4 | 6 }) {
  return { ip_address: address, ip_address_version: `IPv${version}` };
}

export function fleetShape(fleet: Fleet, { accountSid, base }: Place) {
  const sid = sidOf('fleet', fleet.id);
  return {
    account_sid: accountSid,
    sid,
    unique_name: fleet.uniqueName,
    date_created: timestamp(fleet.createdAt),
    date_updated: timestamp(fleet.updatedAt),
    url: `${base}/Fleets/${sid}`,
    data_enabled: fleet.dataEnabled,
    data_limit: Number(fleet.dataLimitMb),
    data_metering: 'payg',
    sms_commands_enabled: fleet.smsCommandsEnabled,
    sms_commands_url: fleet.smsCommandsUrl,
    sms_commands_method: fleet.smsCommandsMethod,
    network_access_profile_sid: sidOf('profile', fleet.networkAccessProfileId),
    ip_commands_url: fleet.ipCommandsUrl,
    ip_commands_method: fleet.ipCommandsMethod,
  };
}

export function smsCommandShape(command: SmsCommand, { accountSid, base }: Place) {
  const sid = sidOf('sms_command', command.id);
  return {
    sid,
    account_sid: accountSid,
    sim_sid: sidOf('sim', command.lineId),
    payload: command.payload,
    status: command.status,
    direction: command.direction,
    date_created: timestamp(command.createdAt),
    date_updated: timestamp(command.updatedAt),
    url: `${base}/SmsCommands/${sid}`,
  };
}

export function ipCommandShape(command: IpCommand, iccid: string | null, { accountSid, base }: Place) {
  const sid = sidOf('ip_command', command.id);
  return {
    sid,
    account_sid: accountSid,
    sim_sid: sidOf('sim', command.lineId),
    sim_iccid: iccid,
    status: command.status,
    direction: command.direction,
    device_ip: command.deviceAddress,
    device_port: command.devicePort,
    payload_type: command.payloadType,
    payload: writtenPayload(command),
    date_created: timestamp(command.createdAt),
    date_updated: timestamp(command.updatedAt),
    url: `${base}/IpCommands/${sid}`,
  };
}

/** A profile's SIM is shown once the profile is available: before that it is in nobody's account. */
export function esimProfileShape(profile: EsimProfile, { accountSid, base }: Place) {
  const sid = sidOf('esim_profile', profile.id);
  return {
    sid,
    account_sid: accountSid,
    iccid: profile.availableAt && profile.iccid,
    sim_sid: profile.availableAt && sidOf('sim', profile.lineId),
    status: profile.status,
    eid: profile.eid,
    // A host without a scheme, as in the original's own examples.
    smdp_plus_address: profile.smdpAddress,
    matching_id: profile.matchingId,
    activation_code: profile.activationCode,
    error_code: profile.errorCode,
    error_message: profile.errorMessage,
    date_created: timestamp(profile.createdAt),
    date_updated: timestamp(profile.updatedAt),
    url: `${base}/ESimProfiles/${sid}`,
  };
}

export function settingsUpdateShape(update: SettingsUpdate, { base }: Place) {
  const telecom = publicId('telecom', update.telecomId);
  return {
    sid: sidOf('settings_update', update.id),
    iccid: update.iccid,
    sim_sid: sidOf('sim', update.lineId),
    status: update.status,
    packages: [
      {
        name: update.packageName,
        version: update.packageVersion,
        // Where this instance lists the packages of the telecom.
        more_info: new URL(`/api/v1/telecoms/${telecom}/settings-packages`, base).href,
      },
    ],
    date_completed: update.completedAt && timestamp(update.completedAt),
    date_created: timestamp(update.createdAt),
    date_updated: timestamp(update.updatedAt),
  };
}

export function profileShape(profile: NetworkAccessProfile, { accountSid, base }: Place) {
  const sid = sidOf('profile', profile.id);
  const url = `${base}/NetworkAccessProfiles/${sid}`;
  return {
    sid,
    unique_name: profile.uniqueName,
    account_sid: accountSid,
    date_created: timestamp(profile.createdAt),
    date_updated: timestamp(profile.updatedAt),
    url,
    links: { networks: `${url}/Networks` },
  };
}

export function networkShape(network: Network, { base }: Place) {
  return {
    sid: network.sid,
    friendly_name: network.name,
    url: `${base}/Networks/${network.sid}`,
    iso_country: network.country,
    identifiers: [{ mcc: network.mcc, mnc: network.mnc }],
  };
}

/** Under a profile the country is in lower case and the address is the nested one: the original does so. */
export function profileNetworkShape(network: Network, profileSid: string, { base }: Place) {
  return {
    sid: network.sid,
    network_access_profile_sid: profileSid,
    friendly_name: network.name,
    iso_country: network.country?.toLowerCase() ?? null,
    identifiers: [{ mcc: network.mcc, mnc: network.mnc }],
    url: `${base}/NetworkAccessProfiles/${profileSid}/Networks/${network.sid}`,
  };
}

/** The dimensions a record is about: those that were filtered or grouped by. */
export type Dimensions = {
  sim_sid: string | null;
  fleet_sid: string | null;
  network_sid: string | null;
  iso_country: string | null;
};

export function usageShape(bucket: UsageBucket, dimensions: Dimensions, { accountSid }: Place) {
  return {
    account_sid: accountSid,
    ...dimensions,
    period: { start_time: timestamp(bucket.startsAt), end_time: timestamp(bucket.endsAt) },
    // Exact in JSON up to nine petabytes.
    data_upload: Number(bucket.bytesUp),
    data_download: Number(bucket.bytesDown),
    data_total: Number(bucket.bytesUp + bucket.bytesDown),
    ...billed(bucket),
  };
}

/** An amount of money as the original writes it: text, and no currency while nothing was charged. */
function billed({ chargeMicros, currency }: UsageBucket) {
  if (chargeMicros === 0n) return { data_total_billed: '0', billed_unit: null };
  return { data_total_billed: formatAmount(chargeMicros, currency), billed_unit: currency };
}
