import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { listPools, type Pool } from '../api/pools.ts';
import { useMay, useMe } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { number } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Used } from './used.tsx';
import { outlook, poolTypeMeaning, poolTypeWords, termsInWords } from './words.ts';
import '../inventory/inventory.css';
import './pools.css';

const PoolForm = lazy(async () => ({ default: (await import('./pool-form.tsx')).PoolForm }));

const columns: readonly Column<Pool>[] = [
  {
    id: 'name',
    label: 'Pool',
    width: 220,
    priority: 0,
    phone: 'title',
    cell: (pool) => <span className="strong">{pool.name}</span>,
    csv: (pool) => pool.name,
  },
  {
    id: 'type',
    label: 'Type',
    width: 120,
    priority: 3,
    phone: 'none',
    cell: (pool) => (pool.archivedAt ? <Badge tone="grey">Archived</Badge> : poolTypeWords[pool.type]),
    csv: (pool) => pool.type,
  },
  {
    id: 'company',
    label: 'Company',
    width: 150,
    priority: 3,
    phone: 'none',
    cell: (pool) => pool.company?.name ?? <None>own</None>,
    csv: (pool) => pool.company?.name ?? '',
  },
  {
    id: 'used',
    label: 'Used this month',
    width: 220,
    priority: 0,
    cell: (pool) => <Used month={pool.month} />,
    csv: (pool) => pool.month?.usedBytes ?? '',
  },
  {
    id: 'members',
    label: 'Members',
    width: 96,
    align: 'right',
    priority: 1,
    cell: (pool) => (
      <Link to="/sims" search={{ pool: pool.id }} className="plain above">
        {number(pool.members)}
      </Link>
    ),
    csv: (pool) => String(pool.members),
  },
  {
    id: 'forecast',
    label: 'Forecast',
    width: 168,
    priority: 1,
    phone: 'side',
    cell: (pool) => {
      const { tone, short, sentence } = outlook(pool);
      return (
        <Badge tone={tone} title={sentence}>
          {short}
        </Badge>
      );
    },
    csv: (pool) => outlook(pool).short,
  },
  {
    id: 'terms',
    label: 'Terms',
    width: 320,
    priority: 4,
    phone: 'none',
    cell: (pool) => <span className="ink2">{termsInWords(pool.type, pool.terms, pool.currency)}</span>,
    csv: (pool) => termsInWords(pool.type, pool.terms, pool.currency),
  },
  {
    id: 'limit',
    label: 'Data limit',
    width: 110,
    align: 'right',
    hidden: true,
    phone: 'none',
    cell: (pool) => (pool.dataLimitBytes === null ? <None /> : bytes(pool.dataLimitBytes)),
    csv: (pool) => pool.dataLimitBytes ?? '',
  },
  {
    id: 'labels',
    label: 'Labels',
    width: 150,
    hidden: true,
    phone: 'none',
    cell: (pool) =>
      pool.labels.length === 0 ? (
        <None />
      ) : (
        <span className="labels">
          {pool.labels.map((label) => (
            <span key={label} className="label">
              {label}
            </span>
          ))}
        </span>
      ),
    csv: (pool) => pool.labels.join(' '),
  },
  timeColumn('created', 'Created', (pool) => pool.createdAt, { align: 'right', hidden: true, phone: 'none' }),
];

const filters: readonly Filter[] = [
  {
    name: 'type',
    label: 'Type',
    kind: 'one',
    options: [
      { value: 'static', label: 'Static' },
      { value: 'dynamic', label: 'Dynamic' },
    ],
  },
  { name: 'company', label: 'Company', kind: 'one', load: loadCompanies },
  { name: 'low', label: 'Balance', kind: 'one', options: [{ value: 'true', label: 'Running out' }] },
  { name: 'archived', label: 'Archived', kind: 'one', options: [{ value: 'true', label: 'Archived pools' }] },
];
const ownFilters = filters.filter(({ name }) => name !== 'company');

const poolId = (pool: Pool) => pool.id;
const poolName = (pool: Pool) => pool.name;
const poolHref = (pool: Pool) => `/pools/${pool.id}`;

export function PoolsPage() {
  const me = useMe();
  const may = useMay();
  const [{ add }, change] = useAddress();
  const canAdd = may('pools.pool.add') && me.actor.companyId === null;
  const button = canAdd && (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />} rightSection={<IconChevronDown size={14} />}>
          New pool
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['static', 'dynamic'] as const).map((type) => (
          <Menu.Item key={type} onClick={() => change({ add: type })}>
            {poolTypeWords[type]}
            <div className="dim">{poolTypeMeaning[type]}</div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <>
      <List
        noun="pools"
        title="Pools"
        columns={columns}
        list={listPools}
        id={poolId}
        name={poolName}
        href={poolHref}
        searchHint="Search by name or label"
        filters={me.actor.companyId === null ? filters : ownFilters}
        file="/api/v1/pools"
        empty={
          <Empty title="No pools yet" action={button}>
            In a pool many SIMs share the data of a month: what one does not use, another may. Create one, then put SIMs
            of the same account into it.
          </Empty>
        }
      >
        {button}
      </List>
      {canAdd && (add === 'static' || add === 'dynamic') && (
        <Suspense>
          <PoolForm type={add} onClose={() => change({ add: null })} />
        </Suspense>
      )}
    </>
  );
}
