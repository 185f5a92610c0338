import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { byteOrderMark, csvLine } from '../kit/csv/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { toHex } from '../kit/ids.ts';
import * as operations from '../operations/index.ts';
import type { Effect, Item, ItemKind, Takeover } from './model.ts';
import { listItems } from './sql.ts';

/** What became of an item, or would: in the words of whoever asks how the move went. */
export type ReportRow = {
  kind: ItemKind;
  name: string;
  outcome: 'made' | 'imported' | 'already here' | 'missing IMSI' | 'taken by another account' | 'refused' | 'waiting';
  status: string;
  /** SID there, and here: the same kind of thing by the same API. */
  sourceSid: string;
  sid: string;
  code: string;
  note: string;
};

export type Totals = Map<string, number>;

const rowsAtOnce = 1_000;
const sidPrefix: Record<ItemKind, string> = { profile: 'HA', fleet: 'HF', sim: 'HS' };

/** Every item of the plan with what became of it, in its order. */
export async function* reportRows(
  fresh: () => Ctx,
  takeover: Takeover,
  operation: operations.Operation,
): AsyncGenerator<ReportRow> {
  for (let after = 0n; ; ) {
    const { items, rows } = await reading(fresh(), async (ctx) => ({
      items: await listItems(ctx, takeover.id, { after, limit: rowsAtOnce }),
      rows: await operations.listRows(ctx, operation.id, {}, { after, limit: rowsAtOnce }),
    }));
    const byLine = new Map(rows.map((row) => [row.line, row]));
    for (const item of items) {
      const row = byLine.get(item.line);
      if (row) yield rowOf(item, row, operation.startedAt !== null);
    }
    if (items.length < rowsAtOnce) return;
    after = items.at(-1)!.line;
  }
}

function rowOf(item: Item, row: operations.OperationRow, started: boolean): ReportRow {
  return {
    kind: item.kind,
    name: item.kind === 'sim' ? item.told.iccid : (item.told.name ?? ''),
    outcome: outcomeOf(row, started),
    status: item.kind === 'sim' ? item.told.status : '',
    sourceSid: item.sid,
    sid: item.targetId ? `${sidPrefix[item.kind]}${toHex(item.targetId)}` : '',
    code: row.code ?? '',
    note: [row.reason, row.warning].filter(Boolean).join(' '),
  };
}

const refusedAs: Record<string, ReportRow['outcome']> = {
  'sim.imsi_missing': 'missing IMSI',
  'sim.other_account': 'taken by another account',
};
const outcomes: Record<Effect, ReportRow['outcome']> = {
  makes: 'made',
  adds: 'imported',
  registers: 'imported',
  same: 'already here',
};

/** What a plan says is said as if it were done; a row that waits in a run that was stopped is not done. */
function outcomeOf(row: operations.OperationRow, started: boolean): ReportRow['outcome'] {
  if (row.code) return refusedAs[row.code] ?? 'refused';
  if (started && row.outcome === 'pending') return 'waiting';
  return outcomes[row.effect as Effect];
}

export type Report = {
  /** `sim imported` → how many. */
  totals: Totals;
  /** Code → how many, and one of them. */
  reasons: Map<string, { rows: number; kind: ItemKind; example: string; note: string }>;
  warnings: Map<string, { rows: number; example: string }>;
};

/** Adds the report up, and writes it to a file on the way: CSV, or JSON where its name ends so. */
export async function writeReport(
  fresh: () => Ctx,
  takeover: Takeover,
  operation: operations.Operation,
  path: string | null,
): Promise<Report> {
  const report: Report = { totals: new Map(), reasons: new Map(), warnings: new Map() };
  const file = path === null ? null : await openFile(path, takeover, operation);
  for await (const row of reportRows(fresh, takeover, operation)) {
    const key = `${row.kind} ${row.outcome}`;
    report.totals.set(key, (report.totals.get(key) ?? 0) + 1);
    const example = row.name || row.sourceSid;
    if (row.code) {
      const known = report.reasons.get(row.code) ?? { rows: 0, kind: row.kind, example, note: row.note };
      report.reasons.set(row.code, { ...known, rows: known.rows + 1 });
    } else if (row.note) {
      const known = report.warnings.get(row.note) ?? { rows: 0, example };
      if (report.warnings.size < 100 || known.rows > 0)
        report.warnings.set(row.note, { ...known, rows: known.rows + 1 });
    }
    await file?.write(row);
  }
  await file?.end();
  return report;
}

const fields = ['kind', 'name', 'outcome', 'status', 'source_sid', 'sid', 'code', 'note'];

async function openFile(path: string, takeover: Takeover, operation: operations.Operation) {
  // Names of somebody's devices: for whoever asked alone.
  const stream = createWriteStream(path, { mode: 0o600 });
  const put = async (text: string) => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
  const json = path.endsWith('.json');
  const about = {
    source: takeover.sourceUrl,
    account: takeover.sourceAccount,
    readAt: takeover.readAt,
    state: operation.state,
    startedAt: operation.startedAt,
    endedAt: operation.endedAt,
  };
  await put(json ? `{"about":${JSON.stringify(about)},"rows":[` : byteOrderMark + csvLine(fields));
  let first = true;
  return {
    async write(row: ReportRow) {
      const { kind, name, outcome, status, sourceSid, sid, code, note } = row;
      const text = json
        ? `${first ? '' : ','}\n${JSON.stringify(row)}`
        : csvLine([kind, name, outcome, status, sourceSid, sid, code, note]);
      first = false;
      await put(text);
    },
    async end() {
      stream.end(json ? '\n]}\n' : '');
      await finished(stream);
    },
  };
}
