import { MultiSelect, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import {
  type AutoRefill,
  type PayerKind,
  type SetAutoRefill,
  type Subject,
  setAutoRefill,
} from '../api/auto-refills.ts';
import { bytes, bytesOfMegabytes, megabytesOf } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { typedAmount } from '../ledger/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { payerWords } from './words.ts';

/** A refill of a plan. */
export type Option = { id: string; amountBytes: string; price: string; currency: string };

const cards: PayerKind[] = ['own_card', 'company_card'];
const wallets: PayerKind[] = ['own_wallet', 'company_wallet'];

/** When it is set off, by how much, who pays, and what it may come to. */
export function AutoRefillDialog({
  subject,
  currency,
  options,
  before,
  changes,
  onClose,
}: {
  subject: Subject;
  currency: string;
  options?: readonly Option[];
  before: AutoRefill | null;
  changes: string[];
  onClose: () => void;
}) {
  const save = useAction((input: SetAutoRefill) => setAutoRefill(subject, input), {
    ...{ changes, done: 'Auto-refill is on.', onDone: onClose, quiet: true },
  });
  const { values, text, set, errors } = useForm(
    {
      below: before ? (before.below ?? megabytesOf(before.belowBytes)) : options ? '100' : '',
      refill: before?.refill ?? options?.[0]?.id ?? null,
      size: before?.upTo ? 'upTo' : 'amount',
      much: before?.upTo ?? before?.amount ?? '',
      payers: before?.payers ?? (options ? ['own_wallet' as const] : ['own_card' as const]),
      cooldownMinutes: before?.cooldownMinutes ?? 5,
      dailyCap: before?.dailyCap ?? '',
      monthlyCap: before?.monthlyCap ?? '',
    },
    save.error,
  );
  const below = options ? bytesOfMegabytes(values.below) : typedAmount(values.below);
  const much = typedAmount(values.much);
  const capOf = (typed: string) => (typed.trim() === '' ? null : (typedAmount(typed) ?? undefined));
  const caps = { dailyCap: capOf(values.dailyCap), monthlyCap: capOf(values.monthlyCap) };
  const whole =
    below !== null &&
    (options ? values.refill !== null : much !== null) &&
    values.payers.length > 0 &&
    caps.dailyCap !== undefined &&
    caps.monthlyCap !== undefined;

  function submit(): void {
    if (!whole) return;
    const size = options ? { refill: values.refill! } : { [values.size]: much! };
    const { payers, cooldownMinutes } = values;
    save.mutate({
      ...{ below: below!, ...size, payers, cooldownMinutes },
      ...{ dailyCap: caps.dailyCap ?? null, monthlyCap: caps.monthlyCap ?? null },
    });
  }
  return (
    <Dialog
      title="Auto-refill"
      submit={before ? 'Save' : 'Switch on'}
      busy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
      disabled={!whole}
    >
      <TextInput
        label="When there is less than"
        {...text('below')}
        error={values.below !== '' && below === null ? 'A number, like 100' : errors.below}
        rightSection={<span className="dim">{options ? 'MB' : currency}</span>}
        inputMode="decimal"
        data-autofocus
      />
      {options ? (
        <Select
          label="Refill with"
          description="As often as it takes to be there again, in one charge."
          data={options.map(({ id, amountBytes, price, currency }) => ({
            value: id,
            label: `${bytes(amountBytes)}, ${money(price, currency)}`,
          }))}
          value={values.refill}
          onChange={(refill) => set('refill', refill)}
          error={errors.refill}
          allowDeselect={false}
        />
      ) : (
        <>
          <SegmentedControl
            aria-label="How much"
            value={values.size}
            onChange={(size) => set('size', size)}
            data={[
              { value: 'amount', label: 'An amount' },
              { value: 'upTo', label: 'Up to an amount' },
            ]}
          />
          <TextInput
            label={`${values.size === 'upTo' ? 'Fill it up to' : 'Refill with'}, in ${currency}`}
            {...text('much')}
            error={values.much !== '' && much === null ? 'An amount, like 25.00' : (errors.amount ?? errors.upTo)}
            inputMode="decimal"
          />
        </>
      )}
      <MultiSelect
        label="Who pays"
        description="In this order the first that can."
        data={[...cards, ...(options ? wallets : [])].map((value) => ({ value, label: payerWords[value] }))}
        value={values.payers}
        onChange={(payers) => set('payers', payers as PayerKind[])}
        error={errors.payers}
      />
      <TextInput
        label={`At most on one day, in ${currency}`}
        description="VAT within. Empty: without a cap."
        {...text('dailyCap')}
        error={caps.dailyCap === undefined ? 'An amount, like 25.00' : errors.dailyCap}
        inputMode="decimal"
      />
      <TextInput
        label={`At most in one month, in ${currency}`}
        {...text('monthlyCap')}
        error={caps.monthlyCap === undefined ? 'An amount, like 100.00' : errors.monthlyCap}
        inputMode="decimal"
      />
      <NumberInput
        label="Minutes between two refills"
        value={values.cooldownMinutes}
        onChange={(value) => set('cooldownMinutes', Number(value) || 0)}
        min={0}
        max={10_080}
      />
    </Dialog>
  );
}
