import type { HeldCount } from '../../carriers/index.ts';
import type { ItemKind, ReadingProgress, Report, ReportRow } from '../../takeover/index.ts';

const kinds: [ItemKind, string][] = [
  ['profile', 'profiles'],
  ['fleet', 'fleets'],
  ['sim', 'SIMs'],
];
const outcomes: ReportRow['outcome'][] = [
  ...(['made', 'imported', 'already here', 'missing IMSI', 'taken by another account', 'refused', 'waiting'] as const),
];
const whole = new Intl.NumberFormat('en');

/** The report as a table, with the reasons for what did not come and what should be known of the rest. */
export function reportText({ totals, reasons, warnings }: Report): string {
  const shown = outcomes.filter((outcome) => kinds.some(([kind]) => totals.has(`${kind} ${outcome}`)));
  const head = ['', ...shown];
  const body = kinds.map(([kind, words]) => [
    words,
    ...shown.map((outcome) => {
      const count = totals.get(`${kind} ${outcome}`);
      return count === undefined ? '' : whole.format(count);
    }),
  ]);
  const lines = table([head, ...body]);
  const why = [...reasons].sort(([, a], [, b]) => b.rows - a.rows);
  if (why.length > 0) lines.push('', 'Not taken over:');
  for (const [code, { rows, kind, example, note }] of why) {
    lines.push(
      `  ${whole.format(rows)} × ${code}, for example the ${kind === 'sim' ? 'SIM' : kind} ${example}: ${note}`,
    );
  }
  if (warnings.size > 0) lines.push('', 'Good to know:');
  for (const [note, { rows, example }] of [...warnings].slice(0, 10)) {
    lines.push(`  ${whole.format(rows)} × ${note} For example ${example}.`);
  }
  return lines.join('\n');
}

/** Columns of text, the first to the left, the others to the right. */
function table(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('   ')
      .trimEnd(),
  );
}

export function readingText({ profiles, fleets, sims, usageOf }: ReadingProgress): string {
  const usage = usageOf > 0 ? `, usage of ${whole.format(usageOf)}` : '';
  return `Read ${whole.format(profiles)} profiles, ${whole.format(fleets)} fleets, ${whole.format(sims)} SIMs${usage}`;
}

/** What the switch would tell carriers. */
export function heldText(held: HeldCount[]): string {
  if (held.length === 0) return 'No SIM waits for the switch: their carriers hold no state, or have been told.';
  const total = held.reduce((sum, { lines }) => sum + lines, 0);
  const each = held.map(({ want, reported, lines }) => {
    const what =
      want === reported
        ? 'nothing to tell'
        : reported === 'unknown'
          ? `told to be ${want} if its carrier says otherwise`
          : `told to become ${want}`;
    return `  ${whole.format(lines)} × wanted ${want}, carrier says ${reported}: ${what}`;
  });
  return [`${whole.format(total)} SIMs wait for the switch:`, ...each].join('\n');
}

export { whole };
