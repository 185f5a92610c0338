import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { listPlans, type Plan } from '../api/plans.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { number, planTypeWords } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies, loadTelecoms } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { planTypes, soldBy } from './kinds.ts';
import { Labels } from './labels.tsx';
import { megabytes, usageInWords } from './price.ts';
import './plan.css';

const columns: readonly Column<Plan>[] = [
  {
    id: 'name',
    label: 'Plan',
    width: 196,
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
    width: 128,
    priority: 0,
    phone: 'side',
    cell: (plan) => (plan.archivedAt ? <Badge tone="grey">Archived</Badge> : planTypeWords[plan.type]),
    csv: (plan) => plan.type,
  },
  {
    id: 'fee',
    label: 'Monthly fee',
    width: 104,
    align: 'right',
    priority: 3,
    cell: ({ version }) => (Number(version.fee) === 0 ? <None /> : money(version.fee, version.currency)),
    csv: ({ version }) => `${version.fee} ${version.currency}`,
  },
  {
    id: 'price',
    label: 'Allowance and price',
    width: 264,
    priority: 1,
    phone: 'bare',
    cell: (plan) => <span title={usageInWords(plan.type, plan.version)}>{usageInWords(plan.type, plan.version)}</span>,
    csv: (plan) => usageInWords(plan.type, plan.version),
  },
  {
    id: 'telecom',
    label: 'Telecom',
    width: 108,
    priority: 5,
    phone: 'none',
    cell: (plan) => plan.telecom?.name ?? <None>any</None>,
    csv: (plan) => plan.telecom?.name ?? '',
  },
  {
    id: 'company',
    label: 'Company',
    width: 120,
    priority: 4,
    cell: (plan) => (plan.designated ? companiesInWords(plan) : <None>all</None>),
    csv: (plan) => plan.companies.map(({ name }) => name).join('; '),
  },
  {
    id: 'labels',
    label: 'Labels',
    width: 124,
    priority: 6,
    phone: 'none',
    cell: (plan) => (plan.labels.length === 0 ? <None /> : <Labels labels={plan.labels} />),
    csv: (plan) => plan.labels.join('; '),
  },
  {
    id: 'prorated',
    label: 'Prorated',
    width: 80,
    priority: 6,
    phone: 'none',
    cell: (plan) =>
      plan.version.prorated ? 'yes' : soldBy(plan.type, 'proration') ? <None>no</None> : <None>never</None>,
    csv: (plan) => (plan.version.prorated ? 'yes' : 'no'),
  },
  {
    id: 'sims',
    label: 'Lines',
    width: 68,
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
    id: 'limit',
    label: 'Data limit',
    width: 110,
    align: 'right',
    hidden: true,
    phone: 'none',
    cell: (plan) => (plan.version.dataLimitMb === null ? <None /> : megabytes(plan.version.dataLimitMb)),
    csv: (plan) => plan.version.dataLimitMb ?? '',
  },
  {
    id: 'version',
    label: 'Version',
    width: 80,
    align: 'right',
    hidden: true,
    phone: 'none',
    cell: (plan) => plan.version.version,
    csv: (plan) => String(plan.version.version),
  },
];

function companiesInWords({ companies: [first, ...more] }: Plan): string {
  return `${first?.name ?? 'others'}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

const types: Filter = {
  name: 'type',
  label: 'Type',
  kind: 'many',
  options: planTypes.map((value) => ({ value, label: planTypeWords[value] })),
};
const label: Filter = { name: 'label', label: 'Label', kind: 'text' };
const archived: Filter = {
  name: 'archived',
  label: 'Archived',
  kind: 'one',
  options: [{ value: 'true', label: 'Archived plans' }],
};
/** What staff of the organization can also ask; a company sees its own side of these. */
const filters: readonly Filter[] = [
  types,
  { name: 'company', label: 'For company', kind: 'one', load: loadCompanies },
  { name: 'telecom', label: 'For telecom', kind: 'one', load: loadTelecoms },
  {
    name: 'designated',
    label: 'Designated',
    kind: 'one',
    options: [
      { value: 'true', label: 'For chosen companies' },
      { value: 'false', label: 'General' },
    ],
  },
  label,
  archived,
];
const ownFilters: readonly Filter[] = [types, label, archived];

const planId = (plan: Plan) => plan.id;
const planName = (plan: Plan) => plan.name;
const planHref = (plan: Plan) => `/plans/${plan.id}`;

export function PlansPage() {
  const may = useMay();
  const own = useMe().actor.companyId !== null;
  const button = may('catalog.plan.add') && !own && (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link {...props} to="/plans/new" />}>
      New plan
    </Button>
  );
  return (
    <List
      noun="plans"
      title="Plans"
      columns={columns}
      list={listPlans}
      id={planId}
      name={planName}
      href={planHref}
      searchHint="Search by name or description"
      filters={own ? ownFilters : filters}
      empty={
        <Empty title="No plans yet" action={button}>
          A plan says what a line costs. Changing it makes a new version: what was charged before keeps its price.
        </Empty>
      }
    >
      {button}
    </List>
  );
}
