import { ActionIcon, Button, NumberInput, Radio, Select, Switch, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { createPlan, createVersion, type Plan, type PlanTerms, type PlanType, type Tier } from '../api/plans.ts';
import { useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { paymentWords, planTypeWords } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { example } from './example.ts';
import './plan.css';

type Fields = {
  name: string;
  currency: string;
  fee: string;
  activationFee: string;
  graduated: boolean;
  pricePerMb: string;
  tiers: Tier[];
  incrementBytes: string;
  allowanceMb: string;
  overageSizeMb: string;
  overagePrice: string;
  dataLimitMb: string;
  prorated: boolean;
  billingStart: PlanTerms['billingStart'];
  paymentType: PlanTerms['paymentType'];
  readyExitBytes: string;
  readyExitCommands: number | null;
  readyExitMonths: number | null;
};

const openTiers: Tier[] = [
  { upToMb: '100', pricePerMb: '0.10' },
  { upToMb: null, pricePerMb: '0.05' },
];

function fieldsOf(type: PlanType, plan: Plan | null, currency: string): Fields {
  const version = plan?.version;
  const superSim = type === 'super_sim';
  return {
    name: plan?.name ?? '',
    currency: version?.currency ?? currency,
    fee: version?.fee ?? (superSim ? '2.00' : '10.00'),
    activationFee: version?.activationFee ?? '0.00',
    graduated: version?.tiers != null,
    pricePerMb: version?.pricePerMb ?? '0.10',
    tiers: version?.tiers ?? openTiers,
    incrementBytes: version?.incrementBytes ?? '',
    allowanceMb: version?.allowanceMb ?? '1000',
    overageSizeMb: version ? (version.overageSizeMb ?? '') : '100',
    overagePrice: version ? (version.overagePrice ?? '') : '0.50',
    dataLimitMb: version?.dataLimitMb ?? '',
    prorated: version?.prorated ?? false,
    billingStart: version?.billingStart ?? 'first_usage',
    paymentType: version?.paymentType ?? 'post_billing',
    readyExitBytes: version ? (version.readyExitBytes ?? '') : '250000',
    readyExitCommands: version ? version.readyExitCommands : 5,
    readyExitMonths: version ? version.readyExitMonths : 3,
  };
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

function termsOf(type: PlanType, fields: Fields): PlanTerms {
  const superSim = type === 'super_sim';
  return {
    currency: fields.currency,
    fee: fields.fee.trim() || '0',
    activationFee: fields.activationFee.trim() || '0',
    pricePerMb: superSim && !fields.graduated ? fields.pricePerMb.trim() : null,
    tiers: superSim && fields.graduated ? fields.tiers : null,
    incrementBytes: superSim ? orNull(fields.incrementBytes) : null,
    allowanceMb: superSim ? null : orNull(fields.allowanceMb),
    overageSizeMb: superSim ? null : orNull(fields.overageSizeMb),
    overagePrice: superSim ? null : orNull(fields.overagePrice),
    dataLimitMb: orNull(fields.dataLimitMb),
    prorated: superSim ? false : fields.prorated,
    billingStart: fields.billingStart,
    paymentType: fields.paymentType,
    readyExitBytes: superSim ? orNull(fields.readyExitBytes) : null,
    readyExitCommands: superSim ? fields.readyExitCommands : null,
    readyExitMonths: superSim ? fields.readyExitMonths : null,
  };
}

/** A new plan, or a new version of one; what a customer would pay is worked out while it is written. */
export function PlanForm({ type, plan, onClose }: { type: PlanType; plan: Plan | null; onClose: () => void }) {
  const { organization } = useMe();
  const save = useAction(
    ({ name, ...terms }: PlanTerms & { name: string }) =>
      plan ? createVersion(plan.id, terms) : createPlan({ name, type, ...terms }),
    {
      changes: ['plans', 'options'],
      done: plan ? 'The new version is in force for new lines and periods.' : 'The plan is created.',
      onDone: onClose,
      quiet: true,
    },
  );
  const form = useForm(fieldsOf(type, plan, organization.currency), save.error);
  const { values, text, set, errors } = form;
  const terms = termsOf(type, values);
  const unit = (words: string) => ({
    rightSection: <span className="dim">{words}</span>,
    rightSectionWidth: 8 * words.length + 20,
  });

  return (
    <SideForm
      title={plan ? `${plan.name}: version ${plan.version.version + 1}` : `New plan: ${planTypeWords[type]}`}
      submit={plan ? 'Save as a new version' : 'Create plan'}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate({ name: values.name.trim(), ...terms })}
      onClose={onClose}
      disabled={values.name.trim() === ''}
    >
      {plan && (
        <p className="notice notice-blue">
          Running periods and past charges keep their version. The next period of a line uses the new one.
        </p>
      )}
      {!plan && <TextInput label="Name" {...text('name')} maxLength={200} data-autofocus />}
      <div className="form-row">
        <TextInput label="Monthly fee" {...text('fee')} {...unit(values.currency)} inputMode="decimal" />
        <TextInput label="Activation fee" {...text('activationFee')} {...unit(values.currency)} inputMode="decimal" />
      </div>
      {type === 'super_sim' ? (
        <>
          <Radio.Group
            label="Price of data"
            value={values.graduated ? 'tiers' : 'flat'}
            onChange={(value) => set('graduated', value === 'tiers')}
          >
            <div className="choices">
              <Radio value="flat" label="One price per MB" />
              <Radio value="tiers" label="Graduated: each slice at its own price" />
            </div>
          </Radio.Group>
          {values.graduated ? (
            <Tiers
              tiers={values.tiers}
              currency={values.currency}
              onChange={(tiers) => set('tiers', tiers)}
              error={errors.tiers}
            />
          ) : (
            <TextInput label="Price per MB" {...text('pricePerMb')} {...unit(values.currency)} inputMode="decimal" />
          )}
        </>
      ) : (
        <>
          <TextInput label="Included data" {...text('allowanceMb')} {...unit('MB')} inputMode="numeric" />
          <div className="form-row">
            <TextInput
              label="Overage block"
              description="Every started block counts. Empty: free."
              {...text('overageSizeMb')}
              {...unit('MB')}
              inputMode="numeric"
            />
            <TextInput
              label="Price of a block"
              description="Paid with the next invoice."
              {...text('overagePrice')}
              {...unit(values.currency)}
              inputMode="decimal"
            />
          </div>
        </>
      )}
      <Pays type={type} terms={terms} unitBase={organization.unitBase} />
      <div className="form-part">
        <h3>Limits and billing</h3>
        <TextInput
          label="Data limit in a period"
          description="A SIM is blocked when it reaches it. Empty: none from the plan."
          {...text('dataLimitMb')}
          {...unit('MB')}
          inputMode="numeric"
        />
        {type === 'super_sim' ? (
          <ReadyEnds form={form} />
        ) : (
          <>
            <Radio.Group
              label="Billing starts"
              value={values.billingStart}
              onChange={(value) => set('billingStart', value as Fields['billingStart'])}
            >
              <div className="choices">
                <Radio value="first_usage" label="With the first usage: the line waits as ready" />
                <Radio value="assignment" label="With the assignment: the line is active at once" />
              </div>
            </Radio.Group>
            <Switch
              label="Prorated"
              description="Fee and allowance by the days of the first and last month."
              checked={values.prorated}
              onChange={(event) => set('prorated', event.currentTarget.checked)}
            />
          </>
        )}
        <Select
          label="Payment"
          description="When the monthly fee is billed. Usage always follows the end of its month."
          data={Object.entries(paymentWords).map(([value, label]) => ({ value, label }))}
          value={values.paymentType}
          onChange={(value) => value && set('paymentType', value as Fields['paymentType'])}
          allowDeselect={false}
        />
      </div>
    </SideForm>
  );
}

function ReadyEnds({ form: { values, set, text } }: { form: ReturnType<typeof useForm<Fields>> }) {
  return (
    <>
      <TextInput
        label="Ready ends at"
        description="Usage in the ready period is free until its total reaches this. Empty: the first usage ends it."
        {...text('readyExitBytes')}
        rightSection={<span className="dim">bytes</span>}
        rightSectionWidth={56}
        inputMode="numeric"
      />
      <div className="form-row">
        <NumberInput
          label="or after SMS commands"
          value={values.readyExitCommands ?? ''}
          onChange={(value) => set('readyExitCommands', value === '' ? null : Number(value))}
          min={1}
          allowDecimal={false}
        />
        <NumberInput
          label="or after months"
          value={values.readyExitMonths ?? ''}
          onChange={(value) => set('readyExitMonths', value === '' ? null : Number(value))}
          min={1}
          max={120}
          allowDecimal={false}
        />
      </div>
      <TextInput
        label="Round the total up to"
        description="Of a period, not of each record. Empty: exact."
        {...text('incrementBytes')}
        rightSection={<span className="dim">bytes</span>}
        rightSectionWidth={56}
        inputMode="numeric"
      />
    </>
  );
}

function Tiers({
  tiers,
  currency,
  onChange,
  error,
}: {
  tiers: Tier[];
  currency: string;
  onChange: (tiers: Tier[]) => void;
  error: string | undefined;
}) {
  const change = (at: number, tier: Partial<Tier>) =>
    onChange(tiers.map((one, i) => (i === at ? { ...one, ...tier } : one)));
  const last = tiers.length - 1;
  return (
    <div className="tiers">
      {tiers.map((tier, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a slice is its place.
        <div key={i} className="tier">
          {i === last ? (
            <TextInput label="Beyond that" value="all further data" disabled />
          ) : (
            <TextInput
              label={i === 0 ? 'Up to' : 'then up to'}
              value={tier.upToMb ?? ''}
              onChange={(event) => change(i, { upToMb: event.currentTarget.value.replace(/\D/g, '') })}
              rightSection={<span className="dim">MB</span>}
              rightSectionWidth={40}
              inputMode="numeric"
            />
          )}
          <TextInput
            label="Price per MB"
            value={tier.pricePerMb}
            onChange={(event) => change(i, { pricePerMb: event.currentTarget.value })}
            rightSection={<span className="dim">{currency}</span>}
            rightSectionWidth={44}
            inputMode="decimal"
          />
          {i < last && tiers.length > 2 ? (
            <ActionIcon aria-label="Remove this slice" onClick={() => onChange(tiers.filter((_, at) => at !== i))}>
              <IconTrash size={16} />
            </ActionIcon>
          ) : (
            <span />
          )}
        </div>
      ))}
      {error && <div className="notice notice-red">{error}</div>}
      <div>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            const before = tiers[last - 1]?.upToMb ?? '0';
            const next = { upToMb: String(Number(before) * 2 || 100), pricePerMb: tiers[last]?.pricePerMb ?? '0' };
            onChange([...tiers.slice(0, last), next, ...tiers.slice(last)]);
          }}
          disabled={tiers.length >= 50}
        >
          Add a slice
        </Button>
      </div>
    </div>
  );
}

/** What a customer would pay for a month of so much data. */
function Pays({ type, terms, unitBase }: { type: PlanType; terms: PlanTerms; unitBase: 1000 | 1024 }) {
  const [used, setUsed] = useState<number | string>(type === 'super_sim' ? 50 : 1250);
  const mb = typeof used === 'number' && used >= 0 ? BigInt(Math.floor(used)) : 0n;
  const worked = safely(() => example(type, terms, mb, unitBase));
  return (
    <div className="example">
      <div className="example-head">
        <span className="strong">A month of</span>
        <NumberInput
          aria-label="Data used in the example, in MB"
          value={used}
          onChange={setUsed}
          min={0}
          max={100_000_000}
          allowDecimal={false}
          w={104}
          size="xs"
        />
        <span className="strong">MB costs</span>
      </div>
      {worked ? (
        <table aria-live="polite">
          <tbody>
            {worked.lines.map((line) => (
              <tr key={line.what}>
                <td>{line.what}</td>
                <td className="right">{money(line.amount, terms.currency)}</td>
              </tr>
            ))}
            <tr className="strong">
              <td>Together</td>
              <td className="right">{money(worked.total, terms.currency)}</td>
            </tr>
          </tbody>
        </table>
      ) : (
        <p className="dim">Fill in the prices as plain numbers, like 2.00, to see it.</p>
      )}
    </div>
  );
}

/** Half-typed numbers are no error here: there is just no example yet. */
function safely<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
