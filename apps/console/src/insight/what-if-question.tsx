import { Button, MultiSelect, NumberInput, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listPlans } from '../api/plans.ts';
import { listPools } from '../api/pools.ts';
import type { WhatIfRequest } from '../api/what-if.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAddress } from '../ui/list/state.ts';
import { useOptions } from '../ui/options.ts';
import { SimSelect } from '../ui/sim-select.tsx';

type Candidate = WhatIfRequest['candidates'][number];

/** Whose usage there is to compare. */
const registered = { registered: true };

/** A candidate in the address: `pln_…`, `pol_…`, or `pol_…+pln_…`. */
export function candidateOf(name: string): Candidate {
  const parts = name.split('+');
  const pool = parts.find((part) => part.startsWith('pol_'));
  const plan = parts.find((part) => part.startsWith('pln_'));
  return { ...(plan && { plan }), ...(pool && { pool }) };
}

const nameOf = ({ plan, pool }: Candidate) => [pool, plan].filter(Boolean).join('+');

const mostCandidates = 10;
const most = { limit: 200 };

/** Whose usage, how many days, and what to compare with. */
export function Question({ request, busy }: { request: WhatIfRequest; busy: boolean }) {
  const me = useMe();
  const may = useMay();
  const [, change] = useAddress();
  const ofCompanies = me.actor.companyId === null && may('tenancy.company.view');
  const companies = useOptions('company', ofCompanies);
  const [scope, setScope] = useState<'all' | 'company' | 'sim'>(
    request.sim ? 'sim' : request.company ? 'company' : 'all',
  );
  const [company, setCompany] = useState(request.company ?? null);
  const [sim, setSim] = useState(request.sim ?? null);
  const [days, setDays] = useState<number | string>(request.days);
  const [names, setNames] = useState(request.candidates.map(nameOf));
  const choices = useChoices();
  const known = new Set(choices.flatMap(({ items }) => items.map(({ value }) => value)));
  const whole = typeof days === 'number' && days >= 1 && days <= 366;
  const missing = (scope === 'company' && !company) || (scope === 'sim' && !sim);
  return (
    <form
      className="what-if-form"
      onSubmit={(event) => {
        event.preventDefault();
        change(
          {
            sim: scope === 'sim' ? sim : null,
            company: scope === 'company' ? company : null,
            days: String(days),
            with: names.join(','),
          },
          true,
        );
      }}
    >
      <Select
        label="Whose usage"
        data={[
          { value: 'all', label: me.actor.companyId === null ? 'All SIMs' : 'All our SIMs' },
          ...(ofCompanies ? [{ value: 'company', label: 'One company' }] : []),
          { value: 'sim', label: 'One SIM' },
        ]}
        value={scope}
        onChange={(value) => setScope((value ?? 'all') as typeof scope)}
        allowDeselect={false}
      />
      {scope === 'company' && (
        <Select
          label="Company"
          data={companies}
          value={company}
          onChange={setCompany}
          searchable
          nothingFoundMessage="None"
        />
      )}
      {scope === 'sim' && <SimSelect value={sim} onChange={setSim} among={registered} />}
      <NumberInput
        label="Last days"
        value={days}
        onChange={setDays}
        min={1}
        max={366}
        allowDecimal={false}
        error={whole ? undefined : '1 to 366'}
      />
      <MultiSelect
        label="Compare with"
        className="what-if-with"
        data={choices}
        value={names.filter((name) => known.has(name))}
        onChange={setNames}
        maxValues={mostCandidates}
        searchable
        nothingFoundMessage="No such plan"
        placeholder={names.length === 0 ? 'Plans and pools' : ''}
      />
      <Button type="submit" loading={busy} disabled={!whole || missing || names.length === 0}>
        Compare
      </Button>
    </form>
  );
}

/** Plans by themselves; pools, each with the plan that its members would be on. */
function useChoices() {
  const may = useMay();
  const plans = useQuery({
    queryKey: ['options', 'what-if plans'],
    queryFn: async () => (await listPlans(most)).items.filter((plan) => !plan.archivedAt),
    enabled: may('catalog.plan.view'),
  });
  const pools = useQuery({
    queryKey: ['options', 'what-if pools'],
    queryFn: async () => (await listPools(most)).items.filter((pool) => !pool.archivedAt),
    enabled: may('pools.pool.view'),
  });
  const all = plans.data ?? [];
  const ofPools = (pools.data ?? []).flatMap((pool) => {
    const joined = all
      .filter(({ type }) => type === `${pool.type}_pool`)
      .map((plan) => ({ value: `${pool.id}+${plan.id}`, label: `${pool.name}, on ${plan.name}` }));
    return pool.type === 'static' ? [{ value: pool.id, label: pool.name }, ...joined] : joined;
  });
  const own = all
    .filter(({ type }) => type !== 'static_pool' && type !== 'dynamic_pool')
    .map(({ id, name }) => ({ value: id, label: name }));
  return [
    { group: 'Plans', items: own },
    { group: 'Pools', items: ofPools },
  ].filter(({ items }) => items.length > 0);
}
