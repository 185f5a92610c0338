import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { getReminderSettings, listPauses, type Pause, resumeReminders } from '../api/reminders.ts';
import { listCompanies } from '../api/tenancy.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction } from '../ui/actions.ts';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { Steps, StepsForm } from './steps.tsx';
import { changedByReminders, MailSwitches } from './switches.tsx';
import { whyWords } from './words.tsx';
import './reminders.css';

/** What goes out by mail about money, for all who have said nothing else; the steps of reminders; what is paused. */
export function RemindersPage() {
  const { organization } = useMe();
  const [editing, setEditing] = useState(false);
  const query = useQuery({
    queryKey: ['reminder-settings', organization.id],
    queryFn: () => getReminderSettings(organization.id),
  });
  const settings = query.data;
  return (
    <>
      <PageHead title="Reminders">
        <Button component={Link} to="/mailings" variant="default">
          What was sent
        </Button>
      </PageHead>
      <Body narrow>
        {settings ? (
          <>
            <Panel title="What goes out by mail" aside="To the address for bills of each company">
              <MailSwitches settings={settings} />
            </Panel>
            <Panel
              title="Steps of reminders"
              aside={settings.overdue ? 'A company may have its own' : 'Reminders are switched off'}
            >
              <Steps settings={settings} onEdit={() => setEditing(true)} />
            </Panel>
            <Paused />
          </>
        ) : (
          <Pending query={query} lines={8} />
        )}
      </Body>
      {editing && settings && (
        <StepsForm settings={settings} currency={organization.currency} onClose={() => setEditing(false)} />
      )}
    </>
  );
}

function Paused() {
  const sees = useMay()('reminders.mailing.view');
  const pauses = useQuery({
    queryKey: ['reminder-pauses', 'all'],
    queryFn: () => listPauses({ limit: 200 }),
    enabled: sees,
  }).data;
  const companies = useQuery({
    queryKey: ['companies', 'names'],
    queryFn: () => listCompanies({ limit: 200 }),
    enabled: (pauses?.items.length ?? 0) > 0,
  }).data;
  if (!pauses || pauses.items.length === 0) return null;
  const names = new Map(companies?.items.map(({ id, name }) => [id, name]));
  return (
    <Panel title="Paused">
      <ul className="mailed">
        {pauses.items.map((pause) => (
          <OnePause key={pause.about} pause={pause} company={names.get(pause.company) ?? 'A company'} />
        ))}
      </ul>
    </Panel>
  );
}

function OnePause({ pause, company }: { pause: Pause; company: string }) {
  const edits = useMay()('reminders.pause.edit');
  const resume = useAction(() => resumeReminders(pause.about), {
    changes: changedByReminders,
    done: 'Reminders go on.',
  });
  const ofInvoice = pause.about.startsWith('inv_');
  return (
    <li>
      <span className="mailed-what">
        {ofInvoice ? (
          <Link to="/invoices/$id" params={{ id: pause.about }} className="link">
            An invoice of {company}
          </Link>
        ) : (
          <Link to="/invoices" search={{ company: pause.company }} className="link">
            {company}
          </Link>
        )}
        <span className="dim">
          {' '}
          · {whyWords[pause.disputed ? 'disputed' : 'paused']}: {pause.reason}
          {pause.until && (
            <>
              {' '}
              · until <Time at={pause.until} />
            </>
          )}
        </span>
      </span>
      {edits && (
        <Button size="xs" variant="default" loading={resume.isPending} onClick={() => resume.mutate(undefined)}>
          Go on
        </Button>
      )}
    </li>
  );
}
