import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  applyNotice,
  dismissNotice,
  getNotice,
  listNotices,
  type NoticeState,
  type PaymentNotice,
} from '../api/providers.ts';
import { useMay } from '../app/session.ts';
import type { Tone } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Settle } from '../ui/settle.tsx';
import { Empty, Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { transactionOf } from './words.ts';
import './payments.css';

const states: Record<NoticeState, { word: string; tone: Tone }> = {
  waiting: { word: 'Waiting', tone: 'amber' },
  applied: { word: 'Applied', tone: 'green' },
  ignored: { word: 'Nothing new', tone: 'grey' },
  unplaced: { word: 'Fits nothing', tone: 'red' },
  dismissed: { word: 'Put aside', tone: 'grey' },
};

const columns: readonly Column<PaymentNotice>[] = [
  timeColumn('received', 'Received', ({ receivedAt }) => receivedAt, { priority: 0, phone: 'bare' }),
  {
    id: 'state',
    label: 'Outcome',
    width: 130,
    priority: 0,
    phone: 'side',
    cell: ({ state }) => <Badge tone={states[state].tone}>{states[state].word}</Badge>,
    csv: ({ state }) => states[state].word,
  },
  {
    id: 'reason',
    label: 'Why',
    width: 320,
    priority: 1,
    phone: 'bare',
    cell: ({ reason }) => reason || <None />,
    csv: ({ reason }) => reason,
  },
  {
    id: 'key',
    label: 'What the provider calls it',
    width: 300,
    priority: 2,
    phone: 'title',
    cell: ({ key }) => <span className="mono cut">{key}</span>,
    csv: ({ key }) => key,
  },
];

const filters: readonly Filter[] = [oneOf('state', 'Outcome', states)];
const noticeId = ({ id }: PaymentNotice) => id;
const noticeName = ({ key }: PaymentNotice) => `the notice ${key}`;

/** The inbox: what payment providers told, and what became of it. */
export function NoticesPage() {
  const [{ open }, change] = useAddress();
  return (
    <>
      <List
        noun="payment-notices"
        title="Payment notices"
        columns={columns}
        list={listNotices}
        id={noticeId}
        name={noticeName}
        onOpen={({ id }) => change({ open: id }, true)}
        filters={filters}
        empty={
          <Empty title="No provider has told anything yet">
            Each webhook of a payment provider is kept here before it is applied. What fits no payment waits for
            somebody to look.
          </Empty>
        }
      />
      {open && <NoticePanel id={open} onClose={() => change({ open: null })} />}
    </>
  );
}

function NoticePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({ queryKey: ['payment-notices', 'one', id], queryFn: () => getNotice(id) });
  return (
    <Drawer opened onClose={onClose} title="Payment notice" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Detail notice={query.data} /> : <Pending query={query} lines={8} />}
    </Drawer>
  );
}

function Detail({ notice }: { notice: PaymentNotice }) {
  const { state, payment, reason } = notice;
  return (
    <div className="form">
      <Facts>
        <Fact name="Outcome">
          <Badge tone={states[state].tone}>{states[state].word}</Badge> {reason}
        </Fact>
        <Fact name="Payment">
          {payment ? (
            <Link to="/transactions" search={{ open: transactionOf(payment) }} className="link">
              Open it
            </Link>
          ) : (
            <None />
          )}
        </Fact>
        <Fact name="Received">
          <Time at={notice.receivedAt} />
        </Fact>
        <Fact name="Key">
          <Copy text={notice.key} label="key" />
        </Fact>
      </Facts>
      {state !== 'applied' && <SettleNotice notice={notice} />}
      <section className="form-part">
        <h3>As it came</h3>
        <pre className="payload">{pretty(notice.payload)}</pre>
      </section>
    </div>
  );
}

/** Staff apply it once more, or put it aside with a reason. */
function SettleNotice({ notice }: { notice: PaymentNotice }) {
  const may = useMay()('payments.notice.settle');
  const changes = ['payment-notices', 'transactions', 'payments'];
  const apply = useAction(() => applyNotice(notice.id), { changes, quiet: true });
  const dismiss = useAction((reason: string) => dismissNotice(notice.id, reason), {
    ...{ changes, done: 'The notice is put aside.', quiet: true },
  });
  if (!may || notice.state === 'waiting') return null;
  return <Settle word="Apply it once more" again={apply} aside={notice.state === 'dismissed' ? null : dismiss} />;
}

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
