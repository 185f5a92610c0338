import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Query } from '../api/http.ts';
import { listOperationRows, type Operation, type OperationRow } from '../api/operations.ts';
import type { Tone } from '../format/words.ts';
import { None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { EffectBadge } from './plan.tsx';
import { hasEffects, isMoving, tally } from './words.tsx';

const views: Record<string, Query> = {
  failed: { outcome: 'failed' },
  warned: { warned: true },
  all: {},
};

const outcomes: Record<OperationRow['outcome'], { tone: Tone; word: string }> = {
  pending: { tone: 'blue', word: 'Good' },
  done: { tone: 'green', word: 'Done' },
  failed: { tone: 'red', word: 'Failed' },
};

/** What names a row, where it is no SIM. */
const rowNames: Record<string, string> = { bill_run: 'Account', pre_bill_settlement: 'Pre-bill' };

/** The rows as they were read, the failed ones first of all: where in the file, what, and why. */
export function OperationRows({ operation }: { operation: Operation }) {
  const [chosen, setView] = useState<string | null>(null);
  const named = rowNames[operation.kind] ?? 'ICCID';
  // Where nothing failed, there is something to see all the same.
  const view = chosen ?? (hasEffects(operation) && operation.progress.failed === '0' ? 'all' : 'failed');
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 250);
  const query = { ...views[view], search, limit: 100 };
  const rows = useInfiniteQuery({
    queryKey: ['operation-rows', operation.id, operation.state, query],
    queryFn: ({ pageParam, signal }) => listOperationRows(operation.id, { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: isMoving(operation) ? 2_000 : false,
    placeholderData: (before) => before,
  });
  const found = rows.data?.pages.flatMap((page) => page.items) ?? [];
  const { progress } = operation;
  return (
    <Panel
      title="Rows"
      aside={
        <span className="row-tools">
          <TextInput
            size="xs"
            type="search"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            placeholder={`Line, ${named} or reason`}
            aria-label={`Search the rows by line, ${named} or reason`}
            leftSection={<IconSearch size={14} />}
            maxLength={100}
          />
          <SegmentedControl
            size="xs"
            value={view}
            onChange={setView}
            data={[
              { value: 'failed', label: `Failed ${tally(progress.failed)}` },
              { value: 'warned', label: `Warned ${tally(progress.warned)}` },
              { value: 'all', label: `All ${tally(progress.rows)}` },
            ]}
          />
        </span>
      }
    >
      {rows.data === undefined ? (
        <Pending query={rows} lines={6} />
      ) : found.length === 0 ? (
        <None>
          {search
            ? 'No row matches.'
            : view === 'failed'
              ? isMoving(operation)
                ? 'None so far.'
                : 'No row failed.'
              : view === 'warned'
                ? 'No row has a warning.'
                : 'No rows yet.'}
        </None>
      ) : (
        <>
          <div className="table-wrap">
            <table className="plain-table rows-table">
              <thead>
                <tr>
                  <th scope="col" className="right">
                    Line
                  </th>
                  <th scope="col">{named}</th>
                  <th scope="col">Result</th>
                  <th scope="col">Column</th>
                  <th scope="col">Why</th>
                </tr>
              </thead>
              <tbody>
                {found.map((row) => (
                  <RowOf key={row.line} row={row} />
                ))}
              </tbody>
            </table>
          </div>
          {rows.hasNextPage && (
            <div className="rows-more">
              <Button
                variant="default"
                size="xs"
                loading={rows.isFetchingNextPage}
                onClick={() => void rows.fetchNextPage()}
              >
                More rows
              </Button>
            </div>
          )}
        </>
      )}
    </Panel>
  );
}

function RowOf({ row }: { row: OperationRow }) {
  const { tone, word } = outcomes[row.outcome];
  return (
    <tr>
      <td className="right dim tabular">{tally(row.line)}</td>
      <td className="mono rows-label">
        {row.subject ? (
          <Link
            to={row.subject.startsWith('pbl_') ? '/pre-bills/$id' : '/sims/$id'}
            params={{ id: row.subject }}
            className="plain"
          >
            {row.label}
          </Link>
        ) : (
          row.label || <None>unreadable</None>
        )}
      </td>
      <td>
        {row.effect && row.outcome !== 'failed' ? (
          <EffectBadge effect={row.effect} done={row.outcome === 'done'} />
        ) : (
          <Badge tone={tone}>{word}</Badge>
        )}
      </td>
      <td className="mono">{row.field ?? <span className="dim">–</span>}</td>
      <td title={row.code ?? undefined}>{row.reason ?? row.warning ?? ''}</td>
    </tr>
  );
}
