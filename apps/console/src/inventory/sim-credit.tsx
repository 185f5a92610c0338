import { Radio, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { createAdjustment } from '../api/corrections.ts';
import { listPeriods, type Sim } from '../api/sims.ts';
import { day } from '../format/time.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';

/** Money for a SIM by hand, given or taken, beside a billing period. */
export function Credit({ sim, onClose }: { sim: Sim; onClose: () => void }) {
  const [gives, setGives] = useState(true);
  const periods = useQuery({
    queryKey: ['sim', sim.id, 'periods', 'of a credit'],
    queryFn: () => listPeriods(sim.id, { limit: 24 }),
  });
  const paid = (periods.data?.items ?? []).filter(({ kind }) => kind === 'active');
  const action = useAction(createAdjustment, {
    changes: ['sim', 'adjustments', 'overview', 'wallets', 'wallet'],
    done: 'The correction is posted.',
    onDone: onClose,
    quiet: true,
  });
  const { values, text, set, errors } = useForm({ amount: '', reason: '', period: '' }, action.error);
  const period = paid.find(({ id }) => id === values.period) ?? paid[0];
  const size = values.amount.trim().replace(',', '.');
  const isAmount = /^\d{1,12}(\.\d{1,9})?$/.test(size) && /[1-9]/.test(size);
  return (
    <Dialog
      title="Credit or charge"
      submit={gives ? 'Post the credit' : 'Post the charge'}
      busy={action.isPending}
      error={action.error}
      onSubmit={() =>
        action.mutate({
          ...{ sim: sim.id, revenue: 'usage', reason: values.reason.trim(), amount: gives ? `-${size}` : size },
          ...(period && { period: period.id }),
        })
      }
      onClose={onClose}
      disabled={!isAmount || values.reason.trim() === '' || !period}
    >
      <Radio.Group value={gives ? 'credit' : 'charge'} onChange={(value) => setGives(value === 'credit')}>
        <Stack gap="xs">
          <Radio value="credit" label="Credit: who pays for this SIM owes less" />
          <Radio value="charge" label="Charge: who pays for this SIM owes more" />
        </Stack>
      </Radio.Group>
      <TextInput
        label={period ? `Amount in ${period.currency}` : 'Amount'}
        inputMode="decimal"
        {...text('amount')}
        error={errors.amount ?? (size !== '' && !isAmount ? 'An amount above zero, like 2.50' : null)}
      />
      <Select
        label="Beside the billing period"
        description="It keeps what it was charged."
        data={paid.map(({ id, startsAt, planName }) => ({ value: id, label: `From ${day(startsAt)}, ${planName}` }))}
        value={period?.id ?? null}
        onChange={(value) => set('period', value ?? '')}
        allowDeselect={false}
        placeholder={periods.data ? 'This SIM was never charged' : ''}
        error={errors.period}
      />
      <TextInput
        label="Reason"
        description="It stands beside the amount, for everybody who may see it."
        {...text('reason')}
        maxLength={1000}
      />
    </Dialog>
  );
}
