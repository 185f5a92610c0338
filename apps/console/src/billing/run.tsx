import { Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { beginBillRun, collectPreBills } from '../api/billing.ts';
import { lastMonths, monthNamed } from '../format/months.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { monthName } from '../format/time.ts';
import { tell, useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';

const monthsOffered = 13;

/** Bills of a month for all accounts, or all that one company has open now. */
export function RunDialog({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const { timeZone } = measures();
  // The month that runs is over for nobody.
  const months = lastMonths(organizationNow(), timeZone, monthsOffered).slice(1);
  const run = useAction(
    async ({ company, month }: { company: string; month: string }) => {
      if (company === '') {
        const { id } = await beginBillRun(month);
        return { to: '/operations/$id' as const, id };
      }
      const { items } = await collectPreBills([company]);
      return { to: '/pre-bills/$id' as const, id: items[0]?.id };
    },
    {
      changes: ['pre-bills', 'operations'],
      onDone: ({ to, id }) => {
        if (id) void navigate({ to, params: { id } });
        else tell('There is nothing to bill: no pre-bill was made.');
        onClose();
      },
      quiet: true,
    },
  );
  const { values, set } = useForm({ company: '', month: months[0]?.name ?? '' }, run.error);
  const companies = useOptions('company');
  return (
    <Dialog
      title="Run bills"
      submit={values.company ? 'Collect' : 'Run'}
      busy={run.isPending}
      error={run.error}
      onSubmit={() => run.mutate(values)}
      onClose={onClose}
    >
      <Select
        label="Company"
        description="One company has all collected that is charged and over, whatever its payment type."
        data={companies}
        value={values.company || null}
        onChange={(company) => set('company', company ?? '')}
        placeholder="All that were not billed for a month"
        searchable
        clearable
        data-autofocus
      />
      {values.company === '' && (
        <Select
          label="Month"
          description="Without waiting for grace days. Who was billed for it already is left out."
          data={months.map(({ name }) => ({
            value: name,
            label: monthName(monthNamed(name, timeZone).from, timeZone),
          }))}
          value={values.month}
          onChange={(month) => month && set('month', month)}
          allowDeselect={false}
        />
      )}
    </Dialog>
  );
}
