import { ActionIcon, Button, SegmentedControl, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Query } from '../api/http.ts';
import { listMovements, type Movement, type Wallet } from '../api/wallets.ts';
import { exactMoney, money } from '../format/money.ts';
import { measures } from '../format/organization.ts';
import { monthName } from '../format/time.ts';
import { iccidGroups } from '../format/words.ts';
import { tellProblem } from '../ui/actions.ts';
import { maxExportRows, readAll, saveText, toCsv } from '../ui/csv.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { useAddress } from '../ui/list/state.ts';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { useMonth } from './overview.tsx';
import { filtersOf, movementFilters, signed } from './words.ts';

const pageSize = 50;

/** What came and what went in the month, newest first, with what was in it afterwards. */
export function History({ wallet }: { wallet: Wallet }) {
  const [{ kind = 'all' }, change] = useAddress();
  const { month } = useMonth();
  const filter = movementFilters.find(({ value }) => value === kind) ?? movementFilters[0]!;
  const asked = { kind: filter.kinds?.join(','), from: month.from, to: month.to };
  const query = useInfiniteQuery({
    queryKey: ['wallet', wallet.id, 'history', month.name, filter.value],
    queryFn: ({ pageParam, signal }) =>
      listMovements(wallet.id, { ...asked, limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const movements = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel
      title={`History, ${monthName(month.from, measures().timeZone)}`}
      aside={
        <span className="wallet-tools">
          <SegmentedControl
            size="xs"
            aria-label="Which movements"
            value={filter.value}
            onChange={(value) => change({ kind: value === 'all' ? null : value })}
            data={filtersOf(wallet).map(({ value, label }) => ({ value, label }))}
          />
          <Export wallet={wallet} query={asked} month={month.name} />
        </span>
      }
    >
      {!query.data ? (
        <Pending query={query} lines={5} />
      ) : movements.length === 0 ? (
        <p className="dim">Nothing{filter.kinds ? ' of this kind' : ''} moved in this month.</p>
      ) : (
        <Table movements={movements} />
      )}
      {query.hasNextPage && (
        <div className="wallet-more">
          <Button
            variant="default"
            size="xs"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Table({ movements }: { movements: Movement[] }) {
  return (
    <div className="table-wrap">
      <table className="plain-table stacked">
        <thead>
          <tr>
            <th scope="col">Booked</th>
            <th scope="col">What</th>
            <th scope="col" className="right">
              Amount
            </th>
            <th scope="col" className="right">
              Balance after
            </th>
          </tr>
        </thead>
        <tbody>
          {movements.map((movement) => (
            <tr key={movement.transferId}>
              <td data-label="Booked">
                <Time at={movement.at} />
              </td>
              <td data-label="What">
                <span className="two">
                  <span>{movement.description}</span>
                  <About movement={movement} />
                </span>
              </td>
              <td data-label="Amount" className="right nowrap" title={exactMoney(movement.amount, movement.currency)}>
                <span>
                  {signed(movement)}
                  {movement.fee && <ExplainButton id={movement.fee} what={`the fee of ${movement.amount}`} />}
                </span>
              </td>
              <td
                data-label="Balance after"
                className="right nowrap"
                title={exactMoney(movement.remaining, movement.currency)}
              >
                {money(movement.remaining, movement.currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The SIM that it is for, or what was written beside it and by whom. */
function About({ movement: { sim, note, madeBy } }: { movement: Movement }) {
  if (sim) {
    return (
      <Link to="/sims/$id" params={{ id: sim.id }} className="sub plain mono">
        {iccidGroups(sim.iccid)}
      </Link>
    );
  }
  if (!note) return null;
  return (
    <span className="sub wallet-text">
      {note}
      {madeBy && ` · ${madeBy}`}
    </span>
  );
}

const head = ['Booked', 'Kind', 'What', 'SIM', 'Note', 'By', 'Amount', 'Balance after', 'Currency', 'Transfer'];

function Export({ wallet, query, month }: { wallet: Wallet; query: Query; month: string }) {
  const [busy, setBusy] = useState(false);
  async function run(): Promise<void> {
    setBusy(true);
    try {
      const list = (cursor: string | undefined, limit: number) => listMovements(wallet.id, { ...query, cursor, limit });
      const { rows, complete } = await readAll(list, () => {}, new AbortController().signal);
      const table = rows.map((m) => [
        ...[m.at, m.kind, m.description, m.sim?.iccid ?? '', m.note ?? '', m.madeBy ?? ''],
        ...[m.amount, m.remaining, m.currency, m.transferId],
      ]);
      saveText(`wallet-${month}.csv`, toCsv(head, table));
      if (!complete) tellProblem(new Error(`Only the first ${maxExportRows} rows were exported.`));
    } catch (error) {
      tellProblem(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Tooltip label="Export as CSV">
      <ActionIcon aria-label="Export as CSV" variant="default" loading={busy} onClick={() => void run()}>
        <IconDownload size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
