import { Time } from '../time.tsx';
import type { Column, Filter, Option } from './types.ts';

/** Choices out of a table of words: each key, by its word or the word in its entry. */
export function choices(words: Readonly<Record<string, string | { word: string } | { title: string }>>): Option[] {
  return Object.entries(words).map(([value, entry]) => ({
    value,
    label: typeof entry === 'string' ? entry : 'word' in entry ? entry.word : entry.title,
  }));
}

/** A filter by one value of a table of words. */
export function oneOf(name: string, label: string, words: Parameters<typeof choices>[0]): Filter {
  return { name, label, kind: 'one', options: choices(words) };
}

/** A column of instants: shown as people say them, written to files as they are. */
export function timeColumn<T>(
  id: string,
  label: string,
  at: (row: T) => string,
  more: Partial<Pick<Column<T>, 'align' | 'hidden' | 'phone' | 'priority' | 'width'>> = {},
): Column<T> {
  return { id, label, width: 168, cell: (row) => <Time at={at(row)} />, csv: at, ...more };
}
