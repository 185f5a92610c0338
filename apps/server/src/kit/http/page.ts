import { z } from 'zod';
import { refuse } from '../refusal.ts';
import { named } from './schemas.ts';

/**
 * Keyset pagination: a list is read from where the last page ended, never by counting rows, so a page costs the same
 * at the start and after a million rows, and nothing is seen twice because something was inserted meanwhile.
 */
export type Page<T> = { items: T[]; nextCursor: string | null };

export const maxLimit = 200;

/** The query of a list: `limit` (1 to 200, default 50), `cursor`, and its filters. */
export function pageQuery<S extends z.core.$ZodLooseShape>(filters: S) {
  return z.strictObject({
    limit: z.coerce.number().int().min(1).max(maxLimit).default(50),
    cursor: z.string().min(1).max(1000).optional(),
    ...filters,
  });
}

/** `pageOf(Sim, 'SimPage')` → `{ items: Sim[], nextCursor: string | null }` */
export function pageOf<T extends z.ZodType>(item: T, id: string) {
  return named(id, z.object({ items: z.array(item).max(maxLimit), nextCursor: z.string().nullable() }));
}

/**
 * The cursor of one list: the sort values of the last row seen, in a form the caller passes back as it is. It carries
 * the list's name and is checked value by value, so that a cursor of another list or a made-up one is refused.
 */
export function cursorOf<T extends z.ZodType>(list: string, values: T) {
  const form = z.tuple([z.literal(list), values]);
  return {
    write(last: z.output<T>): string {
      return Buffer.from(JSON.stringify(z.encode(form, [list, last]))).toString('base64url');
    },
    /** The values, or null without a cursor. Refuses `cursor.invalid`. */
    read(cursor: string | undefined): z.output<T> | null {
      if (cursor === undefined) return null;
      try {
        const result = form.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
        if (result.success) return result.data[1] as z.output<T>;
      } catch {
        // Not JSON: refused below, as any other text that we did not write.
      }
      throw refuse.invalid('cursor.invalid', 'This cursor is not one of this list.', {
        field: 'query.cursor',
        expected: 'the nextCursor of the page before, unchanged',
      });
    },
  };
}

/** A page from up to `limit + 1` rows: the row too many only tells that there is a next page. */
export function pageFrom<T>(rows: T[], limit: number, cursor: (last: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursor(last) : null };
}

/** The commonest cursor: a list sorted by id alone. */
export function idCursor(list: string) {
  return cursorOf(list, z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
}
