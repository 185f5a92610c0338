import * as carriers from '../../carriers/index.ts';
import {
  columnsFound,
  csvRefusal,
  csvStart,
  encodingFound,
  headerOf,
  type lookAtHead,
  readRecords,
  separatorNames,
  type TablePlace,
} from '../../kit/csv/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { type Id, parsePublicId, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as operations from '../../operations/index.ts';
import * as tenancy from '../../tenancy/index.ts';
import { rowOf, simColumns, simTable } from '../csv.ts';
import { checkRow, namesOf, type RawRow, refuseRepeats } from '../intake.ts';
import { type IntakeResult, refuseTaken, resultOf, takeIn } from './intake.ts';

type Parameters = { telecom: string; company: string | null };

/** Begins the import of a file that is stored: SIMs into the stock of a telecom, and from there into a company's account. */
export async function beginImport(
  ctx: Ctx,
  input: {
    upload: operations.Upload;
    name: string;
    head: ReturnType<typeof lookAtHead>;
    telecomId: Id;
    companyId: Id | null;
    dryRun: boolean;
  },
): Promise<operations.Operation> {
  const { upload, head } = input;
  await mayTakeIn(ctx, input.telecomId, input.companyId);
  return operations.begin(ctx, simImport, {
    title: input.name,
    startsItself: !input.dryRun,
    parameters: {
      telecom: publicId('telecom', input.telecomId),
      company: input.companyId && publicId('company', input.companyId),
    } satisfies Parameters,
    found: {
      encoding: upload.encoding,
      separator: separatorNames[head.place.delimiter],
      ...columnsFound(simTable, head.columns),
    },
    columns: head.columns,
    place: head.place,
    file: { id: upload.id, bytes: upload.bytes },
  });
}

/** Refuses an archived telecom or company, and what is not this organization's. */
export async function mayTakeIn(ctx: Ctx, telecomId: Id, companyId: Id | null): Promise<void> {
  await reading(ctx, async (ctx) => {
    const telecom = await carriers.getTelecom(ctx, telecomId);
    if (telecom.archivedAt) throw refuse.conflict('telecom.archived', `The telecom ${telecom.name} is archived.`);
    if (!companyId) return;
    const company = await tenancy.getCompany(ctx, companyId);
    if (company.archivedAt) throw refuse.conflict('company.archived', `The company ${company.name} is archived.`);
  });
}

export const simImport: operations.Kind = {
  name: 'sim_import',
  permission: 'inventory.sim.add',
  subject: 'sim',

  async check(ctx, operation, source) {
    const { delimiter, ...from } = { ...csvStart, ...operation.place } as TablePlace;
    const { telecomId } = into(operation);
    const header = headerOf(simTable, operation.columns);
    const bytes = await source.read(from.offset);
    const last = from.offset + bytes.length >= source.bytes;
    const read = readRecords(bytes, from, delimiter, { last, limit: operations.chunkRows });
    const each = read.records.map((record) => checkRow(rowOf(header, record)));
    const names = each.flatMap((row) => (row.sim ? Object.values(namesOf(row.sim)).flat() : []));
    const once = refuseRepeats(each, await source.known(names));
    const checked = await refuseTaken(ctx, telecomId, once);
    return {
      rows: checked.map((row, i) => {
        const input = read.records[i]!.cells;
        const verdict = verdictOf(resultOf(row, undefined, true));
        // A row that does not fit is still known by what stands where its ICCID should.
        const label = verdict.label || (input[header.columns.indexOf('iccid')] ?? '').slice(0, 40);
        return { ...verdict, label, line: row.line, input, keys: row.sim ? namesOf(row.sim).own : [] };
      }),
      place: { ...read.place, delimiter },
      readBytes: read.place.offset,
      found: encodingFound(operation.found, read.place.encoding),
      ended: last && read.place.offset >= source.bytes,
      refusal: read.problem && csvRefusal(read.problem),
    };
  },

  async run(ctx, operation, rows) {
    const { telecomId, companyId } = into(operation);
    await mayTakeIn(ctx, telecomId, companyId);
    const header = headerOf(simTable, operation.columns);
    const raw = rows.map((row): RawRow => {
      const problem = row.input.length > 200 ? ('too_many_cells' as const) : null;
      return rowOf(header, { line: Number(row.line), cells: row.input, problem });
    });
    const results = await takeIn(ctx, { telecomId, companyId, rows: raw, dryRun: false });
    return results.map((result, i) => ({ ...verdictOf(result), label: result.iccid || rows[i]!.label }));
  },
};

function into(operation: operations.Operation): { telecomId: Id; companyId: Id | null } {
  const { telecom, company } = operation.parameters as Parameters;
  return { telecomId: parsePublicId('telecom', telecom)!, companyId: company && parsePublicId('company', company) };
}

function verdictOf(result: IntakeResult): operations.Verdict {
  const { code, message } = result;
  return {
    label: result.iccid,
    warning: result.warnings.join(' ') || null,
    subjectId: result.id,
    failure: code === null ? null : { code, field: fieldOf(code), reason: message! },
  };
}

/** `imsi.invalid` is of the column imsi; a code of the whole row has none. */
function fieldOf(code: string): string | null {
  return simColumns.find((column) => code.startsWith(`${column}.`)) ?? null;
}
