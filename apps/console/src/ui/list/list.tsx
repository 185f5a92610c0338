// biome-ignore-all lint/a11y/noRedundantRoles: on a phone rows are laid out as blocks, which takes their implied roles away.
import { useElementSize, useMediaQuery, useMergedRef } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Query } from '../../api/http.ts';
import { useKeys } from '../../app/keyboard.ts';
import { usePreference } from '../../app/preferences.ts';
import { count as countWords } from '../../format/words.ts';
import { PageHead } from '../page.tsx';
import { Empty, Problem } from '../state.tsx';
import { Live } from '../time.tsx';
import { Filters, SearchBox } from './filters.tsx';
import { useOpening } from './opening.ts';
import { Row } from './row.tsx';
import { placeOf, rememberPlace, useAddress } from './state.ts';
import { ColumnPicker, type Density, Order, ServerExport } from './tools.tsx';
import { type Column, type ListProps, maxSelected } from './types.ts';
import './list.css';

// `lazy` forgets that it is of any T.
const Export = lazy(() => import('./export.tsx')) as unknown as typeof import('./export.tsx').default;

const pageSize = 100;
const rowHeight: Record<Density, number> = { comfortable: 44, compact: 32 };
const checkWidth = 40;
const noFilters: readonly never[] = [];

/** A list as console.md draws it: title with count, search, filters in the address, columns, virtual rows, selection. */
export function List<T>(props: ListProps<T>) {
  const { noun, columns, list, always, filters = noFilters, searchHint, ordered, file, fileQuery } = props;
  const [address] = useAddress();
  const query = useMemo(() => {
    const names = [...(searchHint ? ['search'] : []), ...filters.map(({ name }) => name)];
    const set: Query = { ...always };
    for (const name of names) if (address[name]) set[name] = address[name];
    if (ordered && address.order === 'oldest') set.order = 'oldest';
    return set;
  }, [address, filters, always, searchHint, ordered]);
  const filtered = Object.keys(query).some((name) => name !== 'order' && !(name in (always ?? {})));

  const pages = useInfiniteQuery({
    queryKey: [noun, 'list', query],
    queryFn: ({ pageParam, signal }) => list({ ...query, limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const { fetchNextPage } = pages;
  // Not `isFetchingNextPage`: that one asks and waits is nothing to draw.
  const asking = useRef(false);
  const onMore = useCallback(() => {
    if (asking.current) return;
    asking.current = true;
    void fetchNextPage().finally(() => {
      asking.current = false;
    });
  }, [fetchNextPage]);
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);

  const standard = useMemo(() => columns.filter(({ hidden }) => hidden).map(({ id }) => id), [columns]);
  const [hidden, setHidden] = usePreference<readonly string[]>(`list.${noun}.hidden`, standard);
  const [density, setDensity] = usePreference<Density>('list.density', 'comfortable');
  const phone = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false }) ?? false;
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const wanted = useMemo(() => columns.filter(({ id }) => !hidden.includes(id)), [columns, hidden]);
  const room = width - (props.selection ? checkWidth : 0);
  const shown = useMemo(() => (phone ? wanted : fitting(wanted, room)), [wanted, room, phone]);

  // Made of many components of the library, and the same for every page of rows that comes.
  const bar = useMemo(
    () => (
      <div className="list-bar">
        {searchHint && <SearchBox hint={searchHint} />}
        {filters.length > 0 && <Filters filters={filters} />}
        <div className="list-tools">
          {ordered && <Order />}
          {file ? (
            <ServerExport file={file} columns={shown} query={fileQuery ? fileQuery(query) : query} />
          ) : (
            <Suspense fallback={<span className="list-tool-place" />}>
              <Export name={noun} columns={shown} all={columns} list={list as never} query={query} />
            </Suspense>
          )}
          <ColumnPicker
            columns={columns}
            hidden={hidden}
            onHidden={setHidden}
            density={density}
            onDensity={setDensity}
            noRoom={wanted.filter((column) => !shown.includes(column)).map(({ id }) => id)}
          />
        </div>
      </div>
    ),
    [
      searchHint,
      filters,
      ordered,
      file,
      fileQuery,
      noun,
      columns,
      list,
      shown,
      wanted,
      query,
      hidden,
      setHidden,
      density,
      setDensity,
    ],
  );
  const summary = props.count ?? (pages.data ? seen(rows.length, pages.hasNextPage) : undefined);
  return (
    <div className="list">
      <PageHead title={props.title} count={summary} note={<Live updatedAt={pages.dataUpdatedAt} />}>
        {props.children}
      </PageHead>
      {props.note}
      {bar}
      {pages.data === undefined ? (
        pages.error ? (
          <Problem error={pages.error} onRetry={() => void pages.refetch()} />
        ) : (
          <Waiting height={rowHeight[density]} />
        )
      ) : rows.length === 0 ? (
        filtered ? (
          <NothingFound />
        ) : (
          props.empty
        )
      ) : (
        <>
          {pages.error && !pages.isFetchNextPageError && (
            <div className="list-notice notice notice-amber" role="status">
              The last refresh failed, so this may be old. {pages.error.message}
            </div>
          )}
          <Rows
            {...props}
            sizeRef={sizeRef}
            query={query}
            rows={rows}
            shown={shown}
            density={density}
            phone={phone}
            more={pages.hasNextPage && !pages.isFetchNextPageError}
            onMore={onMore}
            moreFailed={pages.isFetchNextPageError}
            busy={pages.isPlaceholderData}
          />
        </>
      )}
    </div>
  );
}

function seen(rows: number, more: boolean): string {
  return `${new Intl.NumberFormat().format(rows)}${more ? '+' : ''}`;
}

/** The columns there is room for. What somebody asked for beyond the usual ones stays before those. */
function fitting<T>(columns: readonly Column<T>[], width: number): readonly Column<T>[] {
  const kept = [...columns];
  const sum = () => kept.reduce((total, column) => total + column.width, 0);
  while (width > 0 && sum() > width) {
    const least = kept.reduce((a, b) => (rank(b) >= rank(a) ? b : a));
    if (rank(least) === 0) break;
    kept.splice(kept.indexOf(least), 1);
  }
  return kept;
}

function rank<T>({ priority = 5, hidden }: Column<T>): number {
  return hidden ? 0 : priority;
}

type RowsProps<T> = ListProps<T> & {
  query: Query;
  sizeRef: (element: HTMLDivElement | null) => void;
  rows: T[];
  shown: readonly Column<T>[];
  density: Density;
  phone: boolean;
  more: boolean;
  onMore: () => void;
  moreFailed: boolean;
  busy: boolean;
};

function Rows<T>({ rows, shown, density, phone, more, onMore, moreFailed, busy, sizeRef, ...props }: RowsProps<T>) {
  const { id, name, href, onOpen, selection, selectionOfAll, query, title } = props;
  const navigate = useNavigate();
  const here = useRouterState({ select: ({ location }) => location.href });
  const scroll = useRef<HTMLDivElement>(null);
  const box = useMergedRef(scroll, sizeRef);
  const [active, setActive] = useState(() => placeOf(here).active);
  const [selected, setSelected] = useState<ReadonlyMap<string, T>>(() => new Map());
  // All that match, of this query: another one is another choice.
  const [allOf, setAllOf] = useState<Query | null>(null);
  const anchor = useRef(0);
  const clear = useCallback(() => {
    setSelected(new Map());
    setAllOf(null);
  }, []);

  // The same function for the same rows: with another one all rows are measured again, at every turn of the wheel.
  const keyOf = useCallback((index: number) => id(rows[index]!), [rows, id]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => (phone ? 108 : rowHeight[density]),
    overscan: 6,
    initialOffset: () => placeOf(here).offset,
    getItemKey: keyOf,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights are of this density and width.
  useEffect(() => virtual.measure(), [density, phone]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 30) onMore();
  }, [more, last, rows.length, onMore]);

  // Another search begins at the top; leaving remembers where we were.
  const place = useRef({ offset: 0, active });
  place.current = { offset: virtual.scrollOffset ?? 0, active };
  useEffect(() => () => rememberPlace(here, place.current), [here]);

  const latest = useRef(rows);
  latest.current = rows;
  const select = useCallback(
    (index: number, range: boolean) => {
      setSelected((before) => {
        const next = new Map(before);
        const from = range ? Math.min(anchor.current, index) : index;
        const to = range ? Math.max(anchor.current, index) : index;
        const on = range || !before.has(id(latest.current[index]!));
        for (const row of latest.current.slice(from, to + 1)) {
          if (on && next.size < maxSelected) next.set(id(row), row);
          else if (!on) next.delete(id(row));
        }
        anchor.current = index;
        return next;
      });
    },
    [id],
  );

  function go(to: number): void {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    setActive(index);
    virtual.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroll.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-open]`)?.focus({ preventScroll: true }),
    );
  }
  useKeys({
    j: () => go(active + 1),
    k: () => go(active - 1),
    ArrowDown: () => go(active + 1),
    ArrowUp: () => go(active - 1),
    Enter: () => {
      const row = rows[active];
      if (!row) return;
      if (href) void navigate({ to: href(row) as '/' });
      else onOpen?.(row);
    },
    ...(selection && {
      x: () => active >= 0 && select(active, false),
      X: () => active >= 0 && select(active, true),
      Escape: clear,
    }),
  });

  const opening = useOpening();
  // What is selected shows as it is now, not as it was when it was selected.
  const chosen = useMemo(() => {
    if (selected.size === 0) return [];
    const now = new Map(rows.map((row) => [id(row), row]));
    return [...selected].map(([key, row]) => now.get(key) ?? row);
  }, [selected, rows, id]);
  const allChosen = selected.size > 0 && rows.slice(0, maxSelected).every((row) => selected.has(id(row)));
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);

  const least = shown.reduce((sum, column) => sum + column.width, selection ? checkWidth : 0);
  return (
    <>
      <div className="list-scroll" ref={box} data-busy={busy || undefined}>
        <table
          className={`table table-${density}`}
          style={phone ? undefined : { minWidth: least }}
          role="table"
          aria-label={title}
          aria-rowcount={more ? -1 : rows.length + 1}
        >
          <colgroup>
            {selection && <col style={{ width: checkWidth }} />}
            {shown.map((column) => (
              <col key={column.id} style={{ width: column.width }} />
            ))}
          </colgroup>
          <thead role="rowgroup">
            <tr role="row" aria-rowindex={1}>
              {selection && (
                <th role="columnheader" scope="col" className="cell-check">
                  <input
                    type="checkbox"
                    className="check"
                    ref={(box) => {
                      if (box) box.indeterminate = selected.size > 0 && !allChosen;
                    }}
                    aria-label={`Select the ${Math.min(rows.length, maxSelected)} rows that are loaded`}
                    checked={allChosen}
                    onChange={() =>
                      setSelected(
                        allChosen ? new Map() : new Map(rows.slice(0, maxSelected).map((row) => [id(row), row])),
                      )
                    }
                  />
                </th>
              )}
              {shown.map((column) => (
                <th key={column.id} role="columnheader" scope="col" className={column.align === 'right' ? 'right' : ''}>
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup" {...opening}>
            {before > 0 && <tr className="spacer" aria-hidden style={{ height: before }} />}
            {items.map(({ index, key }) => {
              const row = rows[index]!;
              return (
                <Row
                  key={key}
                  row={row}
                  id={id(row)}
                  name={name(row)}
                  index={index}
                  columns={shown}
                  href={href ? href(row) : null}
                  onOpen={onOpen ?? null}
                  selected={selection ? selected.has(id(row)) : null}
                  active={index === active}
                  onSelect={select}
                  measure={phone ? virtual.measureElement : undefined}
                />
              );
            })}
            {after > 0 && <tr className="spacer" aria-hidden style={{ height: after }} />}
          </tbody>
        </table>
        {moreFailed && (
          <div className="list-more">
            More rows could not be loaded.{' '}
            <button type="button" className="as-link" onClick={onMore}>
              Try again
            </button>
          </div>
        )}
      </div>
      {selection && chosen.length > 0 && (
        <section className="action-bar" aria-label="What to do with the selected rows">
          {selectionOfAll && allOf === query ? (
            <>
              <span className="strong nowrap">All {countWords(selectionOfAll.rows, 'that matches', 'that match')}</span>
              {selectionOfAll.show(query, clear)}
            </>
          ) : (
            <>
              <span className="strong nowrap">{countWords(chosen.length, 'selected', 'selected')}</span>
              {selection(chosen, clear)}
              {selectionOfAll && selectionOfAll.rows > chosen.length && (
                <button type="button" className="as-link nowrap" onClick={() => setAllOf(query)}>
                  All {countWords(selectionOfAll.rows, 'that matches', 'that match')}
                </button>
              )}
            </>
          )}
          <button type="button" className="as-link" onClick={clear}>
            Clear
          </button>
        </section>
      )}
    </>
  );
}

function Waiting({ height }: { height: number }) {
  return (
    <div className="list-scroll" role="status" aria-label="Loading" aria-busy>
      {Array.from({ length: 12 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no other identity.
        <div key={i} className="row-waiting" style={{ height }}>
          <span style={{ width: `${26 - (i % 3) * 4}%` }} />
          <span style={{ width: '12%' }} />
          <span style={{ width: `${18 + (i % 4) * 3}%` }} />
          <span style={{ width: '8%' }} />
        </div>
      ))}
    </div>
  );
}

function NothingFound() {
  return (
    <Empty title="Nothing matches">
      No row fits this search and these filters. Remove one of them, or search for fewer characters.
    </Empty>
  );
}
