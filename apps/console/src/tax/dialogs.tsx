import { Radio, Select, Stack, TextInput } from '@mantine/core';
import type { TaxCategory } from '../api/payments.ts';
import { recordTaxCheck, setTaxNumber, setTaxRate } from '../api/tax.ts';
import { useMe } from '../app/session.ts';
import { categoryWords } from '../payments/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { type TaxDialog, today, useTax } from './vat.tsx';
import { canReverse } from './words.ts';

type Props = { account: string; onDialog: (kind: TaxDialog | null) => void };

const changes = ['tax', 'payment quote'];

export function TaxDialogs({ kind, ...props }: Props & { kind: TaxDialog }) {
  switch (kind) {
    case 'rate':
      return <Rate {...props} />;
    case 'number':
      return <NumberForm {...props} />;
    case 'check':
      return <Check {...props} />;
  }
}

const above = 'above';

/** A rate from a day on. What is over keeps the rate that it had. */
function Rate({ account, onDialog }: Props) {
  const me = useMe();
  const tax = useTax(account).data;
  const onClose = () => onDialog(null);
  const set = useAction((rate: Parameters<typeof setTaxRate>[1]) => setTaxRate(account, rate), {
    changes,
    done: 'The rate is set.',
    onDone: onClose,
    quiet: true,
  });
  const form = useForm({ category: 'S', percent: '', validFrom: today(), reason: '' }, set.error);
  const { values, text, errors } = form;
  const ofOrganization = account === me.organization.id;
  const percent = /^(100|\d{1,2}([.,]\d{1,4})?)$/.test(values.percent.trim())
    ? values.percent.trim().replace(',', '.')
    : null;
  const standard = values.category === 'S';
  const whole = (!standard || (percent !== null && parseFloat(percent) > 0)) && values.validFrom >= today();
  const unfounded = values.category === 'AE' && tax !== undefined && !canReverse(tax);
  function submit(): void {
    const category = values.category === above ? null : (values.category as TaxCategory);
    const reason = values.reason.trim();
    set.mutate({
      ...{ category, validFrom: values.validFrom },
      ...(standard && percent !== null ? { percent } : category && reason && { reason }),
    });
  }
  return (
    <Dialog
      title="Set the VAT rate"
      submit="Set the rate"
      busy={set.isPending}
      error={set.error}
      onSubmit={submit}
      onClose={onClose}
      disabled={!whole || unfounded}
    >
      <Select
        label="Kind"
        data={[
          ...Object.entries(categoryWords).map(([value, label]) => ({ value, label: `${label} (${value})` })),
          ...(ofOrganization ? [] : [{ value: above, label: `As ${me.organization.name} has it` }]),
        ]}
        value={values.category}
        onChange={(value) => value && form.set('category', value)}
        error={errors.category}
        allowDeselect={false}
        data-autofocus
      />
      {unfounded && (
        <div className="notice notice-amber">
          With reverse charge the buyer pays the VAT in their own country. That stands on a VAT number of theirs which
          was checked and found valid{tax.number ? ', and this one was not.' : ', and there is none yet.'}{' '}
          <button type="button" className="as-link" onClick={() => onDialog(tax.number ? 'check' : 'number')}>
            {tax.number ? 'Keep a check of it' : 'Add a VAT number'}
          </button>
        </div>
      )}
      {standard && (
        <TextInput
          label="Percentage"
          {...text('percent')}
          error={values.percent !== '' && percent === null ? 'A percentage, like 21 or 7.7' : errors.percent}
          inputMode="decimal"
          rightSection="%"
        />
      )}
      {!standard && values.category !== above && (
        <TextInput
          label="Reason"
          description="Stands on documents, as why no VAT is asked for."
          {...text('reason')}
          maxLength={500}
        />
      )}
      <TextInput
        label="From"
        description="Today or later. Days that are over keep the rate that they had."
        type="date"
        min={today()}
        {...text('validFrom')}
        error={values.validFrom < today() ? 'Today or later' : errors.validFrom}
      />
    </Dialog>
  );
}

/** The VAT number itself. Another one is to be checked again. */
function NumberForm({ account, onDialog }: Props) {
  const now = useTax(account).data?.number;
  const save = useAction((number: Parameters<typeof setTaxNumber>[1]) => setTaxNumber(account, number), {
    changes,
    done: 'The VAT number is kept. It is not checked yet.',
    onDone: () => onDialog(null),
    quiet: true,
  });
  const { values, text, errors } = useForm({ country: now?.country ?? '', number: now?.number ?? '' }, save.error);
  const country = values.country.trim().toUpperCase();
  const number = values.number.replace(/[\s.-]/g, '').toUpperCase();
  const same = now?.country === country && now.number === number;
  return (
    <Dialog
      title="VAT number"
      submit="Keep the number"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate({ country, number })}
      onClose={() => onDialog(null)}
      disabled={same || !/^[A-Z]{2}$/.test(country) || number.length < 2}
    >
      <div className="vat-number-form">
        <TextInput
          label="Country"
          placeholder="NL"
          {...text('country')}
          error={errors.country}
          maxLength={2}
          autoCapitalize="characters"
          data-autofocus
        />
        <TextInput
          label="Number"
          description="Without its country. Greece is EL, Northern Ireland XI."
          {...text('number')}
          error={errors.number}
          maxLength={30}
          autoCapitalize="characters"
          autoComplete="off"
        />
      </div>
    </Dialog>
  );
}

/** What somebody has found out about the number, and what proves it. */
function Check({ account, onDialog }: Props) {
  const number = useTax(account).data?.number;
  const keep = useAction((check: Parameters<typeof recordTaxCheck>[1]) => recordTaxCheck(account, check), {
    changes,
    done: 'The check is kept.',
    onDone: () => onDialog(null),
    quiet: true,
  });
  const { values, text, set } = useForm({ valid: '', reference: '' }, keep.error);
  return (
    <Dialog
      title={number ? `Check of ${number.country} ${number.number}` : 'Check of the VAT number'}
      submit="Keep the check"
      busy={keep.isPending}
      error={keep.error}
      onSubmit={() => keep.mutate({ valid: values.valid === 'yes', reference: values.reference.trim() })}
      onClose={() => onDialog(null)}
      disabled={values.valid === ''}
    >
      <p className="ink2">
        Look the number up,{' '}
        <a className="link" href="https://ec.europa.eu/taxation_customs/vies/" target="_blank" rel="noreferrer">
          in VIES
        </a>{' '}
        for the EU, and keep here what it said. Nobody is asked by itself.
      </p>
      <Radio.Group label="The number is" value={values.valid} onChange={(valid) => set('valid', valid)}>
        <Stack gap={8} mt={4}>
          <Radio value="yes" label="Valid, and of this account" />
          <Radio value="no" label="Not valid" />
        </Stack>
      </Radio.Group>
      <TextInput
        label="What proves it"
        description="The consultation number of VIES, or a document."
        {...text('reference')}
        maxLength={200}
      />
    </Dialog>
  );
}
