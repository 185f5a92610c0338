import * as inventory from '../../../inventory/index.ts';
import {
  type CsvRecord,
  cellsOf,
  csvRefusal,
  csvStart,
  encodingFound,
  type Header,
  headerOf,
  readRecords,
  type Table,
  type TablePlace,
} from '../../../kit/csv/index.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import type { Id } from '../../../kit/ids.ts';
import { type Refusal, refuse } from '../../../kit/refusal.ts';
import type * as operations from '../../../operations/index.ts';
import { simFilterOf } from '../../../usage/index.ts';
import { type PlanEffect, planEffects } from '../../model/assignment.ts';
import { assignPlan } from '../assign.ts';
import { addCosts, type CostSum } from '../costs.ts';
import { endPlan } from '../end.ts';
import { type Preview, previewAssignment, previewEnd } from '../preview.ts';
import { type Asked, askedOf, filterOf } from './parameters.ts';

/** A list of SIMs: each by its ICCID or by its id. */
export const lineTable: Table<'iccid'> = { columns: ['iccid'], needed: ['iccid'] };

/** Their periods are locked together, and charging waits for one of them meanwhile. */
const chunkRows = 500;

/**
 * A plan for many lines, or the end of theirs: from a list, a file, or all that a filter finds. Checking says of each line what
 * would become of it; the run looks again, for much may have changed since, and does it. A refusal of one line stops no other.
 */
export const planAssignment: operations.Kind = {
  name: 'plan_assignment',
  permission: 'periods.plan.assign',
  subject: 'sim',
  effects: planEffects,
  chunkRows,

  check: (ctx, operation, source) =>
    operation.fileId ? checkFile(ctx, operation, source) : checkFilter(ctx, operation),

  async run(ctx, operation, rows) {
    const asked = askedOf(operation);
    const column = headerOf(lineTable, operation.columns).columns.indexOf('iccid');
    const names = rows.map((row) => (row.input[column] ?? '').trim());
    const sims = await inventory.findByName(ctx, names);
    const ids = [...new Set(sims.flatMap((sim) => sim?.id ?? []))];
    const outcomes = await act(ctx, ids, asked);
    const byLine = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
    const seen = new Set<Id>();
    return rows.map((row, i) => {
      const sim = sims[i] ?? null;
      const repeated = sim !== null && seen.has(sim.id);
      if (sim) seen.add(sim.id);
      const refusal = repeated ? twice() : sim ? (byLine.get(sim.id)?.refusal ?? null) : refuse.notFound('sim');
      return verdictOf(sim, row.label, refusal, sim && !repeated ? byLine.get(sim.id)!.effect : null);
    });
  },
};

function act(ctx: Ctx, ids: Id[], { planId, poolId, effective }: Asked) {
  return planId ? assignPlan(ctx, ids, planId, { poolId, effective }) : endPlan(ctx, ids, { effective });
}

function look(ctx: Ctx, ids: Id[], { planId, poolId, effective }: Asked): Promise<Preview[]> {
  return planId ? previewAssignment(ctx, ids, planId, { poolId, effective }) : previewEnd(ctx, ids, { effective });
}

type Sim = Pick<inventory.Sim, 'id' | 'iccid'>;
type Checking = Awaited<ReturnType<operations.Kind['check']>>;

/** A row that was looked at: its SIM, or why it is none. */
type Found = { line: number; input: string[]; label: string; sim: Sim | null; refusal: Refusal | null };

async function checkFile(ctx: Ctx, operation: operations.Operation, source: operations.Source): Promise<Checking> {
  const { delimiter, ...from } = { ...csvStart, ...operation.place } as TablePlace;
  const header = headerOf(lineTable, operation.columns);
  const bytes = await source.read(from.offset);
  const last = from.offset + bytes.length >= source.bytes;
  const read = readRecords(bytes, from, delimiter, { last, limit: chunkRows });
  const found = await recognize(ctx, header, read.records, source);
  const { rows, costs } = await judged(ctx, operation, found);
  return {
    rows,
    place: { ...read.place, delimiter },
    readBytes: read.place.offset,
    found: { ...encodingFound(operation.found, read.place.encoding), costs },
    ended: last && read.place.offset >= source.bytes,
    refusal: read.problem && csvRefusal(read.problem),
  };
}

/** The SIMs that records name, each once in the whole file. */
async function recognize(
  ctx: Ctx,
  header: Header<'iccid'>,
  records: CsvRecord[],
  source: operations.Source,
): Promise<Found[]> {
  const cells = records.map((record) => cellsOf(header, record));
  const names = cells.map((cell) => (cell instanceof Map ? (cell.get('iccid') ?? '').trim() : ''));
  const sims = await inventory.findByName(ctx, names);
  const seen = new Set((await source.known(sims.flatMap((sim) => sim?.id ?? []))).keys());
  return records.map(({ line, cells: input }, i): Found => {
    const sim = sims[i] ?? null;
    const cell = cells[i]!;
    const row = { line, input, label: sim?.iccid ?? names[i]!.slice(0, 40), sim };
    if (!(cell instanceof Map)) return { ...row, refusal: refuse.invalid('row.invalid', cell.problem) };
    if (!sim) return { ...row, refusal: refuse.notFound('sim') };
    if (seen.has(sim.id)) return { ...row, refusal: twice() };
    seen.add(sim.id);
    return { ...row, refusal: null };
  });
}

function twice(): Refusal {
  return refuse.conflict('sim.repeated', 'This SIM is there twice.');
}

type FilterPlace = { after?: Id; line?: number };

/** All that match, in the order in which they were added: one that comes while this goes on is found too. */
async function checkFilter(ctx: Ctx, operation: operations.Operation): Promise<Checking> {
  const { after, line = 0 } = operation.place as FilterPlace;
  const filter = simFilterOf(ctx, filterOf(operation));
  const sims = await inventory.listSims(ctx, filter, { after, limit: chunkRows });
  const found = sims.map((sim, i): Found => {
    return { line: line + i + 1, input: [sim.iccid], label: sim.iccid, sim, refusal: null };
  });
  const { rows, costs } = await judged(ctx, operation, found);
  return {
    rows,
    place: { after: sims.at(-1)?.id ?? after, line: line + sims.length },
    readBytes: 0,
    found: { costs },
    ended: sims.length < chunkRows,
    refusal: null,
  };
}

/** What would become of these lines, and what it would cost with those before them. */
async function judged(
  ctx: Ctx,
  operation: operations.Operation,
  found: Found[],
): Promise<{ rows: operations.CheckedRow[]; costs: CostSum[] }> {
  const ids = found.flatMap(({ sim, refusal }) => (sim && !refusal ? sim.id : []));
  const looked = await look(ctx, ids, askedOf(operation));
  const previews = new Map(looked.map((preview) => [preview.id, preview]));
  const rows = found.map(({ line, input, label, sim, refusal }) => {
    const preview = sim && !refusal ? previews.get(sim.id)! : null;
    const verdict = verdictOf(sim, label, refusal ?? preview?.refusal ?? null, preview?.effect ?? null);
    return { ...verdict, line, input, keys: sim && !refusal ? [sim.id] : [] };
  });
  return { rows, costs: addCosts((operation.found.costs ?? []) as CostSum[], looked) };
}

function verdictOf(
  sim: Sim | null,
  label: string,
  refusal: Refusal | null,
  effect: PlanEffect | null,
): operations.Verdict {
  return {
    label: sim?.iccid ?? label,
    warning: null,
    effect: refusal ? null : effect,
    subjectId: sim?.id ?? null,
    failure: refusal && { code: refusal.code, field: null, reason: refusal.message },
  };
}
