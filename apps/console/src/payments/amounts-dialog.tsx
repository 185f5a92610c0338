import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { type RefillAmounts, setRefillAmounts } from '../api/payments.ts';
import { typedAmount } from '../ledger/words.ts';
import { errorAt, useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';

type Step = { id: number; from: string; bonus: string };

const mostBonuses = 8;

/** What refills of wallets in a currency offer. @param before null: of a currency that has nothing of its own yet */
export function AmountsDialog({ before, onClose }: { before: RefillAmounts | null; onClose: () => void }) {
  const save = useAction(setRefillAmounts, {
    ...{ changes: ['refill amounts'], done: 'Refills offer this now.', onDone: onClose, quiet: true },
  });
  const { values, text, errors } = useForm(
    {
      currency: before?.currency ?? '',
      presets: before?.presets.join(' ') ?? '',
      minimum: before?.minimum ?? '',
      maximum: before?.maximum ?? '',
      bonusDays: before?.bonusDays ? String(before.bonusDays) : '',
    },
    save.error,
  );
  const [steps, setSteps] = useState<Step[]>(() => (before?.bonuses ?? []).map((step, id) => ({ id, ...step })));
  const currency = values.currency.trim().toUpperCase();
  const typed = values.presets.split(/[\s;]+/).filter(Boolean);
  const presets = typed.map(typedAmount);
  const [minimum, maximum] = [typedAmount(values.minimum), typedAmount(values.maximum)];
  const bonuses = steps.map(({ from, bonus }) => ({ from: typedAmount(from), bonus: typedAmount(bonus) }));
  const days = values.bonusDays.trim() === '' ? null : Number(values.bonusDays);
  const daysWrong = days !== null && !(Number.isInteger(days) && days >= 1 && days <= 3650);
  const whole =
    /^[A-Z]{3}$/.test(currency) &&
    ![...presets, minimum, maximum, ...bonuses.flatMap(({ from, bonus }) => [from, bonus])].includes(null) &&
    !daysWrong;

  function submit(): void {
    const filled = { presets: presets as string[], minimum: minimum!, maximum: maximum! };
    save.mutate({ currency, ...filled, bonuses: bonuses as RefillAmounts['bonuses'], bonusDays: days });
  }
  const change = (id: number, part: Partial<Step>) =>
    setSteps((now) => now.map((step) => (step.id === id ? { ...step, ...part } : step)));
  return (
    <Dialog
      title={before ? `Refills in ${before.currency}` : 'Refills in another currency'}
      submit="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
      disabled={!whole}
    >
      {!before && <TextInput label="Currency" {...text('currency')} maxLength={3} w={110} data-autofocus />}
      <TextInput
        label="Amounts to choose from"
        description="Up to eight, with a space between. Empty: an amount is typed in."
        {...text('presets')}
        error={presets.includes(null) ? 'Amounts, like 10 25 50' : errors.presets}
        inputMode="text"
      />
      <Group grow align="flex-start">
        <TextInput
          label="At least"
          {...text('minimum')}
          error={wrong(values.minimum) ?? errors.minimum}
          inputMode="decimal"
        />
        <TextInput
          label="At most"
          {...text('maximum')}
          error={wrong(values.maximum) ?? errors.maximum}
          inputMode="decimal"
        />
      </Group>
      <fieldset className="bonus-steps">
        <legend>Bonus</legend>
        <p className="dim">
          Given with a refill of so much or more, and spent before the money that was paid. A refund takes its share
          back.
        </p>
        {steps.map((step, i) => (
          <div key={step.id} className="bonus-step">
            <TextInput
              aria-label={`From, of bonus ${i + 1}`}
              placeholder="50.00"
              leftSection={<span className="dim">from</span>}
              leftSectionWidth={48}
              value={step.from}
              onChange={(event) => change(step.id, { from: event.currentTarget.value })}
              error={wrong(step.from) ?? errorAt(save.error, `bonuses.${i}.from`)}
              inputMode="decimal"
            />
            <TextInput
              aria-label={`Given, of bonus ${i + 1}`}
              placeholder="5.00"
              leftSection={<span className="dim">give</span>}
              leftSectionWidth={48}
              value={step.bonus}
              onChange={(event) => change(step.id, { bonus: event.currentTarget.value })}
              error={wrong(step.bonus) ?? errorAt(save.error, `bonuses.${i}.bonus`)}
              inputMode="decimal"
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={`Remove bonus ${i + 1}`}
              onClick={() => setSteps((now) => now.filter(({ id }) => id !== step.id))}
            >
              <IconX size={16} />
            </ActionIcon>
          </div>
        ))}
        {steps.length < mostBonuses && (
          <div>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => setSteps((now) => [...now, { id: (now.at(-1)?.id ?? 0) + 1, from: '', bonus: '' }])}
            >
              Add a bonus
            </Button>
          </div>
        )}
        {steps.length > 0 && (
          <TextInput
            label="A bonus expires after"
            description="Empty: never."
            rightSection={<span className="dim">days</span>}
            rightSectionWidth={56}
            {...text('bonusDays')}
            error={daysWrong ? '1 to 3650 days' : errors.bonusDays}
            inputMode="numeric"
            w={180}
          />
        )}
      </fieldset>
    </Dialog>
  );
}

/** What stands below a field whose text is no amount yet; nothing while it is empty. */
function wrong(text: string): string | null {
  return text !== '' && typedAmount(text) === null ? 'An amount, like 25.00' : null;
}
