import { writeFileSync } from 'node:fs';

/** One measurement. What a row does not know stays empty; a target that was missed says so and stays. */
export type Row = {
  name: string;
  offered?: number;
  answered?: number;
  lost?: number;
  /** Per second. */
  rate?: number;
  p50?: number;
  p99?: number;
  rssBytes?: number;
  nodeUs?: number;
  postgresUs?: number;
  /** Against the baseline of the same run. */
  ratio?: { value: number; of: string };
  target?: string;
  met?: boolean;
  /** What does not fit a column: one sentence each, printed below the table. */
  notes?: string[];
};

const columns: { title: string; cell: (row: Row) => string; left?: boolean }[] = [
  { title: 'measurement', cell: (r) => r.name, left: true },
  { title: 'offered', cell: (r) => whole(r.offered) },
  { title: 'answered', cell: (r) => whole(r.answered) },
  { title: 'lost', cell: (r) => whole(r.lost) },
  { title: 'per second', cell: (r) => whole(r.rate) },
  { title: 'p50 ms', cell: (r) => tenth(r.p50) },
  { title: 'p99 ms', cell: (r) => tenth(r.p99) },
  { title: 'Node µs', cell: (r) => tenth(r.nodeUs) },
  { title: 'PostgreSQL µs', cell: (r) => tenth(r.postgresUs) },
  { title: 'Node MB', cell: (r) => whole(r.rssBytes === undefined ? undefined : r.rssBytes / 2 ** 20) },
  { title: 'ratio', cell: (r) => (r.ratio ? `${r.ratio.value.toFixed(2)} × ${r.ratio.of}` : '') },
  { title: 'target', cell: (r) => r.target ?? '' },
  { title: '', cell: (r) => (r.met === undefined ? '' : r.met ? 'met' : 'MISSED') },
];

function whole(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : Math.round(value).toLocaleString('en');
}

function tenth(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : value.toFixed(1);
}

/** The table for a terminal. */
export function asText(rows: Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map((c, i) => Math.max(c.title.length, ...cells.map((line) => line[i]!.length)));
  const line = (texts: string[]) =>
    texts
      .map((text, i) => (columns[i]!.left ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  const notes = rows.flatMap((row) => (row.notes ?? []).map((note) => `${row.name}: ${note}`));
  return [line(columns.map((c) => c.title)), ...cells.map(line), '', ...notes].join('\n');
}

/** The same in Markdown, with the machine it ran on. */
export function writeMarkdown(file: string, machine: string, settings: string, rows: Row[]): void {
  const line = (texts: string[]) => `| ${texts.join(' | ')} |`;
  const text = [
    `${machine}. ${settings}.`,
    '',
    line(columns.map((c) => c.title)),
    line(columns.map((c) => (c.left ? '---' : '---:'))),
    ...rows.map((row) => line(columns.map((c) => c.cell(row)))),
    '',
    ...rows.flatMap((row) => (row.notes ?? []).map((note) => `- ${row.name}: ${note}`)),
    '',
  ].join('\n');
  writeFileSync(file, text);
}
