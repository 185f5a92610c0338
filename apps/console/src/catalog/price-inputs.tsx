import { Radio, TextInput } from '@mantine/core';
import type { PlanType } from '../api/plans.ts';
import type { Fields } from './fields.ts';
import type { WizardForm } from './form.ts';
import { NumberField } from './input.tsx';
import { soldBy } from './kinds.ts';
import { Steps } from './steps.tsx';

/** What the type essentially costs, and what messages and calls cost wherever no zone says another. */
export function PriceInputs({
  type,
  form,
  wrong,
}: {
  type: PlanType;
  form: WizardForm;
  wrong: (place: string) => string | undefined;
}) {
  const { values, set, errors } = form;
  const field = (name: keyof Fields & string) => ({
    value: String(values[name]),
    onValue: (value: string) => set(name, value as never),
    error: errors[name],
    name,
  });
  const { currency } = values;
  const has = (part: Parameters<typeof soldBy>[1]) => soldBy(type, part);
  return (
    <>
      <div className="form-row form-row-fit">
        {has('fee') && <NumberField label="Monthly fee" {...field('fee')} unit={currency} placeholder="0.00" />}
        {has('activation') && (
          <NumberField label="Activation fee" {...field('activationFee')} unit={currency} placeholder="0.00" />
        )}
        {has('refills') && <NumberField label="Validity" {...field('validityDays')} unit="days" whole />}
        {has('allowance') && <NumberField label="Included data" {...field('allowanceMb')} unit="MB" whole />}
        <TextInput
          label="Currency"
          value={currency}
          onChange={(event) => set('currency', event.currentTarget.value.toUpperCase())}
          error={errors.currency}
          maxLength={3}
        />
      </div>
      {has('overage') && (
        <div className="form-row">
          <NumberField
            label="Overage block"
            description="Every started block counts. Empty: free."
            {...field('overageSizeMb')}
            unit="MB"
            whole
          />
          <NumberField
            label="Price of a block"
            description="Paid with the next invoice."
            {...field('overagePrice')}
            unit={currency}
          />
        </div>
      )}
      {has('fair_use') && (
        <div className="form-row">
          <NumberField
            label="Fair use"
            description="From here on an event tells. Empty: no limit."
            {...field('fairUseMb')}
            unit="MB"
            whole
          />
          <NumberField
            label="Then slowed down to"
            description="Where the telecom can."
            {...field('throttleKbps')}
            unit="kbit/s"
            whole
          />
        </div>
      )}
      {has('data') && <DataPrice form={form} wrong={wrong} />}
      <div className="form-row form-row-3">
        <NumberField label="Price of a message" {...field('smsPrice')} unit={currency} placeholder="not sold" />
        <NumberField label="Price of a minute" {...field('voicePrice')} unit={currency} placeholder="not sold" />
        <NumberField
          label="Calls rounded up to"
          {...field('voiceIncrementSeconds')}
          unit="s"
          placeholder="each second"
          disabled={values.voicePrice.trim() === ''}
          whole
        />
      </div>
    </>
  );
}

function DataPrice({ form, wrong }: { form: WizardForm; wrong: (place: string) => string | undefined }) {
  const { values, set, errors } = form;
  return (
    <>
      <Radio.Group
        label="Price of data"
        description="Wherever no zone has a rate of its own."
        value={values.dataPrice}
        onChange={(value) => set('dataPrice', value as Fields['dataPrice'])}
      >
        <div className="choices">
          <Radio value="flat" label="One price per MB" />
          <Radio value="tiers" label="In steps: each slice of the total at its own price" />
          <Radio value="rates" label="As the rates below say: elsewhere data stays unrated" />
        </div>
      </Radio.Group>
      {errors.tiers && <div className="notice notice-red">{errors.tiers}</div>}
      {values.dataPrice === 'tiers' && (
        <Steps
          steps={values.tiers.map(({ upToMb, pricePerMb }) => ({ upTo: upToMb, price: pricePerMb }))}
          onChange={(steps) =>
            set(
              'tiers',
              steps.map(({ upTo, price }) => ({ upToMb: upTo, pricePerMb: price })),
            )
          }
          unit="data"
          per="MB"
          currency={values.currency}
          wrong={(place) => wrong(`tiers${place.replace('.upTo', '.upToMb').replace('.price', '.pricePerMb')}`)}
        />
      )}
      <div className="form-row">
        {values.dataPrice === 'flat' && (
          <NumberField
            label="Price per MB"
            description="Up to 12 decimals."
            value={values.pricePerMb}
            onValue={(price) => set('pricePerMb', price)}
            error={errors.pricePerMb}
            unit={values.currency}
          />
        )}
        {values.dataPrice !== 'rates' && (
          <NumberField
            label="Total rounded up to"
            description="Of a period, not of each record."
            value={values.incrementBytes}
            onValue={(bytes) => set('incrementBytes', bytes)}
            error={errors.incrementBytes}
            unit="bytes"
            placeholder="exact"
            whole
          />
        )}
      </div>
    </>
  );
}
