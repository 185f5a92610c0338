import { Radio, Select, Switch } from '@mantine/core';
import type { PlanType } from '../api/plans.ts';
import { paymentWords } from '../format/words.ts';
import { proratedWords } from './facts.ts';
import type { Fields } from './fields.ts';
import type { WizardForm } from './form.ts';
import { NumberField } from './input.tsx';
import { soldBy } from './kinds.ts';

const payments = Object.entries(paymentWords).map(([value, label]) => ({ value, label }));

/** When it is charged, for how long, and where it ends. */
export function BillingInputs({ type, form: { values, set, errors } }: { type: PlanType; form: WizardForm }) {
  const has = (part: Parameters<typeof soldBy>[1]) => soldBy(type, part);
  return (
    <>
      {has('start') && (
        <Radio.Group
          label={type === 'paygo' ? 'The monthly fee starts' : 'Billing starts'}
          value={values.billingStart}
          onChange={(value) => set('billingStart', value as Fields['billingStart'])}
        >
          <div className="choices">
            <Radio value="first_usage" label="With the first usage: the line waits as ready" />
            <Radio
              value="assignment"
              label={
                type === 'paygo'
                  ? 'With the assignment: a line that waits as ready pays it too'
                  : 'With the assignment: the line is active at once'
              }
            />
          </div>
        </Radio.Group>
      )}
      {has('scope') && (
        <Radio.Group
          label="The monthly fee is for"
          value={values.recurringScope}
          onChange={(value) => set('recurringScope', value as Fields['recurringScope'])}
        >
          <div className="choices">
            <Radio value="active" label="Active lines" />
            <Radio value="all" label="All lines on the plan, also those that are ready or suspended" />
          </div>
        </Radio.Group>
      )}
      {has('proration') && (
        <Switch
          label="Prorated"
          description={`By the days of the first and the last month: ${proratedWords(type)}.`}
          checked={values.prorated}
          onChange={(event) => set('prorated', event.currentTarget.checked)}
        />
      )}
      {has('payment') && (
        <Select
          label="Payment"
          description="When the monthly fee is billed. Usage always follows the end of its month."
          data={payments}
          value={values.paymentType}
          onChange={(value) => value && set('paymentType', value as Fields['paymentType'])}
          allowDeselect={false}
        />
      )}
      <NumberField
        label="Data limit in a period"
        description="A SIM is blocked when it reaches it. Empty: none from the plan."
        value={values.dataLimitMb}
        onValue={(mb) => set('dataLimitMb', mb)}
        error={errors.dataLimitMb}
        unit="MB"
        whole
      />
      {has('ready') && (
        <div className="form-row form-row-3">
          <NumberField
            label="Ready ends at"
            description="Free until then. Empty: the first usage ends it."
            value={values.readyExitBytes}
            onValue={(bytes) => set('readyExitBytes', bytes)}
            error={errors.readyExitBytes}
            unit="bytes"
            whole
          />
          <NumberField
            label="or after"
            description="Of commands over SMS."
            value={values.readyExitCommands}
            onValue={(commands) => set('readyExitCommands', commands)}
            error={errors.readyExitCommands}
            unit="commands"
            whole
          />
          <NumberField
            label="or after"
            description="Whichever comes first."
            value={values.readyExitMonths}
            onValue={(months) => set('readyExitMonths', months)}
            error={errors.readyExitMonths}
            unit="months"
            whole
          />
        </div>
      )}
    </>
  );
}
