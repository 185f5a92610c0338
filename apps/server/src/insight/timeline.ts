import * as inventory from '../inventory/index.ts';
import type { Change } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import * as tenancy from '../tenancy/index.ts';
import { changeTitles, eventTitles, type TimelineKind, titleOf, toldByAudit, toldByEvent } from './titles.ts';

export type TimelineEntry = {
  id: string;
  at: Date;
  kind: TimelineKind;
  name: string;
  title: string;
  detail: Record<string, unknown>;
  actor: string | null;
};

/**
 * What happened to a SIM, newest first: its events, and what people did to it, once each. A company's staff see what
 * happened since the SIM is theirs, and no log of the organization's people.
 */
export async function timelineOf(
  ctx: Ctx,
  lineId: Id,
  page: { kinds?: TimelineKind[]; after?: tenancy.HistoryPlace; limit: number },
): Promise<tenancy.Happening[]> {
  return reading(ctx, async (ctx) => {
    const sim = await inventory.getSim(ctx, lineId);
    const company = ctx.actor.scope.kind === 'company';
    return tenancy.listHistory(ctx, {
      subject: { type: 'sim', id: lineId },
      since: company && sim.registeredAt ? sim.registeredAt : undefined,
      events: namesOf(eventTitles, page.kinds, company ? [] : toldByAudit),
      changes: company ? null : namesOf(changeTitles, page.kinds, toldByEvent),
      after: page.after,
      limit: page.limit,
    });
  });
}

function namesOf(
  titles: Record<string, { kind: TimelineKind }>,
  kinds: TimelineKind[] | undefined,
  except: string[],
): tenancy.Names {
  if (!kinds) return { except };
  return { only: Object.keys(titles).filter((name) => kinds.includes(titles[name]!.kind)), except };
}

export function showHappening(ctx: Ctx, happening: tenancy.Happening): TimelineEntry {
  const { at, name } = happening;
  const { unitBase } = ctx.organization;
  if (happening.source === 'event') {
    const { data } = happening;
    const { kind, title } = titleOf(eventTitles, name, { data, changes: [], unitBase });
    return { id: publicId('event', happening.id), at, kind, name, title, detail: data, actor: null };
  }
  const changes = happening.changes.map(published);
  const { kind, title } = titleOf(changeTitles, name, { data: {}, changes, unitBase });
  const actor = happening.actorName;
  return { id: publicId('audit', happening.id), at, kind, name, title, detail: { changes }, actor };
}

const references: Record<string, 'company' | 'fleet' | 'end_user'> = {
  companyId: 'company',
  fleetId: 'fleet',
  endUserId: 'end_user',
};

/** Ids leave the house in their public form only. */
function published(change: Change): Change {
  const kind = references[change.field];
  if (!kind) return change;
  const shown = (value: unknown) => (typeof value === 'string' ? publicId(kind, value) : value);
  return { field: change.field, old: shown(change.old), new: shown(change.new) };
}
