import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { listPlans, type Plan, type PlanType } from '../api/plans.ts';
import { useMay } from '../app/session.ts';
import { number, planTypeWords } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { PlanForm } from './plan-form.tsx';
import { megabytes, priceInWords } from './price.ts';

const columns: readonly Column<Plan>[] = [
  {
    id: 'name',
    label: 'Plan',
    width: 220,
    priority: 0,
    phone: 'title',
    cell: (plan) => (
      <span className="strong">
        {plan.name}
        {plan.superSimDefault && <span className="dim plan-default">default</span>}
      </span>
    ),
    csv: (plan) => plan.name,
  },
  {
    id: 'type',
    label: 'Type',
    width: 140,
    priority: 1,
    phone: 'side',
    cell: (plan) => (plan.archivedAt ? <Badge tone="grey">Archived</Badge> : planTypeWords[plan.type]),
    csv: (plan) => plan.type,
  },
  {
    id: 'price',
    label: 'Price',
    width: 340,
    priority: 1,
    cell: (plan) => priceInWords(plan.type, plan.version),
    csv: (plan) => priceInWords(plan.type, plan.version),
  },
  {
    id: 'limit',
    label: 'Data limit',
    width: 110,
    align: 'right',
    priority: 4,
    phone: 'none',
    cell: (plan) => (plan.version.dataLimitMb === null ? <None /> : megabytes(plan.version.dataLimitMb)),
    csv: (plan) => plan.version.dataLimitMb ?? '',
  },
  {
    id: 'sims',
    label: 'SIMs',
    width: 88,
    align: 'right',
    priority: 2,
    cell: (plan) => (
      <Link to="/sims" search={{ plan: plan.id }} className="plain above">
        {number(plan.sims)}
      </Link>
    ),
    csv: (plan) => String(plan.sims),
  },
  {
    id: 'version',
    label: 'Version',
    width: 80,
    align: 'right',
    priority: 5,
    phone: 'none',
    cell: (plan) => plan.version.version,
    csv: (plan) => String(plan.version.version),
  },
];

const filters: readonly Filter[] = [
  { name: 'archived', label: 'Archived', kind: 'one', options: [{ value: 'true', label: 'Archived plans' }] },
];

const planId = (plan: Plan) => plan.id;
const planName = (plan: Plan) => plan.name;
const planHref = (plan: Plan) => `/plans/${plan.id}`;

export function PlansPage() {
  const may = useMay();
  const [{ add }, change] = useAddress();
  const open = (type: PlanType) => change({ add: type });
  const button = may('catalog.plan.add') && (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />} rightSection={<IconChevronDown size={14} />}>
          New plan
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => open('super_sim')}>Super SIM: a fee and a price per MB</Menu.Item>
        <Menu.Item onClick={() => open('monthly_bundle')}>Monthly bundle: data included, then overage</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <>
      <List
        noun="plans"
        title="Plans"
        columns={columns}
        list={listPlans}
        id={planId}
        name={planName}
        href={planHref}
        searchHint="Search by name"
        filters={filters}
        empty={
          <Empty title="No plans yet" action={button}>
            A plan says what a line costs. Changing it makes a new version: what was charged before keeps its price.
          </Empty>
        }
      >
        {button}
      </List>
      {(add === 'super_sim' || add === 'monthly_bundle') && may('catalog.plan.add') && (
        <PlanForm type={add} plan={null} onClose={() => change({ add: null })} />
      )}
    </>
  );
}
