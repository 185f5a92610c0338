import type { ReactNode } from 'react';
import type { Page, Query } from '../../api/http.ts';

export type Column<T> = {
  id: string;
  label: string;
  cell: (row: T) => ReactNode;
  /** What stands in an exported file: the plain value, never what is drawn. */
  csv: (row: T) => string;
  /** Pixels at the least; what is left over is shared. */
  width: number;
  align?: 'right';
  /** Where it stands on a phone: as the row's title, beside it, below with its label or without, or nowhere. */
  phone?: 'title' | 'side' | 'line' | 'bare' | 'none';
  /** Columns of a higher number go first when there is no room; 0 stays always. */
  priority?: number;
  /** Hidden until somebody wants it. */
  hidden?: boolean;
};

export type Option = { value: string; label: string };

export type Filter = {
  name: string;
  label: string;
  /** `many`: any of several values, joined with commas in the address. `day`: a date like `2026-11-01`. */
  kind: 'one' | 'many' | 'text' | 'day';
  options?: readonly Option[];
  /** Options that the server knows; asked when they are needed. */
  load?: () => Promise<Option[]>;
  /** How many rows each value would show, where the server counts that. */
  counts?: ReadonlyMap<string, number>;
};

export type ListQuery<T> = (query: Query, signal?: AbortSignal) => Promise<Page<T>>;

export type ListProps<T> = {
  /** Preferences are kept under it; also the first word of the query key. */
  noun: string;
  title: string;
  note?: ReactNode;
  /** How many rows match, where the server counts them; else what is loaded is counted. */
  count?: string | undefined;
  columns: readonly Column<T>[];
  list: ListQuery<T>;
  /** Sent with every request, beside search and filters. */
  always?: Query;
  id: (row: T) => string;
  /** What a screen reader calls the row. */
  name: (row: T) => string;
  href?: (row: T) => string;
  onOpen?: (row: T) => void;
  searchHint?: string;
  filters?: readonly Filter[];
  /** Shown while rows are selected. */
  selection?: (rows: T[], clear: () => void) => ReactNode;
  /** Beside it, where something can be done with all that match, loaded or not: how many they are, and what. */
  selectionOfAll?: { rows: number; show: (query: Query, clear: () => void) => ReactNode } | undefined;
  /** Where the server writes this list as a file: `/api/v1/sims`, with `.csv` and `.xlsx`. Without it the browser does. */
  file?: string;
  /** The words of the address as that file's address has them, where they differ. */
  fileQuery?: (query: Query) => Query;
  /** The server can list the oldest first. */
  ordered?: boolean;
  empty: ReactNode;
  /** Buttons beside the title. */
  children?: ReactNode;
};

/** Rows that can be selected at once: what one bulk request takes. */
export const maxSelected = 500;
