import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import {
  accepted,
  type FleetItem,
  type Judgement,
  type ProfileItem,
  refused,
  type Takeover,
  type ToldFleet,
} from '../model.ts';
import { findItems } from '../sql.ts';

/** Whether the things that others stand on must be here, or only be good: a plan is looked at before any of them is made. */
export type Phase = 'plan' | 'act';

/** What becomes of fleets. One that has the name here is that fleet if it has the same settings; else it is in the way. */
export async function judgeFleets(
  ctx: Ctx,
  takeover: Takeover,
  items: FleetItem[],
  phase: Phase,
): Promise<Judgement[]> {
  const profileSids = items.map((item) => item.told.profileSid);
  const profiles = await findItems<ProfileItem>(ctx, takeover.id, 'profile', profileSids);
  const judged: Judgement[] = [];
  for (const item of items) judged.push(await judge(ctx, takeover, item, profiles.get(item.told.profileSid), phase));
  return judged;
}

async function judge(
  ctx: Ctx,
  { companyId }: Takeover,
  item: FleetItem,
  profile: ProfileItem | undefined,
  phase: Phase,
): Promise<Judgement> {
  if (item.targetId) return accepted('same', item.targetId);
  if (!isThere(profile, phase)) {
    return refused('profile.missing', `Its network access profile ${item.told.profileSid} did not come.`, 'profile');
  }
  const { name } = item.told;
  if (name === null) return accepted('makes');
  const [known] = await inventory.listFleets(ctx, { uniqueName: name, companyId }, { limit: 1 });
  if (!known) return accepted('makes');
  const others = differences(known, item.told, profile!.targetId);
  const plan = (await catalog.plansOf(ctx, [known.planId])).get(known.planId);
  if (plan?.type !== 'super_sim') others.push('plan');
  if (others.length === 0) return accepted('same', known.id);
  const reason = `The fleet "${name}" is here with another ${others.join(', ')}. Rename one of them, or make them equal.`;
  return refused('unique_name.taken', reason, 'uniqueName');
}

/** @param profileId null while the profile is only planned: then no fleet of ours can have it. */
function differences(known: inventory.Fleet, told: ToldFleet, profileId: Id | null): string[] {
  return [
    ...(known.networkAccessProfileId === profileId ? [] : ['network access profile']),
    ...(known.dataLimitMb === BigInt(told.dataLimitMb) ? [] : ['data limit']),
    ...(known.dataEnabled === told.dataEnabled ? [] : ['data_enabled']),
    ...(known.smsCommandsEnabled === told.smsCommandsEnabled ? [] : ['sms_commands_enabled']),
    ...(known.smsCommandsUrl === told.smsCommandsUrl ? [] : ['sms_commands_url']),
    ...(known.smsCommandsMethod === told.smsCommandsMethod ? [] : ['sms_commands_method']),
    ...(known.ipCommandsUrl === told.ipCommandsUrl ? [] : ['ip_commands_url']),
    ...(known.ipCommandsMethod === told.ipCommandsMethod ? [] : ['ip_commands_method']),
  ];
}

/** A thing that others stand on: here, or in the plan and good. */
export function isThere(item: { targetId: Id | null; refused: string | null } | undefined, phase: Phase): boolean {
  if (!item) return false;
  return item.targetId !== null || (phase === 'plan' && item.refused === null);
}

export async function makeFleet(ctx: Ctx, takeover: Takeover, { told }: FleetItem): Promise<Id> {
  const profile = (await findItems<ProfileItem>(ctx, takeover.id, 'profile', [told.profileSid])).get(told.profileSid);
  const { name, profileSid: _, dataLimitMb, ...settings } = told;
  const { id } = await inventory.createFleet(ctx, {
    ...settings,
    companyId: takeover.companyId,
    uniqueName: name,
    networkAccessProfileId: profile!.targetId!,
    dataLimitMb: BigInt(dataLimitMb),
  });
  return id;
}
