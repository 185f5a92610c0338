import { Link } from '@tanstack/react-router';
import type { Page, Query } from '../api/http.ts';
import { listTransactions, type Transaction } from '../api/transactions.ts';
import { useMe } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import { dayAfter, dayBegins, lastMonths, monthNamed } from '../format/months.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { monthName } from '../format/time.ts';
import { Labels } from '../inventory/columns.tsx';
import { List } from '../ui/list/list.tsx';
import { choices, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Destination, destinationWords } from './destination.tsx';
import { StatusBadge } from './status-badge.tsx';
import { TransactionPanel } from './transaction.tsx';
import { paidBy, statusWords, transactionOf, typeWords } from './words.ts';
import './payments.css';

const columns: readonly Column<Transaction>[] = [
  timeColumn('date', 'Date', ({ at }) => at, { priority: 0, phone: 'bare' }),
  {
    id: 'type',
    label: 'Type',
    width: 132,
    priority: 2,
    phone: 'bare',
    cell: ({ type }) => typeWords[type],
    csv: ({ type }) => typeWords[type],
  },
  {
    id: 'destination',
    label: 'Destination',
    width: 220,
    priority: 0,
    phone: 'title',
    cell: ({ destination }) => <Destination of={destination} />,
    csv: ({ destination }) => destinationWords(destination),
  },
  {
    id: 'amount',
    label: 'Amount',
    width: 120,
    align: 'right',
    priority: 0,
    phone: 'side',
    cell: ({ amount, currency }) => (
      <span className="strong" title={`${exactMoney(amount, currency)}, with VAT`}>
        {money(amount, currency)}
      </span>
    ),
    csv: ({ amount }) => amount,
  },
  moneyColumn('net', 'Net'),
  moneyColumn('vat', 'VAT'),
  {
    id: 'currency',
    label: 'Currency',
    width: 88,
    priority: 7,
    phone: 'none',
    cell: ({ currency }) => currency,
    csv: ({ currency }) => currency,
  },
  {
    id: 'method',
    label: 'Method',
    width: 136,
    priority: 3,
    phone: 'bare',
    cell: ({ method }) => paidBy[method],
    csv: ({ method }) => paidBy[method],
  },
  nameColumn('payer', 'Payer', 4),
  nameColumn('endUser', 'End user', 6),
  nameColumn('company', 'Company', 8, true),
  {
    id: 'cycle',
    label: 'Billing cycle',
    width: 112,
    priority: 8,
    phone: 'none',
    cell: ({ billingCycle }) => cycleWords(billingCycle),
    csv: ({ billingCycle }) => billingCycle,
  },
  {
    id: 'labels',
    label: 'Labels',
    width: 120,
    priority: 9,
    phone: 'none',
    cell: ({ labels }) => (labels.length > 0 ? <Labels labels={labels} /> : <None />),
    csv: ({ labels }) => labels.join(' '),
  },
  {
    id: 'status',
    label: 'Status',
    width: 124,
    priority: 0,
    phone: 'bare',
    cell: (transaction) => <StatusBadge of={transaction} />,
    csv: ({ status }) => statusWords[status].word,
  },
  {
    id: 'reference',
    label: 'Reference',
    width: 220,
    hidden: true,
    phone: 'none',
    cell: ({ reference }) => (reference ? <span className="mono cut">{reference}</span> : <None />),
    csv: ({ reference }) => reference,
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

function moneyColumn(id: 'net' | 'vat', label: string): Column<Transaction> {
  return {
    ...{ id, label, width: 112, align: 'right', hidden: true, phone: 'none' },
    cell: (row) => money(row[id], row.currency),
    csv: (row) => row[id],
  };
}

function nameColumn(
  id: 'payer' | 'endUser' | 'company',
  label: string,
  priority: number,
  hidden = false,
): Column<Transaction> {
  return {
    ...{ id, label, width: 150, priority, hidden, phone: 'none' },
    cell: (row) => (row[id] ? <span className="cut">{row[id].name}</span> : <None />),
    csv: (row) => row[id]?.name ?? '',
  };
}

/** `November 2026` */
function cycleWords(cycle: string): string {
  const { timeZone } = measures();
  return monthName(monthNamed(cycle, timeZone).from, timeZone);
}

/** Months that can be chosen; an older one is written into the address. */
const monthsOffered = 24;

const filters: readonly Filter[] = [
  { name: 'status', label: 'Status', kind: 'many', options: choices(statusWords) },
  { name: 'type', label: 'Type', kind: 'many', options: choices(typeWords) },
  { name: 'method', label: 'Method', kind: 'many', options: choices(paidBy) },
  { name: 'company', label: 'Company', kind: 'one', load: loadCompanies },
  {
    name: 'billingCycle',
    label: 'Billing cycle',
    kind: 'one',
    load: async () =>
      lastMonths(organizationNow(), measures().timeZone, monthsOffered).map(({ name }) => ({
        value: name,
        label: cycleWords(name),
      })),
  },
  { name: 'currency', label: 'Currency', kind: 'text' },
  { name: 'label', label: 'Label', kind: 'text' },
  { name: 'from', label: 'From', kind: 'day' },
  { name: 'until', label: 'Until', kind: 'day' },
  { name: 'sim', label: 'SIM (id)', kind: 'text' },
  { name: 'wallet', label: 'Wallet (id)', kind: 'text' },
  { name: 'endUser', label: 'End user (id)', kind: 'text' },
];
const ownFilters = filters.filter(({ name }) => name !== 'company');

/** Days as the API has them: instants, in the organization's zone. */
function asked({ from, until, ...query }: Query): Query {
  const { timeZone } = measures();
  return {
    ...query,
    ...(from && { from: dayBegins(String(from), timeZone) }),
    ...(until && { to: dayBegins(dayAfter(String(until)), timeZone) }),
  };
}

const list = (query: Query, signal?: AbortSignal): Promise<Page<Transaction>> => listTransactions(asked(query), signal);
const transactionId = ({ id }: Transaction) => id;
const transactionName = ({ amount, currency, type, destination }: Transaction) =>
  `the ${typeWords[type].toLowerCase()} of ${money(amount, currency)}, ${destinationWords(destination)}`;

/** Every customer-facing money event, and what became of it. */
export function TransactionsPage() {
  const me = useMe();
  const [{ open }, change] = useAddress();
  return (
    <>
      <List
        noun="transactions"
        title="Transactions"
        columns={columns}
        list={list}
        id={transactionId}
        name={transactionName}
        onOpen={({ id }) => change({ open: id }, true)}
        searchHint="ICCID, name, reference"
        file="/api/v1/transactions"
        fileQuery={asked}
        filters={me.actor.companyId === null ? filters : ownFilters}
        empty={
          <Empty title="No transactions yet">
            Whenever somebody pays for a refill of a wallet or of a prepaid SIM, pays an invoice, is refunded, or a
            wallet pays a fee, it stands here with its VAT and what became of it. Begin with a{' '}
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
      {/* Letters, mailings and wallets know the payment. */}
      {open && <TransactionPanel id={transactionOf(open)} onClose={() => change({ open: null })} />}
    </>
  );
}
