/** Separated by `,`, lines end in CRLF (RFC 4180), a byte order mark before them: spreadsheets need it for UTF-8. */
export const byteOrderMark = '\uFEFF';

/**
 * A cell never starts a formula in whatever opens the file (CWE-1236): an apostrophe stands before `= + - @`, tab and CR. A number below zero is no
 * formula, and has to stay a number.
 */
export function csvCell(value: string): string {
  const guarded = /^[=+\-@\t\r]/.test(value) && !/^-\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",;\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}
