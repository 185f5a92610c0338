import { Checkbox, TextInput } from '@mantine/core';
import { pauseReminders } from '../api/reminders.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { changedByReminders } from './switches.tsx';

/** Nothing is sent about a company or an invoice, until a day or until somebody goes on. */
export function PauseDialog({ about, name, onClose }: { about: string; name: string; onClose: () => void }) {
  const save = useAction((asked: Parameters<typeof pauseReminders>[1]) => pauseReminders(about, asked), {
    changes: changedByReminders,
    done: 'No reminders are sent meanwhile.',
    onDone: onClose,
    quiet: true,
  });
  const { values, set, text } = useForm({ reason: '', until: '', disputed: false }, save.error);
  return (
    <Dialog
      title={`Pause reminders of ${name}`}
      submit="Pause"
      busy={save.isPending}
      error={save.error}
      onSubmit={() =>
        save.mutate({
          ...{ reason: values.reason.trim(), disputed: values.disputed },
          until: values.until ? new Date(`${values.until}T00:00:00`).toISOString() : null,
        })
      }
      onClose={onClose}
      disabled={values.reason.trim() === ''}
    >
      <TextInput label="Why" description="For your colleagues." {...text('reason')} maxLength={500} data-autofocus />
      <TextInput
        label="Until"
        description="Reminders go on from that day; empty: when somebody lets them."
        type="date"
        {...text('until')}
      />
      <Checkbox
        label="The company contests it"
        checked={values.disputed}
        onChange={({ currentTarget: { checked } }) => set('disputed', checked)}
      />
    </Dialog>
  );
}
