import { Input, SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AskedOfLines, Effective } from '../api/assignments.ts';
import { listPlans, type Plan, type PlanType } from '../api/plans.ts';
import { listPools, type Pool } from '../api/pools.ts';
import { planTypeWords } from '../format/words.ts';

/** Plans that new lines can get. */
export function usePlans(): Plan[] {
  const query = useQuery({ queryKey: ['plans', 'choices'], queryFn: () => listPlans({ limit: 200 }) });
  return (query.data?.items ?? []).filter((plan) => !plan.archivedAt);
}

function usePools(enabled: boolean): Pool[] {
  const query = useQuery({ queryKey: ['pools', 'choices'], queryFn: () => listPools({ limit: 200 }), enabled });
  return (query.data?.items ?? []).filter((pool) => !pool.archivedAt);
}

export const sharesPool = (type: PlanType | undefined) => type === 'static_pool' || type === 'dynamic_pool';

/** Whether what was chosen is whole: a plan that shares a pool needs one. */
export function isChosen({ plan, pool }: AskedOfLines, plans: Plan[]): boolean {
  const chosen = plans.find(({ id }) => id === plan);
  return chosen !== undefined && (!sharesPool(chosen.type) || pool !== null);
}

/** Which plan, and where it shares one, which pool. */
export function PlanAndPool({
  plans,
  asked,
  onChange,
  only,
  errors = {},
}: {
  plans: Plan[];
  asked: AskedOfLines;
  onChange: (change: Partial<AskedOfLines>) => void;
  /** Of this type alone. */
  only?: PlanType | undefined;
  errors?: Record<string, string>;
}) {
  const offered = plans.filter((plan) => only === undefined || plan.type === only);
  const chosen = plans.find(({ id }) => id === asked.plan);
  const shares = sharesPool(chosen?.type);
  const pools = usePools(shares).filter(
    (pool) => `${pool.type}_pool` === chosen?.type && pool.currency === chosen.version.currency,
  );
  const types = [...new Set(offered.map(({ type }) => type))];
  return (
    <>
      <Select
        label="Plan"
        data={types.map((type) => ({
          group: planTypeWords[type],
          items: offered.filter((plan) => plan.type === type).map(({ id, name }) => ({ value: id, label: name })),
        }))}
        value={asked.plan}
        onChange={(plan) => onChange({ plan, pool: null })}
        error={errors.plan}
        searchable
        data-autofocus
        nothingFoundMessage="No plan of that name"
      />
      {shares && (
        <Select
          label="Pool"
          description="Its account must be that of the SIMs."
          data={pools.map(({ id, name, company }) => ({
            value: id,
            label: company ? `${name}, ${company.name}` : name,
          }))}
          value={asked.pool}
          onChange={(pool) => onChange({ pool })}
          error={errors.pool}
          searchable
          nothingFoundMessage="No pool of this kind"
        />
      )}
    </>
  );
}

/** Now, or when the running periods end. */
export function When({
  value,
  onChange,
  end,
}: {
  value: Effective;
  onChange: (value: Effective) => void;
  /** When that is, of one SIM. */
  end?: string | undefined;
}) {
  return (
    <Input.Wrapper label="When" labelElement="div">
      <SegmentedControl
        aria-label="When"
        value={value}
        onChange={(chosen) => onChange(chosen as Effective)}
        data={[
          { value: 'now', label: 'Now' },
          { value: 'next_period', label: end ? `Next period, ${end}` : 'With the next period' },
        ]}
        fullWidth
      />
    </Input.Wrapper>
  );
}
