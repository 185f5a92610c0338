import { Button, Drawer, Group, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  getAccounting,
  getContact,
  getPush,
  listPushes,
  type Push,
  retryAllPushes,
  retryPush,
  setContact,
} from '../api/accounting.ts';
import { useMay } from '../app/session.ts';
import { money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { FormProblem } from '../ui/form.tsx';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { Fact, Facts } from '../ui/page.tsx';
import { Empty, Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Ago, Time } from '../ui/time.tsx';
import { pushStates, pushWords } from './words.ts';

const columns: readonly Column<Push>[] = [
  {
    id: 'number',
    label: 'Document',
    width: 160,
    priority: 0,
    phone: 'title',
    cell: ({ number }) => <span className="mono">{number}</span>,
    csv: ({ number }) => number,
  },
  {
    id: 'kind',
    label: 'What',
    width: 190,
    priority: 1,
    phone: 'bare',
    cell: ({ kind }) => pushWords[kind],
    csv: ({ kind }) => pushWords[kind],
  },
  {
    id: 'company',
    label: 'Company',
    width: 200,
    priority: 1,
    phone: 'bare',
    cell: ({ companyName }) => (
      <span className="one-line" title={companyName}>
        {companyName}
      </span>
    ),
    csv: ({ companyName }) => companyName,
  },
  {
    id: 'state',
    label: 'Outcome',
    width: 130,
    priority: 0,
    phone: 'side',
    cell: ({ state }) => <Badge tone={pushStates[state].tone}>{pushStates[state].word}</Badge>,
    csv: ({ state }) => pushStates[state].word,
  },
  {
    id: 'amount',
    label: 'Amount',
    width: 120,
    align: 'right',
    priority: 1,
    phone: 'bare',
    cell: ({ amount, currency }) => money(amount, currency),
    csv: ({ amount }) => amount,
  },
  {
    id: 'problem',
    label: 'Why not',
    width: 320,
    priority: 2,
    phone: 'bare',
    cell: ({ problem }) =>
      problem && (
        <span className="one-line" title={problem}>
          {problem}
        </span>
      ),
    csv: ({ problem }) => problem ?? '',
  },
  timeColumn('created', 'In line since', ({ createdAt }) => createdAt, { align: 'right', priority: 3, phone: 'none' }),
];

const filters: readonly Filter[] = [oneOf('state', 'Outcome', pushStates), oneOf('kind', 'What', pushWords)];
const pushId = ({ id }: Push) => id;
const pushName = ({ kind, number }: Push) => `${pushWords[kind]} of ${number}`;
const changes = ['accounting', 'accounting-pushes'];

/** What is to be written into the books, was, and was not. */
export function AccountingLogPage() {
  const [{ open }, change] = useAddress();
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to={'/accounting' as never} className="plain">
          Accounting
        </Link>
      </nav>
      <List
        noun="accounting-pushes"
        title="Written into the books"
        columns={columns}
        list={listPushes}
        id={pushId}
        name={pushName}
        onOpen={({ id }) => change({ open: id }, true)}
        searchHint="Search by number or company"
        filters={filters}
        empty={
          <Empty title="Nothing is in line">
            Once Xero is connected, each invoice, credit note and payment stands here: what was written, what waits, and
            what could not be, with the reason and a button to try again.
          </Empty>
        }
      >
        <RetryAll />
      </List>
      {open && <PushPanel id={open} onClose={() => change({ open: null })} />}
    </>
  );
}

function RetryAll() {
  const edits = useMay()('accounting.books.edit');
  const failed =
    useQuery({ queryKey: ['accounting'], queryFn: getAccounting, enabled: edits }).data?.counts.failed ?? 0;
  const retry = useAction(() => retryAllPushes(), {
    changes,
    done: ({ retried }) => `${count(retried, 'thing')} in line again.`,
  });
  if (!edits || failed === 0) return null;
  return (
    <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate(undefined)}>
      Try again what failed
    </Button>
  );
}

function PushPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['accounting-pushes', 'one', id],
    queryFn: () => getPush(id),
    refetchInterval: ({ state: { data } }) => (data?.state === 'waiting' ? 2_000 : false),
  });
  return (
    <Drawer opened onClose={onClose} title="Written into the books" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Detail push={query.data} /> : <Pending query={query} lines={8} />}
    </Drawer>
  );
}

function Detail({ push }: { push: Push }) {
  const edits = useMay()('accounting.books.edit');
  const retry = useAction(() => retryPush(push.id), { changes, done: 'It is in line again.' });
  const { state, problem } = push;
  return (
    <div className="form">
      {problem && <p className={`notice break ${state === 'failed' ? 'notice-red' : 'notice-amber'}`}>{problem}</p>}
      <Facts>
        <Fact name="Outcome">
          <Badge tone={pushStates[state].tone}>{pushStates[state].word}</Badge>
        </Fact>
        <Fact name="What">{pushWords[push.kind]}</Fact>
        <Fact name="Document">
          <Link to="/invoices/$id" params={{ id: push.document }} className="link">
            {push.number}
          </Link>
        </Fact>
        <Fact name="Company">{push.companyName}</Fact>
        <Fact name="Amount">{money(push.amount, push.currency)}</Fact>
        <Fact name="Tries">{push.attempts}</Fact>
        {push.nextAttemptAt && (
          <Fact name="Next try">
            <Ago at={push.nextAttemptAt} />
          </Fact>
        )}
        {push.settledAt && (
          <Fact name="Settled">
            <Time at={push.settledAt} />
          </Fact>
        )}
        {push.remoteId && (
          <Fact name="In Xero">
            <Copy text={push.remoteId} label="id in Xero" />{' '}
            {push.remoteState && <span className="dim">{push.remoteState}</span>}
          </Fact>
        )}
        {push.code && (
          <Fact name="Code">
            <span className="mono">{push.code}</span>
          </Fact>
        )}
      </Facts>
      <Contact company={push.company} name={push.companyName} />
      {edits && state !== 'done' && (
        <Group>
          <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate(undefined)}>
            Try again now
          </Button>
        </Group>
      )}
    </div>
  );
}

/** Which contact a company is there: looked for by itself, unless staff say which. */
function Contact({ company, name }: { company: string; name: string }) {
  const edits = useMay()('accounting.books.edit');
  const [text, setText] = useState('');
  const query = useQuery({ queryKey: ['accounting', 'contact', company], queryFn: () => getContact(company) });
  const save = useAction((contact: string | null) => setContact(company, contact), {
    ...{ changes: ['accounting'], done: 'From the next document on.', quiet: true, onDone: () => setText('') },
  });
  if (!query.data) return query.error ? null : <Pending query={query} lines={2} />;
  const { contact, chosen } = query.data;
  return (
    <section className="form-part">
      <h3>{name} in Xero</h3>
      {contact ? (
        <>
          <Copy text={contact} label="id of the contact" />
          <p className="dim">{chosen ? 'Chosen by staff.' : 'Kept up to date from here.'}</p>
        </>
      ) : (
        <p className="dim">Looked for by our number and its name, and made where it is missing.</p>
      )}
      {edits && (
        <>
          <TextInput
            label="Another contact"
            description="The address of its page in Xero, or its id. What it says there is left alone then."
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
          />
          <FormProblem error={save.error} />
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              disabled={text.trim() === ''}
              loading={save.isPending}
              onClick={() => save.mutate(text.trim())}
            >
              Use this contact
            </Button>
            {chosen && (
              <Button size="xs" variant="subtle" onClick={() => save.mutate(null)}>
                Look for it again
              </Button>
            )}
          </Group>
        </>
      )}
    </section>
  );
}
