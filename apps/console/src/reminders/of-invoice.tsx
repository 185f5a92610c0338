import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Invoice } from '../api/billing.ts';
import {
  getInvoiceReminders,
  type InvoiceReminders,
  listMailings,
  type Mailing,
  mailInvoice,
  resumeReminders,
} from '../api/reminders.ts';
import { useMay, useMe } from '../app/session.ts';
import { dayWords } from '../billing/words.tsx';
import { useAction } from '../ui/actions.ts';
import { Panel } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { PauseDialog } from './pause.tsx';
import { changedByReminders } from './switches.tsx';
import { MailingBadge, mailingKinds, nextWords, stepDay, whyNot, whyWords } from './words.tsx';
import './reminders.css';

/** What was sent about an invoice, and what comes next, or why nothing does. */
export function InvoiceMail({ invoice }: { invoice: Invoice }) {
  const may = useMay();
  const ours = useMe().actor.companyId === null;
  const sees = may('reminders.mailing.view');
  const [pausing, setPausing] = useState(false);
  const { id } = invoice;
  const sent = useQuery({
    queryKey: ['mailings', 'of', id],
    queryFn: () => listMailings({ invoice: id, limit: 100 }),
    enabled: sees,
  }).data;
  const coming = useQuery({
    queryKey: ['reminders', 'invoice', id, invoice.state, invoice.paid],
    queryFn: () => getInvoiceReminders(id),
    enabled: sees && invoice.kind === 'invoice',
  }).data;
  const mail = useAction(() => mailInvoice(id), { changes: ['mailings'], done: 'It goes to the address for bills.' });
  const resume = useAction(() => resumeReminders(id), { changes: changedByReminders, done: 'Reminders go on.' });
  if (!sees || !sent) return null;
  const open = invoice.kind === 'invoice' && invoice.state === 'open';
  const paused = coming?.why === 'paused' || coming?.why === 'disputed';
  const edits = ours && may('reminders.pause.edit') && open;
  return (
    <Panel
      title="Mail"
      aside={
        <span className="bill-note">
          {edits && !paused && (
            <Button size="xs" variant="default" onClick={() => setPausing(true)}>
              Pause reminders
            </Button>
          )}
          {edits && paused && coming.reason !== null && (
            <Button size="xs" variant="default" loading={resume.isPending} onClick={() => resume.mutate(undefined)}>
              Go on reminding
            </Button>
          )}
          {ours && may('reminders.mailing.send') && (
            <Button size="xs" variant="default" loading={mail.isPending} onClick={() => mail.mutate(undefined)}>
              {sent.items.some(({ kind }) => kind === 'invoice' || kind === 'credit_note')
                ? 'Mail it again'
                : 'Mail it'}
            </Button>
          )}
        </span>
      }
    >
      {open && coming && <Coming coming={coming} currency={invoice.currency} />}
      {sent.items.length === 0 ? (
        <p className="ink2">Nothing was sent about it yet.</p>
      ) : (
        <ul className="mailed">
          {sent.items.map((mailing) => (
            <Sent key={mailing.id} mailing={mailing} invoice={id} />
          ))}
        </ul>
      )}
      {pausing && <PauseDialog about={id} name={invoice.number} onClose={() => setPausing(false)} />}
    </Panel>
  );
}

function Coming({ coming, currency }: { coming: InvoiceReminders; currency: string }) {
  const { why, until, reason, next } = coming;
  return (
    <p className="mail-next">
      <strong>Next</strong>
      <span>
        {next ? nextWords(next, currency) : why === null ? 'Nothing.' : whyWords[why]}
        {next && why === 'address' && <span className="dim"> · {whyWords.address}</span>}
        {(why === 'paused' || why === 'disputed') && (
          <span className="dim">
            {reason ? `: ${reason}` : ', as those of its company'}
            {until && (
              <>
                {' '}
                · until <Time at={until} />
              </>
            )}
          </span>
        )}
      </span>
    </p>
  );
}

function Sent({ mailing, invoice }: { mailing: Mailing; invoice: string }) {
  const days = mailing.about.find(({ id }) => id === invoice)?.days ?? null;
  const others = mailing.about.length - 1;
  return (
    <li>
      <span className="mailed-day">{dayWords(mailing.day)}</span>
      <span className="mailed-what">
        {mailing.letter ? (
          <Link to="/letters" search={{ open: mailing.letter }} className="link">
            {mailingKinds[mailing.kind]}
          </Link>
        ) : (
          mailingKinds[mailing.kind]
        )}
        <span className="dim">
          {days !== null && `, ${stepDay(days)}`}
          {others > 0 && `, with ${others} more`}
          {mailing.to && ` · ${mailing.to}`}
          {whyNot(mailing) && ` · ${whyNot(mailing)}`}
        </span>
        {mailing.fee && (
          <>
            {' · '}
            <Link to="/invoices/$id" params={{ id: mailing.fee }} className="link">
              its fee
            </Link>
          </>
        )}
      </span>
      <MailingBadge mailing={mailing} />
    </li>
  );
}
