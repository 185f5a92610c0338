import { Button, Menu } from '@mantine/core';
import { IconChevronUp, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { SimFilter } from '../api/assignments.ts';
import type { Query } from '../api/http.ts';
import {
  type BulkAction,
  countSimFacets,
  countSims,
  listSims,
  type SimFacet,
  type SimRow,
  shownStatuses,
} from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import { number } from '../format/words.ts';
import type { Whom } from '../periods/assign.tsx';
import { List } from '../ui/list/list.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Filter } from '../ui/list/types.ts';
import { loadCompanies, loadEndUsers, loadFleets, loadPlans, loadPools, loadTelecoms } from '../ui/options.ts';
import { Empty } from '../ui/state.tsx';
import { bulkWords } from './bulk-words.ts';
import { simColumns } from './columns.tsx';
import './inventory.css';

const AddSims = lazy(async () => ({ default: (await import('./add-sims.tsx')).AddSims }));
const Assign = lazy(async () => ({ default: (await import('../periods/assign.tsx')).Assign }));
const Bulk = lazy(async () => ({ default: (await import('./bulk.tsx')).Bulk }));

const filters: readonly Filter[] = [
  {
    name: 'status',
    label: 'Status',
    kind: 'many',
    options: shownStatuses.map((status) => ({ value: status, label: status })),
  },
  {
    name: 'online',
    label: 'Network',
    kind: 'one',
    options: [
      { value: 'true', label: 'Online' },
      { value: 'false', label: 'Offline' },
    ],
  },
  { name: 'endUser', label: 'End user', kind: 'one', load: loadEndUsers },
  {
    name: 'registered',
    label: 'Registered',
    kind: 'one',
    options: [
      { value: 'true', label: 'In an account' },
      { value: 'false', label: 'In stock' },
    ],
  },
  {
    name: 'blocked',
    label: 'Blocked',
    kind: 'one',
    options: [
      { value: 'true', label: 'Blocked' },
      { value: 'false', label: 'Not blocked' },
    ],
  },
  { name: 'fleet', label: 'Fleet', kind: 'one', load: loadFleets },
  { name: 'plan', label: 'Plan', kind: 'one', load: loadPlans },
  { name: 'pool', label: 'Pool', kind: 'one', load: loadPools },
  { name: 'company', label: 'Company', kind: 'one', load: loadCompanies },
  { name: 'telecom', label: 'Telecom', kind: 'one', load: loadTelecoms },
  { name: 'label', label: 'Label', kind: 'text' },
];

const simId = (sim: SimRow) => sim.id;
const simName = (sim: SimRow) => sim.uniqueName ?? sim.iccid;
const simHref = (sim: SimRow) => `/sims/${sim.id}`;

export function SimsPage() {
  const may = useMay();
  const [address, change] = useAddress();
  const asked = Object.fromEntries(
    ['search', ...filters.map(({ name }) => name)].flatMap((name) => (address[name] ? [[name, address[name]]] : [])),
  );
  const counts = useQuery({ queryKey: ['sims', 'counts', asked], queryFn: ({ signal }) => countSims(asked, signal) });
  const facets = useQuery({
    queryKey: ['sims', 'facets', asked],
    queryFn: ({ signal }) => countSimFacets(asked, signal),
  });
  const counted = useMemo(
    () =>
      filters.map((filter): Filter => {
        const values = facets.data?.[filter.name as SimFacet];
        return values?.length
          ? { ...filter, counts: new Map(values.map(({ value, sims }) => [String(value), sims])) }
          : filter;
      }),
    [facets.data],
  );
  const me = useMe();
  const mayAssign = may('periods.plan.assign') && me.actor.companyId === null;
  const canAdd = may('inventory.sim.add');
  const add = (what: string | null) => change({ add: what });
  const addButton = canAdd && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => add('import')}>
      Add SIMs
    </Button>
  );

  return (
    <>
      <List
        noun="sims"
        title="SIMs"
        count={counts.data && `${number(counts.data.total)}${counts.data.exact ? '' : '+'}`}
        columns={simColumns}
        list={listSims}
        id={simId}
        name={simName}
        href={simHref}
        searchHint="ICCID, IMSI, MSISDN, IMEI, EID or name"
        filters={counted}
        file="/api/v1/sims"
        ordered
        {...((may('inventory.sim.edit') || may('inventory.sim.status') || mayAssign) && {
          selection: (rows: SimRow[], clear: () => void) => <Selected rows={rows} onDone={clear} />,
        })}
        selectionOfAll={
          mayAssign && counts.data?.exact
            ? {
                rows: counts.data.total,
                show: (query, clear) => (
                  <Plans whom={{ kind: 'matching', filter: filterOf(query), sims: counts.data.total }} onDone={clear} />
                ),
              }
            : undefined
        }
        empty={
          <Empty title="No SIMs yet" action={addButton}>
            Upload the SIMs that you got from your telecom: a CSV file with one ICCID a line is enough. They wait in
            stock until they are registered into an account.
          </Empty>
        }
      >
        {addButton}
      </List>
      {canAdd && (address.add === 'import' || address.add === 'register') && (
        <Suspense>
          <AddSims tab={address.add} onTab={add} onClose={() => add(null)} />
        </Suspense>
      )}
    </>
  );
}

const statusActions: readonly BulkAction[] = ['ready', 'activate', 'suspend'];

/** The list's filter as a body says it. */
function filterOf(query: Query): SimFilter {
  const text = (name: string) => (typeof query[name] === 'string' ? { [name]: query[name] } : {});
  const flag = (name: string) => (query[name] ? { [name]: query[name] === 'true' } : {});
  return {
    ...Object.assign({}, ...['search', 'telecom', 'company', 'fleet', 'plan', 'pool', 'label'].map(text)),
    ...(query.status && { status: String(query.status).split(',') }),
    ...Object.assign({}, ...['online', 'registered', 'blocked'].map(flag)),
  };
}

/** Putting SIMs on a plan, and off it: for those selected, or for all that match. */
function Plans({ whom, onDone }: { whom: Whom; onDone: () => void }) {
  const [open, setOpen] = useState<'assign' | 'end' | null>(null);
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setOpen('assign')}>
        Assign plan
      </Button>
      {whom.kind === 'matching' && (
        <Button variant="default" size="xs" onClick={() => setOpen('end')}>
          End plan
        </Button>
      )}
      {open && (
        <Suspense>
          <Assign
            whom={whom}
            ends={open === 'end'}
            onClose={(begun) => {
              setOpen(null);
              if (begun) onDone();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function Selected({ rows, onDone }: { rows: SimRow[]; onDone: () => void }) {
  const may = useMay();
  const me = useMe();
  const own = me.actor.companyId === null;
  const assigns = own && may('periods.plan.assign');
  const refills = own && may('periods.refill.grant') && rows.some(({ plan }) => plan?.type === 'prepaid');
  const [ending, setEnding] = useState(false);
  const whom: Whom = { kind: 'selected', ids: rows.map(({ id }) => id) };
  const [action, setAction] = useState<BulkAction | null>(null);
  const changesStatus = may('inventory.sim.status');
  const edits = may('inventory.sim.edit');
  return (
    <>
      {changesStatus &&
        statusActions.map((one) => (
          <Button key={one} variant="default" size="xs" onClick={() => setAction(one)}>
            {bulkWords[one].button}
          </Button>
        ))}
      {assigns && <Plans whom={whom} onDone={onDone} />}
      <Menu position="top-end">
        <Menu.Target>
          <Button variant="default" size="xs" rightSection={<IconChevronUp size={14} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {edits && (
            <>
              <Menu.Item onClick={() => setAction('set_fleet')}>Set fleet</Menu.Item>
              <Menu.Item onClick={() => setAction('set_labels')}>Set labels</Menu.Item>
            </>
          )}
          {refills && <Menu.Item onClick={() => setAction('refill')}>Refill</Menu.Item>}
          {(assigns || changesStatus) && <Menu.Divider />}
          {assigns && <Menu.Item onClick={() => setEnding(true)}>End plan</Menu.Item>}
          {changesStatus && (
            <Menu.Item color="var(--red)" onClick={() => setAction('archive')}>
              Archive
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {ending && (
        <Suspense>
          <Assign
            whom={whom}
            ends
            onClose={(begun) => {
              setEnding(false);
              if (begun) onDone();
            }}
          />
        </Suspense>
      )}
      {action && (
        <Suspense>
          <Bulk
            action={action}
            sims={rows}
            onClose={(done) => {
              setAction(null);
              if (done) onDone();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
