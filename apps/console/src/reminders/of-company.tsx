import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { getCompanyReminders, getReminderSettings, listPauses, resumeReminders } from '../api/reminders.ts';
import type { Company } from '../api/tenancy.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction } from '../ui/actions.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { PauseDialog } from './pause.tsx';
import { Steps, StepsForm } from './steps.tsx';
import { changedByReminders, MailSwitches } from './switches.tsx';
import { nextWords, whyWords } from './words.tsx';
import './reminders.css';

/** Of a company: what it gets by mail, what comes next, and its pause. Dialogs are handed out beside: no form stands in another. */
export function useCompanyMail(company: Company | null) {
  const [dialog, setDialog] = useState<'steps' | 'pause' | null>(null);
  const may = useMay();
  const ours = useMe().actor.companyId === null;
  const settings = useQuery({
    queryKey: ['reminder-settings', company?.id],
    queryFn: () => getReminderSettings(company!.id),
    enabled: company !== null && ours && may('reminders.setting.view'),
  }).data;
  if (!company || !settings) return { part: null, dialog: null };
  const close = () => setDialog(null);
  return {
    part: (
      <div className="form-part">
        <h3>What it gets by mail</h3>
        <Next company={company} onPause={() => setDialog('pause')} />
        <MailSwitches settings={settings} />
        {settings.overdue && <Steps settings={settings} onEdit={() => setDialog('steps')} />}
      </div>
    ),
    dialog:
      dialog === 'steps' ? (
        <StepsForm settings={settings} currency={company.currency} onClose={close} />
      ) : dialog === 'pause' ? (
        <PauseDialog about={company.id} name={company.name} onClose={close} />
      ) : null,
  };
}

function Next({ company: { id, currency }, onPause }: { company: Company; onPause: () => void }) {
  const may = useMay();
  const sees = may('reminders.mailing.view');
  const coming = useQuery({
    queryKey: ['reminders', 'company', id],
    queryFn: () => getCompanyReminders(id),
    enabled: sees,
  });
  const pauses = useQuery({
    queryKey: ['reminder-pauses', id],
    queryFn: () => listPauses({ company: id, limit: 100 }),
    enabled: sees,
  });
  const resume = useAction(() => resumeReminders(id), { changes: changedByReminders, done: 'Reminders go on.' });
  if (!coming.data) return null;
  const { why, next } = coming.data;
  const own = pauses.data?.items.find(({ about }) => about === id);
  const edits = may('reminders.pause.edit');
  const [first] = next;
  return (
    <>
      <Facts>
        <Fact name="Next reminder">
          {first ? (
            <>
              {nextWords(first, currency)}{' '}
              <Link to="/invoices/$id" params={{ id: first.invoice }} className="link mono">
                {first.number}
              </Link>
              {next.length > 1 && <span className="dim"> and {next.length - 1} more</span>}
              {why === 'address' && <div className="dim">{whyWords.address}</div>}
            </>
          ) : own ? (
            <>
              {whyWords[why ?? 'paused']}: {own.reason}
            </>
          ) : (
            <None>{why ? whyWords[why] : 'Nothing is open, or all steps were taken.'}</None>
          )}
        </Fact>
      </Facts>
      <div className="bill-note">
        {edits && !own && (
          <Button size="xs" variant="default" onClick={onPause}>
            Pause reminders
          </Button>
        )}
        {edits && own && (
          <Button size="xs" variant="default" loading={resume.isPending} onClick={() => resume.mutate(undefined)}>
            Go on reminding
          </Button>
        )}
        <Link to="/mailings" search={{ company: id }} className="link">
          What was sent
        </Link>
      </div>
    </>
  );
}
