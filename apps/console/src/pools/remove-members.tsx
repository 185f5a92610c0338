import { Radio, Select } from '@mantine/core';
import { useState } from 'react';
import { type Pool, type PoolMember, removeMembers } from '../api/pools.ts';
import { count } from '../format/words.ts';
import { tell, useAction } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';
import { Outcome } from './outcome.tsx';

/** Taking members out: onto another plan, or off any, which suspends them. */
export function RemoveMembers({
  pool,
  members,
  onClose,
}: {
  pool: Pool;
  members: PoolMember[];
  onClose: (done: boolean) => void;
}) {
  const plans = useOptions('plan');
  const [then, setThen] = useState<'plan' | 'end'>('plan');
  const [plan, setPlan] = useState<string | null>(null);
  const action = useAction(
    () =>
      removeMembers(pool.id, {
        sims: members.map(({ sim }) => sim.id),
        ...(then === 'plan' && plan && { plan }),
      }),
    {
      changes: ['pool', 'pools', 'sims', 'sim'],
      onDone: ({ results }) => {
        if (results.some(({ outcome }) => outcome === 'refused')) return;
        tell(`${count(results.length, 'SIM')} left the pool.`);
        onClose(true);
      },
      quiet: true,
    },
  );
  if (action.data)
    return <Outcome title="Take out of the pool" results={action.data.results} onClose={() => onClose(true)} />;
  return (
    <Dialog
      title={`Take ${count(members.length, 'SIM')} out of ${pool.name}`}
      submit="Take out"
      danger={then === 'end'}
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate()}
      onClose={() => onClose(false)}
      disabled={then === 'plan' && plan === null}
    >
      <p>
        {pool.type === 'dynamic'
          ? 'They leave now. What they brought stays in the pool until the month ends, and so does what it costs.'
          : 'They leave now. The balance and the price of the pool stay as they are.'}
      </p>
      <Radio.Group label="After that" value={then} onChange={(value) => setThen(value as typeof then)}>
        <div className="choices">
          <Radio value="plan" label="They go on with another plan" />
          <Radio value="end" label="They have no plan, and are suspended" />
        </div>
      </Radio.Group>
      {then === 'plan' && (
        <Select
          label="Plan"
          data={plans}
          value={plan}
          onChange={setPlan}
          searchable
          nothingFoundMessage="No plan of that name"
        />
      )}
    </Dialog>
  );
}
