import { iccidForms } from '@simwright/measure';
import * as carriers from '../../carriers/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { type CheckedRow, type CheckedSim, checkRows, type RawRow } from '../intake.ts';
import * as store from '../sql/sims.ts';
import { type AddedSim, addSims } from './sims.ts';

export type IntakeResult = {
  line: number;
  iccid: string;
  outcome: 'added' | 'refused';
  id: Id | null;
  code: string | null;
  message: string | null;
  warnings: string[];
  registrationCode: string | null;
};

/** SIMs written in one statement; a file is a few of them in one database transaction. */
const chunk = 2000;

/**
 * Takes rows into the stock of a telecom: good ones go in, each other one comes back with its reason. With `dryRun`
 * nothing is written and the answer says what would happen. With a `companyId` they go on into its account.
 */
export async function takeIn(
  ctx: Ctx,
  input: { telecomId: Id; companyId?: Id | null; rows: RawRow[]; dryRun: boolean },
): Promise<IntakeResult[]> {
  const rows = checkRows(input.rows);
  return (input.dryRun ? reading : atomically)(ctx, async (ctx) => {
    const telecom = await carriers.getTelecom(ctx, input.telecomId);
    if (telecom.archivedAt) throw refuse.conflict('telecom.archived', `The telecom ${telecom.name} is archived.`);
    const results: IntakeResult[] = [];
    for (let i = 0; i < rows.length; i += chunk) {
      const checked = await refuseTaken(ctx, telecom.id, rows.slice(i, i + chunk));
      const added = input.dryRun
        ? new Map<string, AddedSim>()
        : await add(ctx, telecom.id, input.companyId ?? null, checked);
      results.push(...checked.map((row) => resultOf(row, added.get(row.iccid), input.dryRun)));
    }
    return results;
  });
}

export async function refuseTaken(ctx: Ctx, telecomId: Id, rows: CheckedRow[]): Promise<CheckedRow[]> {
  const sims = rows.flatMap((row) => row.sim ?? []);
  const found = await store.findTaken(
    ctx,
    telecomId,
    sims.flatMap((sim) => iccidForms(sim.iccid)),
    sims.flatMap((sim) => sim.imsi ?? []),
  );
  const iccids = new Set(found.filter((f) => f.imsi === null).map((f) => f.iccid));
  const byImsi = new Map(found.filter((f) => f.imsi !== null).map((f) => [f.imsi!, f.iccid]));
  return rows.map((row): CheckedRow => {
    if (!row.sim) return row;
    const taken = iccidForms(row.sim.iccid).find((form) => iccids.has(form));
    if (taken) {
      const message =
        taken === row.iccid ? 'This SIM is in stock already.' : `This SIM is in stock already, as ${taken}.`;
      return { ...row, sim: null, refusal: { code: 'iccid.taken', message } };
    }
    const holder = row.sim.imsi ? byImsi.get(row.sim.imsi) : undefined;
    if (!holder) return row;
    return { ...row, sim: null, refusal: { code: 'imsi.taken', message: `The SIM ${holder} has this IMSI already.` } };
  });
}

async function add(ctx: Ctx, telecomId: Id, companyId: Id | null, rows: CheckedRow[]): Promise<Map<string, AddedSim>> {
  const good = rows.flatMap((row): CheckedSim[] => (row.sim ? [row.sim] : []));
  if (good.length === 0) return new Map();
  const added = await addSims(
    ctx,
    good.map((sim) => ({ ...sim, telecomId, ...(companyId && { companyId }) })),
  );
  return new Map(added.map((sim) => [sim.iccid, sim]));
}

export function resultOf(row: CheckedRow, added: AddedSim | undefined, dryRun: boolean): IntakeResult {
  const common = { line: row.line, iccid: row.iccid, warnings: row.warnings };
  // Somebody else may have brought in the same SIM between our look and our writing.
  const lost = { code: 'iccid.taken', message: 'This SIM came into stock meanwhile.' };
  const refusal = row.refusal ?? (dryRun || added?.id ? null : lost);
  if (refusal) return { ...common, outcome: 'refused', id: null, registrationCode: null, ...refusal };
  return {
    ...common,
    ...{ outcome: 'added', code: null, message: null },
    id: added?.id ?? null,
    registrationCode: added?.registrationCode ?? null,
  };
}
