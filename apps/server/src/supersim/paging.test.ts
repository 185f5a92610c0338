import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Meta, pageBody, readPage, readSlice } from './paging.ts';

const isKey = (key: string) => /^\d{3}$/.test(key);
const keys = (count: number) => Array.from({ length: count }, (_, i) => String(i).padStart(3, '0'));

/** A list of numbered rows, newest (highest) first, read as the rooms read theirs. */
async function readList(rows: string[], query: Record<string, string>) {
  const request = readPage(query, isKey);
  const slice = await readSlice(
    request,
    async ({ after, limit, newestFirst }) =>
      rows
        .filter((key) => after === undefined || (newestFirst ? key < after : key > after))
        .sort((a, b) => (newestFirst === a < b ? 1 : -1))
        .slice(0, limit),
    (key) => key,
  );
  const list = { key: 'rows', url: 'https://host/v1/Rows', filters: { Fleet: 'My Fleet', Status: undefined } };
  return pageBody(list, request, slice, (key) => key) as { meta: Meta; rows: string[] };
}

const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

test('walking on shows every row once, and walking back shows the same pages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9 }), async (count, size) => {
      const rows = keys(count);
      const pages: string[][] = [];
      let page = await readList(rows, { PageSize: String(size) });
      for (;;) {
        pages.push(page.rows);
        if (!page.meta.next_page_url) break;
        page = await readList(rows, queryOf(page.meta.next_page_url));
      }
      expect(pages.flat()).toEqual([...rows].reverse());
      expect(page.meta.page).toBe(pages.length - 1);
      for (let i = pages.length - 2; i >= 0; i--) {
        page = await readList(rows, queryOf(page.meta.previous_page_url!));
        expect([page.rows, page.meta.page]).toEqual([pages[i], i]);
      }
      expect(page.meta.previous_page_url).toBeNull();
    }),
    { numRuns: 60 },
  );
});

test('URLs are absolute and repeat the filters that were given', async () => {
  const { meta } = await readList(keys(3), { PageSize: '2' });
  expect(meta.first_page_url).toBe('https://host/v1/Rows?Fleet=My%20Fleet&PageSize=2&Page=0');
  expect(meta.url).toBe(meta.first_page_url);
  expect(meta.next_page_url).toMatch(
    /^https:\/\/host\/v1\/Rows\?Fleet=My%20Fleet&PageSize=2&Page=1&PageToken=PA[\w-]+$/,
  );
  expect(meta).toMatchObject({ key: 'rows', page: 0, page_size: 2, previous_page_url: null });
});

test.each([
  ['5000', 1000],
  ['99999999999999999999', 1000],
  ['', 50],
  ['0', 1],
  ['-3', 1],
  ['20', 20],
  [undefined, 50],
])('PageSize %s is read as %i', (given, size) => {
  expect(readPage({ PageSize: given }, isKey).size).toBe(size);
});

test.each([
  { PageSize: 'many' },
  { Page: 'x' },
  { PageToken: 'nonsense' },
  { PageToken: 'PAeHl6' },
  { PageToken: ['PA', 'PB'] },
])('%j is refused', (query) => {
  expect(() => readPage(query, isKey)).toThrow(expect.objectContaining({ status: 400, code: 20001 }));
});
