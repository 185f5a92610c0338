import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import {
  type Accounting,
  type AccountingConnection,
  answerAccounting,
  changeAccounting,
  getAccounting,
  type PushState,
  readChart,
} from '../api/accounting.ts';
import { useMay } from '../app/session.ts';
import { number, type Tone } from '../format/words.ts';
import { dayWords } from '../tax/words.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { useAddress } from '../ui/list/state.ts';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Ago, Time } from '../ui/time.tsx';
import { Files } from './files.tsx';
import { MappingPanel } from './mapping.tsx';
import { pushStates } from './words.ts';
import './accounting.css';

const Dialogs = lazy(async () => ({ default: (await import('./dialogs.tsx')).AccountingDialogs }));
export type AccountingDialog = 'connect' | 'disconnect' | 'from';

const changes = ['accounting'];
/** How often it is looked while something is under way there. */
const underWayMs = 1_500;

/** The accounting system: who is connected, what the books call our things, what was written, and files for every other one. */
export function AccountingPage() {
  const [dialog, setDialog] = useState<AccountingDialog | null>(null);
  const query = useQuery({
    queryKey: ['accounting'],
    queryFn: getAccounting,
    refetchInterval: ({ state: { data } }) => (data && isUnderWay(data) ? underWayMs : false),
  });
  useAnswer();
  const accounting = query.data;
  return (
    <>
      <PageHead title="Accounting" />
      <Body narrow>
        {accounting ? (
          <>
            <Panel title="Xero" aside="Invoices, credit notes and payments are written there as they happen">
              <Connection accounting={accounting} onDialog={setDialog} />
            </Panel>
            <MappingPanel chart={accounting.connection?.chart ?? null} />
            <Files />
          </>
        ) : (
          <Pending query={query} lines={8} />
        )}
      </Body>
      {dialog && accounting && (
        <Suspense>
          <Dialogs dialog={dialog} accounting={accounting} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  );
}

function isUnderWay({ connection, counts }: Accounting): boolean {
  if (!connection) return false;
  const { state, exchanging, chartDue, pausedUntil } = connection;
  return (
    exchanging || state === 'leaving' || (state === 'connected' && (chartDue || (counts.waiting > 0 && !pausedUntil)))
  );
}

/** Whoever comes back from Xero brings a code in the address: it is handed in once, and leaves the address. */
function useAnswer(): void {
  const [{ code, state, error }, change] = useAddress();
  const handed = useRef(false);
  const answer = useAction(answerAccounting, { changes, done: 'Xero lets us in. Its books are being read.' });
  useEffect(() => {
    if (!state || !(code || error) || handed.current) return;
    handed.current = true;
    answer.mutate({ state, ...(code && { code }), ...(error && { error }) });
    change({ code: null, state: null, scope: null, session_state: null, error: null, error_description: null });
  }, [code, state, error, answer, change]);
}

function health(c: AccountingConnection): { tone: Tone; word: string } {
  if (c.exchanging) return { tone: 'amber', word: 'Being connected' };
  if (c.state === 'asked') return { tone: 'amber', word: 'Waits for you at Xero' };
  if (c.state === 'choosing') return { tone: 'amber', word: 'Which books?' };
  if (c.state === 'leaving') return { tone: 'grey', word: 'Being disconnected' };
  if (c.state === 'broken') return { tone: 'red', word: 'Connect again' };
  return c.pausedUntil ? { tone: 'amber', word: 'Paused' } : { tone: 'green', word: 'Connected' };
}

function Connection({
  accounting,
  onDialog,
}: {
  accounting: Accounting;
  onDialog: (dialog: AccountingDialog) => void;
}) {
  const edits = useMay()('accounting.books.edit');
  const { connection: c, counts } = accounting;
  const read = useAction(readChart, { changes });
  if (!c) {
    return (
      <div className="form">
        <p className="ink2">
          Nobody is connected. Documents can be written into Xero by themselves, or taken from here as files into every
          other system.
        </p>
        {edits && (
          <Group>
            <Button onClick={() => onDialog('connect')}>Connect Xero</Button>
          </Group>
        )}
      </div>
    );
  }
  const { tone, word } = health(c);
  return (
    <div className="form">
      <Group gap="xs" justify="space-between">
        <h3>{c.book?.name || 'Xero'}</h3>
        <Badge tone={tone}>{word}</Badge>
      </Group>
      {c.problem && (
        <p className={`notice break ${c.state === 'broken' ? 'notice-red' : 'notice-amber'}`}>{c.problem}</p>
      )}
      {c.state === 'choosing' && <Books connection={c} />}
      <Facts>
        <Fact name="Written">
          <Counts counts={counts} />
        </Fact>
        <Fact name="From">{c.pushFrom ? `documents issued on ${dayWords(c.pushFrom)} or later` : <None />}</Fact>
        {c.pausedUntil && (
          <Fact name="Next try">
            <Ago at={c.pausedUntil} />
          </Fact>
        )}
        <Fact name="Accounts">
          {c.chartDue ? (
            <None>being read</None>
          ) : c.chart && c.chartAt ? (
            <>
              {number(c.chart.accounts.length)} accounts, {number(c.chart.taxes.length)} tax types, read{' '}
              <Time at={c.chartAt} />
            </>
          ) : (
            <None>not read yet</None>
          )}
        </Fact>
        <Fact name="App at Xero">
          <Copy text={c.clientId} label="client id" />
        </Fact>
        {c.connectedAt && (
          <Fact name="Connected">
            <Time at={c.connectedAt} /> by {c.createdBy}
          </Fact>
        )}
      </Facts>
      <Group gap="xs">
        <Button component={Link} to={'/accounting/log' as never} size="xs" variant="default">
          What was written
        </Button>
        {edits && c.state !== 'leaving' && (
          <>
            {c.state === 'connected' && (
              <>
                <Button size="xs" variant="default" loading={read.isPending} onClick={() => read.mutate(undefined)}>
                  Read accounts
                </Button>
                <Button size="xs" variant="default" onClick={() => onDialog('from')}>
                  First day
                </Button>
              </>
            )}
            <Button size="xs" variant={c.state === 'broken' ? 'filled' : 'default'} onClick={() => onDialog('connect')}>
              Connect again
            </Button>
            <Button size="xs" variant="subtle" color="red.8" onClick={() => onDialog('disconnect')}>
              Disconnect
            </Button>
          </>
        )}
      </Group>
    </div>
  );
}

/** What the server counts of each state. */
const mostCounted = 1_000;

function Counts({ counts }: { counts: Record<PushState, number> }) {
  const shown = (['done', 'waiting', 'failed'] as const).filter((state) => counts[state] > 0);
  if (shown.length === 0) return <None>nothing yet</None>;
  return (
    <span className="book-counts">
      {shown.map((state) => (
        <Link key={state} to={'/accounting/log' as never} search={{ state } as never} className="link">
          {number(counts[state])}
          {counts[state] >= mostCounted && ' or more'} {pushStates[state].word.toLowerCase()}
        </Link>
      ))}
    </span>
  );
}

/** Whoever let us in has several books: which of them are meant. */
function Books({ connection }: { connection: AccountingConnection }) {
  const choose = useAction((book: string) => changeAccounting({ book }), { changes, done: 'These books it is.' });
  const edits = useMay()('accounting.books.edit');
  return (
    <div className="form-part">
      <p className="ink2">We were let into several books. Which are these documents to be written into?</p>
      <Group gap="xs">
        {connection.books.map(({ id, name }) => (
          <Button key={id} variant="default" disabled={!edits || choose.isPending} onClick={() => choose.mutate(id)}>
            {name || id}
          </Button>
        ))}
      </Group>
    </div>
  );
}
