import type { Id } from '../kit/ids.ts';
import type { Call, Reply } from './call.ts';
import { type PageRequest, pageBody, readPage, readSlice, type Slice } from './paging.ts';

export function isId(key: string): key is Id {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key);
}

/** The filters as they were given: the ones the URLs of a list repeat. */
export function givenFilters(call: Call, names: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(
    names.map((name) => [name, typeof call.query[name] === 'string' ? (call.query[name] as string) : undefined]),
  );
}

export type ListRoute<T> = {
  key: string;
  /** `/Fleets` */
  at: string;
  filters: readonly string[];
  isKey?: (key: string) => boolean;
  keyOf: (item: T) => string;
  read: (page: { after?: string; limit: number; newestFirst: boolean }) => Promise<T[]>;
  /** Shapes a whole page, so that what else it needs is asked once. */
  shape: (items: T[]) => Promise<unknown[]> | unknown[];
};

/** Reads and answers one page of a list. */
export async function answerList<T>(call: Call, list: ListRoute<T>): Promise<Reply> {
  const request = readPage(call.query, list.isKey ?? isId);
  const slice = await readSlice(request, list.read, list.keyOf);
  return listReply(call, list, request, { ...slice, items: await list.shape(slice.items) });
}

export function listReply(
  call: Call,
  list: { key: string; at: string; filters: readonly string[]; pinned?: Record<string, string> },
  request: PageRequest,
  slice: Slice<unknown>,
): Reply {
  const { key, pinned } = list;
  const page = { key, url: `${call.base}${list.at}`, filters: givenFilters(call, list.filters), pinned };
  return { status: 200, body: pageBody(page, request, slice, (item) => item) };
}
