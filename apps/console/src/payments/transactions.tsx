import { Link } from '@tanstack/react-router';
import type { Page, Query } from '../api/http.ts';
import { isOfSim, listTransactions, type Transaction } from '../api/payments.ts';
import { useMe } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import { dayAfter, dayBegins } from '../format/months.ts';
import { measures } from '../format/organization.ts';
import { iccidGroups } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { PaymentPanel } from './payment.tsx';
import { PaymentStatus } from './status.tsx';
import { methodWords, purposeWords, type Status, statuses, statusOf } from './words.ts';
import './payments.css';

const columns: readonly Column<Transaction>[] = [
  {
    id: 'date',
    label: 'Date',
    width: 132,
    priority: 0,
    phone: 'bare',
    cell: ({ createdAt }) => <Time at={createdAt} />,
    csv: ({ createdAt }) => createdAt,
  },
  {
    id: 'type',
    label: 'Type',
    width: 116,
    priority: 2,
    phone: 'bare',
    cell: ({ purpose }) => purposeWords[purpose],
    csv: ({ purpose }) => purposeWords[purpose],
  },
  {
    id: 'destination',
    label: 'Destination',
    width: 232,
    priority: 0,
    phone: 'title',
    cell: (payment) => <Destination payment={payment} />,
    csv: (payment) => payment.iccid ?? (isOfSim(payment) ? payment.subject : `Wallet of ${payment.ownerName}`),
  },
  {
    id: 'amount',
    label: 'Amount',
    width: 128,
    align: 'right',
    priority: 0,
    phone: 'side',
    cell: ({ gross, currency }) => (
      <span className="strong" title={`${exactMoney(gross, currency)}, with VAT`}>
        {money(gross, currency)}
      </span>
    ),
    csv: ({ gross }) => gross,
  },
  {
    id: 'net',
    label: 'Net',
    width: 112,
    align: 'right',
    hidden: true,
    phone: 'none',
    cell: ({ net, currency }) => money(net, currency),
    csv: ({ net }) => net,
  },
  {
    id: 'vat',
    label: 'VAT',
    width: 112,
    align: 'right',
    hidden: true,
    phone: 'none',
    cell: ({ vat, currency }) => money(vat, currency),
    csv: ({ vat }) => vat,
  },
  {
    id: 'currency',
    label: 'Currency',
    width: 88,
    priority: 6,
    phone: 'none',
    cell: ({ currency }) => currency,
    csv: ({ currency }) => currency,
  },
  {
    id: 'method',
    label: 'Method',
    width: 88,
    priority: 3,
    phone: 'bare',
    cell: ({ method }) => methodWords[method],
    csv: ({ method }) => methodWords[method],
  },
  {
    id: 'payer',
    label: 'Payer',
    width: 180,
    priority: 4,
    phone: 'none',
    cell: ({ ownerName }) => ownerName || <None>unknown</None>,
    csv: ({ ownerName }) => ownerName,
  },
  {
    id: 'status',
    label: 'Status',
    width: 124,
    priority: 0,
    phone: 'bare',
    cell: (payment) => <PaymentStatus payment={payment} />,
    csv: (payment) => statuses[statusOf(payment)].word,
  },
  {
    id: 'reference',
    label: 'Reference',
    width: 220,
    hidden: true,
    phone: 'none',
    cell: ({ reference }) => (reference ? <span className="mono cut">{reference}</span> : <None />),
    csv: ({ reference }) => reference ?? '',
  },
  {
    id: 'note',
    label: 'Note',
    width: 200,
    hidden: true,
    phone: 'none',
    cell: ({ note }) => (note ? <span className="cut">{note}</span> : <None />),
    csv: ({ note }) => note,
  },
];

const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }));

const filters: readonly Filter[] = [
  {
    name: 'status',
    label: 'Status',
    kind: 'many',
    options: Object.entries(statuses).map(([value, { word }]) => ({ value, label: word })),
  },
  { name: 'method', label: 'Method', kind: 'one', options: options(methodWords) },
  { name: 'type', label: 'Type', kind: 'one', options: options(purposeWords) },
  { name: 'company', label: 'Company', kind: 'one', load: loadCompanies },
  { name: 'from', label: 'From', kind: 'day' },
  { name: 'until', label: 'Until', kind: 'day' },
  { name: 'sim', label: 'SIM (id)', kind: 'text' },
  { name: 'wallet', label: 'Wallet (id)', kind: 'text' },
];
const ownFilters = filters.filter(({ name }) => name !== 'company');

/** The words of the address as the API has them: statuses are several states, days begin in the organization's zone. */
function asked({ status, type, from, until, ...query }: Query): Query {
  const states = String(status ?? '')
    .split(',')
    .flatMap((one) => (Object.hasOwn(statuses, one) ? statuses[one as Status].states : []));
  const { timeZone } = measures();
  return {
    ...query,
    ...(states.length > 0 && { state: states.join() }),
    purpose: type,
    ...(from && { from: dayBegins(String(from), timeZone) }),
    ...(until && { to: dayBegins(dayAfter(String(until)), timeZone) }),
  };
}

const list = (query: Query, signal?: AbortSignal): Promise<Page<Transaction>> => listTransactions(asked(query), signal);
const transactionId = ({ id }: Transaction) => id;
const transactionName = ({ gross, currency, iccid, ownerName }: Transaction) =>
  `the payment of ${money(gross, currency)} for ${iccid ?? `the wallet of ${ownerName}`}`;

/** Every payment there was, and what became of it. */
export function TransactionsPage() {
  const me = useMe();
  const [{ open }, change] = useAddress();
  return (
    <>
      <List
        noun="payments"
        title="Transactions"
        columns={columns}
        list={list}
        id={transactionId}
        name={transactionName}
        onOpen={({ id }) => change({ open: id }, true)}
        filters={me.actor.companyId === null ? filters : ownFilters}
        empty={
          <Empty title="No transactions yet">
            Whenever somebody pays for a refill of a wallet or of a prepaid SIM, by card, from a wallet or by hand, it
            stands here with its VAT and what became of it. Begin with a{' '}
            <Link to="/wallets" className="link">
              wallet
            </Link>{' '}
            or a{' '}
            <Link to="/sims" className="link">
              SIM
            </Link>
            .
          </Empty>
        }
      />
      {open && <PaymentPanel id={open} onClose={() => change({ open: null })} />}
    </>
  );
}

function Destination({ payment }: { payment: Transaction }) {
  if (!isOfSim(payment)) {
    return (
      <Link to="/wallets/$id" params={{ id: payment.subject }} className="plain above destination">
        Wallet of {payment.ownerName}
      </Link>
    );
  }
  return (
    <Link to="/sims/$id" params={{ id: payment.subject }} className="plain above mono nowrap destination">
      {payment.iccid ? iccidGroups(payment.iccid) : <None>a SIM that is not yours to see</None>}
    </Link>
  );
}
