import { Switch } from '@mantine/core';
import { changeReminderSettings, type OwnReminders, type ReminderSettings } from '../api/reminders.ts';
import { useMay } from '../app/session.ts';
import { useAction } from '../ui/actions.ts';

const switches: { name: 'invoices' | 'receipts' | 'overdue' | 'prepaid'; label: string; description: string }[] = [
  { name: 'invoices', label: 'Bills', description: 'Invoices and credit notes, as they are issued, with PDF and UBL.' },
  { name: 'receipts', label: 'Receipts', description: 'After a payment by card or by hand.' },
  { name: 'overdue', label: 'Reminders', description: 'Of invoices that are not paid, by the steps below.' },
  {
    name: 'prepaid',
    label: 'What lapses',
    description: 'Holders of prepaid SIMs hear ten and five days before what they have lapses.',
  },
];

export const changedByReminders = ['reminder-settings', 'reminders', 'mailings', 'reminder-pauses'];

/** What goes out by mail. Each switch is saved as it is moved; of a company, it is its own from then on. */
export function MailSwitches({ settings }: { settings: ReminderSettings }) {
  const edits = useMay()('reminders.setting.edit');
  const save = useAction((own: Partial<OwnReminders>) => changeReminderSettings(settings.account, own), {
    changes: changedByReminders,
    done: 'Saved.',
  });
  const ofCompany = settings.account.startsWith('com_');
  return (
    <div className="mail-switches">
      {switches.map(({ name, label, description }) => {
        const own = ofCompany && settings.own[name] !== null;
        return (
          <div key={name} className="mail-switch">
            <Switch
              label={label}
              description={description}
              checked={settings[name]}
              onChange={({ currentTarget: { checked } }) => save.mutate({ [name]: checked })}
              disabled={!edits || save.isPending}
            />
            {own && (
              <button
                type="button"
                className="as-link"
                disabled={!edits || save.isPending}
                onClick={() => save.mutate({ [name]: null })}
              >
                As it is for all
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}
