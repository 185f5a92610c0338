import { z } from 'zod';
import type { ToldFleet, ToldProfile, ToldSim, ToldUsage } from '../model.ts';
import { SourceFault } from './fault.ts';

const name = z
  .string()
  .nullish()
  .transform((text) => text || null);
const url = name;
const method = z
  .enum(['GET', 'POST'])
  .nullish()
  .transform((word) => word ?? 'POST');
const sid = z.string().regex(/^[A-Z]{2}[0-9a-fA-F]{32}$/);
const own = { sid, account_sid: z.string().max(100), unique_name: name };

const Profile = z.object(own);
const Network = z.object({
  friendly_name: z.string().nullish(),
  identifiers: z.array(z.object({ mcc: z.string(), mnc: z.string() })).nullish(),
});
const Fleet = z.object({
  ...own,
  network_access_profile_sid: sid,
  data_enabled: z.boolean().nullish(),
  data_limit: z.number().int().min(1).max(2_000_000),
  sms_commands_enabled: z.boolean().nullish(),
  sms_commands_url: url,
  sms_commands_method: method,
  ip_commands_url: url,
  ip_commands_method: method,
});
const Sim = z.object({
  ...own,
  iccid: z.string().min(10).max(22),
  status: z.enum(['new', 'ready', 'active', 'inactive', 'scheduled']),
  fleet_sid: sid.nullish(),
});
const Period = z.object({
  period_type: z.enum(['ready', 'active']),
  start_time: z.iso.datetime({ offset: true }),
  end_time: z.iso.datetime({ offset: true }).nullish(),
});
const Used = z.object({ data_total: z.number().int().min(0) });

export type Listed<T> = { sid: string; accountSid: string; told: T };

export function readProfile(body: unknown): Listed<Omit<ToldProfile, 'networks' | 'unusable'>> {
  const told = as(Profile, body, 'a network access profile');
  return { sid: told.sid, accountSid: told.account_sid, told: { name: told.unique_name } };
}

/** The PLMNs of a network, or its name where it has none. */
export function readNetwork(body: unknown): { plmns: string[]; name: string } {
  const { friendly_name, identifiers } = as(Network, body, 'a network');
  const plmns = (identifiers ?? []).map(({ mcc, mnc }) => `${mcc}${mnc}`).filter((plmn) => /^\d{5,6}$/.test(plmn));
  return { plmns, name: friendly_name ?? 'a network without a name' };
}

export function readFleet(body: unknown): Listed<ToldFleet> {
  const fleet = as(Fleet, body, 'a fleet');
  return {
    ...{ sid: fleet.sid, accountSid: fleet.account_sid },
    told: {
      name: fleet.unique_name,
      profileSid: fleet.network_access_profile_sid,
      dataEnabled: fleet.data_enabled ?? true,
      dataLimitMb: fleet.data_limit,
      smsCommandsEnabled: fleet.sms_commands_enabled ?? true,
      smsCommandsUrl: fleet.sms_commands_url,
      smsCommandsMethod: fleet.sms_commands_method,
      ipCommandsUrl: fleet.ip_commands_url,
      ipCommandsMethod: fleet.ip_commands_method,
    },
  };
}

export function readSim(body: unknown): Listed<Omit<ToldSim, 'card'>> {
  const sim = as(Sim, body, 'a SIM');
  const { iccid, status, unique_name, fleet_sid } = sim;
  return {
    ...{ sid: sim.sid, accountSid: sim.account_sid },
    told: { iccid, name: unique_name, status, fleetSid: fleet_sid ?? null },
  };
}

export function readPeriod(body: unknown): NonNullable<ToldUsage['period']> {
  const { period_type, start_time, end_time } = as(Period, body, 'a billing period');
  return { kind: period_type, startsAt: start_time, endsAt: end_time ?? null };
}

/** Bytes of usage records, added up. */
export function readUsed(bodies: unknown[]): bigint {
  return bodies.reduce((sum: bigint, body) => sum + BigInt(as(Used, body, 'a usage record').data_total), 0n);
}

function as<T extends z.ZodType>(schema: T, body: unknown, what: string): z.output<T> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new SourceFault(
    `The source tells ${what} that we do not understand: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}
