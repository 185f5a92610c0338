import { Link } from '@tanstack/react-router';
import { listMailings, type Mailing } from '../api/reminders.ts';
import { listCompanies } from '../api/tenancy.ts';
import { dayWords } from '../billing/words.tsx';
import { List } from '../ui/list/list.tsx';
import { oneOf } from '../ui/list/parts.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { MailingBadge, mailingKinds, standing, stepDay } from './words.tsx';
import './reminders.css';

const columns: readonly Column<Mailing>[] = [
  {
    ...{ id: 'kind', label: 'What', width: 140, priority: 0, phone: 'title' },
    cell: (mailing) => mailingKinds[mailing.kind],
    csv: ({ kind }) => kind,
  },
  {
    ...{ id: 'state', label: 'State', width: 112, priority: 0, phone: 'side' },
    cell: (mailing) => <MailingBadge mailing={mailing} />,
    csv: (mailing) => standing(mailing).word,
  },
  {
    ...{ id: 'about', label: 'About', width: 240, priority: 1, phone: 'bare' },
    cell: ({ about }) => <About about={about} />,
    csv: ({ about }) => about.map(({ id, number }) => number ?? id).join(' '),
  },
  {
    ...{ id: 'to', label: 'To', width: 220, priority: 2, phone: 'bare' },
    cell: ({ to, reason }) =>
      (to ?? reason) ? (
        <span className="one-line" title={to ?? reason ?? ''}>
          {to ?? reason}
        </span>
      ) : (
        <None>nobody yet</None>
      ),
    csv: ({ to, reason }) => to ?? reason ?? '',
  },
  {
    ...{ id: 'day', label: 'Day', width: 120, priority: 1, phone: 'line' },
    cell: ({ day }) => dayWords(day),
    csv: ({ day }) => day,
  },
  {
    ...{ id: 'letter', label: 'Letter', width: 72, priority: 3, phone: 'none' },
    cell: ({ letter }) =>
      letter ? (
        <Link to="/letters" search={{ open: letter }} className="link">
          Read it
        </Link>
      ) : (
        <None />
      ),
    csv: ({ letter }) => letter ?? '',
  },
];

function About({ about }: Pick<Mailing, 'about'>) {
  const [first] = about;
  if (!first) return <None />;
  const more = about.length > 1 ? ` and ${about.length - 1} more` : '';
  const step = first.days !== null && first.number !== null ? `, ${stepDay(first.days)}` : '';
  return (
    <span className="one-line">
      {first.number ? (
        <Link to="/invoices/$id" params={{ id: first.id }} className="link mono">
          {first.number}
        </Link>
      ) : first.id.startsWith('sim_') ? (
        <Link to="/sims/$id" params={{ id: first.id }} className="link">
          A SIM
        </Link>
      ) : (
        <Link to="/transactions" search={{ open: first.id }} className="link">
          A payment
        </Link>
      )}
      <span className="dim">
        {step}
        {more}
      </span>
    </span>
  );
}

const filters: readonly Filter[] = [
  oneOf('kind', 'What', mailingKinds),
  oneOf('state', 'State', { waiting: 'Waiting', written: 'Written', dropped: 'Not sent', failed: 'Failed' }),
  {
    ...{ name: 'company', label: 'Company', kind: 'one' },
    load: async () => (await listCompanies({ limit: 200 })).items.map(({ id, name }) => ({ value: id, label: name })),
  },
];

/** Letters about money: what was sent, what waits, and why some were not. */
export function MailingsPage() {
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/reminders" className="plain">
          Reminders
        </Link>
      </nav>
      <List
        noun="mailings"
        title="Mail about money"
        columns={columns}
        list={listMailings}
        id={({ id }) => id}
        name={({ kind, day }) => `${mailingKinds[kind]}, ${day}`}
        filters={filters}
        empty={
          <Empty title="Nothing was sent yet">
            Bills, receipts and reminders stand here once they go out. <Link to="/reminders">What goes out</Link> is a
            setting.
          </Empty>
        }
      />
    </>
  );
}
