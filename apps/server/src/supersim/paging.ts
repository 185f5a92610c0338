import { invalidParameter } from './errors.ts';

export type PageRequest = {
  size: number;
  /** The client's own count of pages; it decides nothing. */
  page: number;
  /** Where to read from: after this key, onwards or back. Null: from the start. */
  from: { direction: 'next' | 'previous'; key: string } | null;
};

export const maxPageSize = 1000;
const defaultPageSize = 50;
/** A count that a program keeps for itself; beyond this it is none. */
const maxPage = 1_000_000_000;

/**
 * `PageSize`, `Page` and `PageToken`. A size beyond 1..1000 is clamped: the SDK sends its `limit` as the size.
 *
 * @param isKey whether a token's content is a key of this list; any other token is refused.
 */
export function readPage(query: Record<string, unknown>, isKey: (key: string) => boolean): PageRequest {
  const size = wholeNumber(query.PageSize, 'PageSize') ?? defaultPageSize;
  const page = wholeNumber(query.Page, 'Page') ?? 0;
  const token = query.PageToken;
  const from = token === undefined || token === '' ? null : readToken(token, isKey);
  return { size: Math.min(Math.max(size, 1), maxPageSize), page: Math.min(Math.max(page, 0), maxPage), from };
}

function wholeNumber(value: unknown, name: string): number | null {
  if (value === undefined || value === '') return null;
  if (typeof value !== 'string' || !/^-?\d{1,400}$/.test(value)) {
    throw invalidParameter(name, `Invalid parameter ${name}: expected a whole number`);
  }
  return Number(value);
}

/** `PA` for a page onwards, `PB` for one back, and the key it starts beside. */
function writeToken(direction: 'next' | 'previous', key: string): string {
  return `${direction === 'next' ? 'PA' : 'PB'}${Buffer.from(key).toString('base64url')}`;
}

function readToken(token: unknown, isKey: (key: string) => boolean): PageRequest['from'] {
  const match = typeof token === 'string' && token.length <= 500 ? /^P([AB])([\w-]+)$/.exec(token) : null;
  const key = match && Buffer.from(match[2]!, 'base64url').toString();
  if (!key || !isKey(key)) {
    throw invalidParameter('PageToken', 'Invalid parameter PageToken: expected one of this list, unchanged');
  }
  return { direction: match[1] === 'A' ? 'next' : 'previous', key };
}

export type Slice<T> = {
  items: T[];
  first: string | null;
  last: string | null;
  hasNext: boolean;
  hasPrevious: boolean;
};

/**
 * Reads one page of a keyset list that is sorted newest first. `read` gives rows after a key in the asked direction;
 * going back is reading oldest first from the page's first key, and turning the rows around.
 */
export async function readSlice<T>(
  request: PageRequest,
  read: (page: { after?: string; limit: number; newestFirst: boolean }) => Promise<T[]>,
  keyOf: (item: T) => string,
): Promise<Slice<T>> {
  const back = request.from?.direction === 'previous';
  // One row too many tells whether there is more in that direction.
  const rows = await read({ after: request.from?.key, limit: request.size + 1, newestFirst: !back });
  const items = rows.slice(0, request.size);
  if (back) items.reverse();
  const more = rows.length > request.size;
  return {
    items,
    first: items.length > 0 ? keyOf(items[0]!) : null,
    last: items.length > 0 ? keyOf(items.at(-1)!) : null,
    hasNext: back ? items.length > 0 : more,
    hasPrevious: back ? more : request.from !== null && items.length > 0,
  };
}

/** A list that is always read whole. */
export function wholeSlice<T>(items: T[]): Slice<T> {
  return { items, first: null, last: null, hasNext: false, hasPrevious: false };
}

export type Meta = {
  first_page_url: string;
  key: string;
  next_page_url: string | null;
  page: number;
  page_size: number;
  previous_page_url: string | null;
  url: string;
};

/**
 * The body of a list. Every URL repeats the filters: a page that lost one would silently show foreign rows.
 *
 * @param list.url the list's absolute address without a query.
 * @param list.filters the filters as they were given.
 * @param list.pinned what further pages must also say, because its default would move meanwhile.
 */
export function pageBody<T>(
  list: { key: string; url: string; filters: Record<string, string | undefined>; pinned?: Record<string, string> },
  request: PageRequest,
  slice: Slice<T>,
  shape: (item: T) => unknown,
): Record<string, unknown> {
  const address = (page: number, token: string | null, filters: Record<string, string | undefined>) => {
    const query = Object.entries(filters).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value)}`],
    );
    query.push(`PageSize=${request.size}`, `Page=${page}`);
    if (token !== null) query.push(`PageToken=${token}`);
    return `${list.url}?${query.join('&')}`;
  };
  const onwards = { ...list.filters, ...list.pinned };
  const here = request.from && writeToken(request.from.direction, request.from.key);
  const meta: Meta = {
    first_page_url: address(0, null, list.filters),
    key: list.key,
    next_page_url:
      slice.hasNext && slice.last !== null ? address(request.page + 1, writeToken('next', slice.last), onwards) : null,
    page: request.page,
    page_size: request.size,
    previous_page_url:
      slice.hasPrevious && slice.first !== null
        ? address(Math.max(request.page - 1, 0), writeToken('previous', slice.first), onwards)
        : null,
    url: address(request.page, here, list.filters),
  };
  return { meta, [list.key]: slice.items.map(shape) };
}
