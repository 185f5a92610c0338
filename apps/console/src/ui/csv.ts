import type { Page } from '../api/http.ts';

/** A row of an export never starts a formula in whatever opens it (CWE-1236). */
export function csvCell(value: string): string {
  const guarded = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",;\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

export function toCsv(head: string[], rows: string[][]): string {
  return `\uFEFF${[head, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

export function saveText(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const pageSize = 200;
/** Larger exports are an operation of the server's, not of a browser's memory. */
export const maxExportRows = 20_000;

/** Reads a whole list page by page, up to the bound; `onProgress` hears the rows so far, `signal` ends it. */
export async function readAll<T>(
  list: (cursor: string | undefined, limit: number) => Promise<Page<T>>,
  onProgress: (rows: number) => void,
  signal: AbortSignal,
  most = maxExportRows,
): Promise<{ rows: T[]; complete: boolean }> {
  const rows: T[] = [];
  let cursor: string | undefined;
  while (rows.length < most) {
    signal.throwIfAborted();
    const page = await list(cursor, Math.min(pageSize, most - rows.length));
    rows.push(...page.items);
    onProgress(rows.length);
    if (page.nextCursor === null) return { rows, complete: true };
    cursor = page.nextCursor;
  }
  return { rows, complete: false };
}
