import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { PriceStep } from '../api/plans.ts';
import { NumberField } from './input.tsx';

/** The steps of a price: up to here it costs this, the last one is open. */
export function Steps({
  steps,
  onChange,
  unit,
  per,
  currency,
  wrong,
}: {
  steps: readonly PriceStep[];
  onChange: (steps: PriceStep[]) => void;
  /** What is counted, in the plural: MB, messages, minutes. */
  unit: string;
  /** What one price is for: MB, message, minute. */
  per: string;
  currency: string;
  /** What the server said about `[0].upTo` or `[0].price`. */
  wrong: (place: string) => string | undefined;
}) {
  const last = steps.length - 1;
  const change = (at: number, step: Partial<PriceStep>) =>
    onChange(steps.map((one, i) => (i === at ? { ...one, ...step } : one)));
  function add(): void {
    const before = steps[last - 1]?.upTo ?? '0';
    const next = { upTo: String(Number(before) * 2 || 100), price: steps[last]?.price ?? '0' };
    onChange([...steps.slice(0, last), next, ...steps.slice(last)]);
  }
  return (
    <div className="steps">
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place.
        <div key={i} className="step">
          {i === last ? (
            <TextInput label="Beyond that" value={`all further ${unit}`} disabled />
          ) : (
            <NumberField
              label={i === 0 ? 'Up to' : 'then up to'}
              value={step.upTo ?? ''}
              onValue={(upTo) => change(i, { upTo })}
              error={wrong(`[${i}].upTo`)}
              unit={unit}
              whole
            />
          )}
          <NumberField
            label={`Price per ${per}`}
            value={step.price}
            onValue={(price) => change(i, { price })}
            error={wrong(`[${i}].price`)}
            unit={currency}
          />
          {i < last && steps.length > 2 ? (
            <ActionIcon aria-label="Remove this step" onClick={() => onChange(steps.filter((_, at) => at !== i))}>
              <IconTrash size={16} />
            </ActionIcon>
          ) : (
            <span />
          )}
        </div>
      ))}
      <div>
        <Button size="xs" variant="default" onClick={add} disabled={steps.length >= 50}>
          Add a step
        </Button>
      </div>
    </div>
  );
}
