import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import { accepted, type Judgement, type ProfileItem, refused, type Takeover } from '../model.ts';

/** What becomes of profiles: one that has the name and the same networks here is that one, another one with its name is in the way. */
export async function judgeProfiles(ctx: Ctx, takeover: Takeover, items: ProfileItem[]): Promise<Judgement[]> {
  const judged: Judgement[] = [];
  for (const item of items) judged.push(await judge(ctx, takeover, item));
  return judged;
}

async function judge(ctx: Ctx, { companyId }: Takeover, item: ProfileItem): Promise<Judgement> {
  if (item.targetId) return accepted('same', item.targetId);
  const { name, networks, unusable } = item.told;
  if (networks.length === 0 && unusable.length > 0) {
    const reason = `Of its networks none has a country and network code: ${some(unusable)}. Without one it would allow every network.`;
    return refused('profile.no_network', reason, 'networks');
  }
  const warning = warningOf(item);
  if (name === null) return accepted('makes', null, warning);
  const [known] = await inventory.listProfiles(ctx, { uniqueName: name, companyId }, { limit: 1 });
  if (!known) return accepted('makes', null, warning);
  if ([...known.networks].sort().join() === [...networks].sort().join()) return accepted('same', known.id, warning);
  const reason = `The profile "${name}" is here with other networks. Rename one of them, or make them equal.`;
  return refused('unique_name.taken', reason, 'uniqueName');
}

/** Networks are kept by their codes, known or not: whoever could use one can go on. */
function warningOf({ told: { networks, unusable } }: ProfileItem): string | null {
  const unknown = networks.filter((plmn) => !catalog.isKnownNetwork(plmn));
  const said = [
    ...(networks.length === 0 ? ['It names no network; here that allows every network.'] : []),
    ...(unknown.length > 0 ? [`Networks that our list does not know are kept by their codes: ${some(unknown)}.`] : []),
    ...(unusable.length > 0 ? [`Networks without codes are left out: ${some(unusable)}.`] : []),
  ];
  return said.join(' ') || null;
}

function some(names: string[]): string {
  return names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ');
}

export async function makeProfile(ctx: Ctx, { companyId }: Takeover, { told }: ProfileItem): Promise<Id> {
  const { id } = await inventory.createProfile(ctx, { companyId, uniqueName: told.name, networks: told.networks });
  return id;
}
