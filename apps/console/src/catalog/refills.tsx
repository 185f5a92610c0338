import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Refill } from '../api/plans.ts';
import { NumberField } from './input.tsx';

const mostRefills = 50;

/** What a prepaid plan sells. A row keeps its id, so that a dearer refill is still the same one. */
export function RefillsEditor({
  refills,
  currency,
  onChange,
  wrong,
}: {
  refills: readonly Refill[];
  currency: string;
  onChange: (refills: Refill[]) => void;
  wrong: (place: string) => string | undefined;
}) {
  const change = (at: number, refill: Partial<Refill>) =>
    onChange(refills.map((one, i) => (i === at ? { ...one, ...refill } : one)));
  return (
    <div className="steps">
      {refills.map((refill, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a new refill has no id yet.
        <div key={i} className="step">
          <NumberField
            label="Data"
            value={refill.mb}
            onValue={(mb) => change(i, { mb })}
            error={wrong(`refills[${i}].mb`)}
            unit="MB"
            whole
          />
          <NumberField
            label="Price"
            value={refill.price}
            onValue={(price) => change(i, { price })}
            error={wrong(`refills[${i}].price`)}
            unit={currency}
          />
          <ActionIcon aria-label="Remove this refill" onClick={() => onChange(refills.filter((_, at) => at !== i))}>
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...refills, { mb: '', price: '' }])}
          disabled={refills.length >= mostRefills}
        >
          Add a refill
        </Button>
      </div>
    </div>
  );
}
