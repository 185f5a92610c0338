import { Select, TextInput } from '@mantine/core';
import type { PoolTermsForm, PoolType } from '../api/pools.ts';
import { paymentWords } from '../format/words.ts';
import type { useForm } from '../ui/actions.ts';

/** The terms as they stand in the fields: empty text is "none". */
export type TermsValues = {
  allowanceMb: string;
  fee: string;
  overageSizeMb: string;
  overagePrice: string;
  paymentType: PoolTermsForm['paymentType'];
};

export function emptyTerms(type: PoolType): TermsValues {
  const own = type === 'static' ? { allowanceMb: '10000', fee: '50.00' } : { allowanceMb: '', fee: '' };
  return { ...own, overageSizeMb: '1000', overagePrice: '6.00', paymentType: 'post_billing' };
}

export function valuesOf(terms: PoolTermsForm): TermsValues {
  return {
    allowanceMb: terms.allowanceMb ?? '',
    fee: terms.fee ?? '',
    overageSizeMb: terms.overageSizeMb ?? '',
    overagePrice: terms.overagePrice ?? '',
    paymentType: terms.paymentType,
  };
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

export function termsOf(type: PoolType, values: TermsValues): PoolTermsForm {
  return {
    allowanceMb: type === 'static' ? orNull(values.allowanceMb) : null,
    fee: type === 'static' ? orNull(values.fee) : null,
    overageSizeMb: orNull(values.overageSizeMb),
    overagePrice: orNull(values.overagePrice),
    paymentType: values.paymentType,
  };
}

/** Balance and price of a static pool, and the overage of either. */
export function TermsFields<F extends TermsValues>({
  type,
  form,
  currency,
}: {
  type: PoolType;
  form: Pick<ReturnType<typeof useForm<F>>, 'values' | 'text' | 'set'>;
  currency: string;
}) {
  const { values, text, set } = form;
  const unit = (words: string) => ({
    rightSection: <span className="dim">{words}</span>,
    rightSectionWidth: 8 * words.length + 20,
  });
  return (
    <>
      {type === 'static' && (
        <div className="form-row">
          <TextInput
            label="Balance"
            description="Data of a month, for all members."
            {...text('allowanceMb')}
            {...unit('MB')}
            inputMode="numeric"
          />
          <TextInput
            label="Price"
            description="Of a month, whole from the first on."
            {...text('fee')}
            {...unit(currency)}
            inputMode="decimal"
          />
        </div>
      )}
      <div className="form-row">
        <TextInput
          label="Overage size"
          description="Every started block counts. Empty: free."
          {...text('overageSizeMb')}
          {...unit('MB')}
          inputMode="numeric"
        />
        <TextInput
          label="Overage price"
          description="Of one block."
          {...text('overagePrice')}
          {...unit(currency)}
          inputMode="decimal"
        />
      </div>
      <Select
        label="Payment"
        description="When the monthly fee is billed. Overage always follows the end of its month."
        data={Object.entries(paymentWords).map(([value, label]) => ({ value, label }))}
        value={values.paymentType}
        onChange={(value) => value && set('paymentType', value as F['paymentType'])}
        allowDeselect={false}
      />
    </>
  );
}
