import * as catalog from '../../../catalog/index.ts';
import * as inventory from '../../../inventory/index.ts';
import { columnsFound, csvLine, lookAtHead, separatorNames } from '../../../kit/csv/index.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically, reading } from '../../../kit/db.ts';
import * as operations from '../../../operations/index.ts';
import { type AskedSims, simFilterOf } from '../../../usage/index.ts';
import { targetOf } from '../target.ts';
import { lineTable, planAssignment } from './kind.ts';
import { type Asked, parametersOf } from './parameters.ts';

/** Names in a list; a longer one is a file. */
export const mostNames = 10_000;

export type Begun = { asked: Asked; title: string; dryRun: boolean };

/** Refuses a plan or a pool that no line could be put on. */
export async function mayAssign(ctx: Ctx, { planId, poolId }: Asked): Promise<void> {
  if (planId) await reading(ctx, (ctx) => targetOf(ctx, planId, poolId));
}

/** Begins the assignment of a plan, or its end, to lines that are named one by one: by ICCID or by id. */
export async function assignToList(ctx: Ctx, begun: Begun, names: string[]): Promise<operations.Operation> {
  return atomically(ctx, async (ctx) => {
    const text = [lineTable.columns, ...names.map((name) => [name])].map((cells) => csvLine([...cells])).join('');
    const file = await operations.keepText(ctx, begun.title, text);
    const head = lookAtHead(lineTable, Buffer.from(text), true);
    return begin(ctx, begun, { ...head, file, found: {} });
  });
}

/** The same to the lines of a file that is stored. */
export async function assignToFile(
  ctx: Ctx,
  begun: Begun,
  { upload, head }: { upload: operations.Upload; head: ReturnType<typeof lookAtHead> },
): Promise<operations.Operation> {
  const found = {
    encoding: upload.encoding,
    separator: separatorNames[head.place.delimiter],
    ...columnsFound(lineTable, head.columns),
  };
  return begin(ctx, begun, { ...head, file: { id: upload.id, bytes: upload.bytes }, found });
}

/** The same to all lines that match a filter of the list of SIMs. */
export async function assignToMatching(ctx: Ctx, begun: Begun, filter: AskedSims): Promise<operations.Operation> {
  return atomically(ctx, async (ctx) => {
    const matching = await inventory.countSims(ctx, simFilterOf(ctx, filter));
    const source = { file: null, found: { matching }, columns: [...lineTable.columns], place: {} };
    return begin(ctx, begun, source, filter);
  });
}

type Source = Pick<Parameters<typeof operations.begin>[2], 'file' | 'found' | 'columns' | 'place'>;

async function begin(
  ctx: Ctx,
  { asked, title, dryRun }: Begun,
  source: Source,
  filter?: AskedSims,
): Promise<operations.Operation> {
  await mayAssign(ctx, asked);
  return operations.begin(ctx, planAssignment, {
    ...source,
    title: title || (await titleOf(ctx, asked)),
    startsItself: !dryRun,
    parameters: parametersOf(asked, filter),
  });
}

async function titleOf(ctx: Ctx, { planId, effective }: Asked): Promise<string> {
  const plan = planId && (await catalog.plansOf(ctx, [planId])).get(planId);
  const what = plan ? `Plan ${plan.name}` : 'End of plan';
  return `${what}, ${effective === 'now' ? 'now' : 'with the next period'}`.slice(0, 255);
}
