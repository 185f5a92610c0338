import { TextInput, type TextInputProps } from '@mantine/core';

/** Why somebody moves money by hand: without it there is no movement. */
export function ReasonInput(props: TextInputProps) {
  return (
    <TextInput
      label="Reason"
      description="Stands beside it in the history and in the audit log."
      maxLength={1000}
      required
      {...props}
    />
  );
}
