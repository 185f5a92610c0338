import type { Organization, Runtime } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as tenancy from '../tenancy/index.ts';

const rememberedMs = 1_000;

/** Organizations with their clock, each read again every second: a packet must not cost a query for that. */
export function organizationsOf(runtime: Runtime): (id: Id) => Promise<Organization> {
  const known = new Map<Id, { organization: Organization; until: number }>();
  return async (id) => {
    const remembered = known.get(id);
    if (remembered && remembered.until > performance.now()) return remembered.organization;
    const organization = await tenancy.getOrganization(runtime, id);
    if (!organization) throw new Error(`there is no organization ${id}`);
    known.set(id, { organization, until: performance.now() + rememberedMs });
    return organization;
  };
}
