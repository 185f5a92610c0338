import { TextInput } from '@mantine/core';
import type { ComponentProps } from 'react';

type InputProps = Omit<ComponentProps<typeof TextInput>, 'onChange' | 'value'> & {
  value: string;
  onValue: (value: string) => void;
  /** What is written behind the number: a currency, MB. */
  unit?: string;
  /** Whole numbers only. */
  whole?: boolean;
};

/** A field for a number, kept as the text that was typed; digits alone where it is a whole one. */
export function NumberField({ onValue, unit, whole, ...props }: InputProps) {
  return (
    <TextInput
      {...props}
      onChange={({ currentTarget: { value } }) => onValue(whole ? value.replace(/\D/g, '') : value.replace(',', '.'))}
      inputMode={whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      {...(unit !== undefined && {
        rightSection: <span className="dim nowrap">{unit}</span>,
        rightSectionWidth: 8 * unit.length + 20,
        // Clicks on the unit are clicks on the field.
        rightSectionPointerEvents: 'none' as const,
      })}
    />
  );
}
