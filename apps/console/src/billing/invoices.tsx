import { type Invoice, listInvoices } from '../api/billing.ts';
import type { Page, Query } from '../api/http.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { PaySelected } from '../receivables/pay-selected.tsx';
import { List } from '../ui/list/list.tsx';
import { choices, oneOf } from '../ui/list/parts.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { loadCompanies } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { inDays } from './pre-bills.tsx';
import { dayWords, InvoiceBadge, invoiceKindWords, invoiceStateWords } from './words.tsx';

const columns: readonly Column<Invoice>[] = [
  {
    ...{ id: 'number', label: 'Number', width: 150, priority: 0, phone: 'bare' },
    cell: (one) => <span className="mono">{one.number}</span>,
    csv: (one) => one.number,
  },
  {
    ...{ id: 'issued', label: 'Issued', width: 120, priority: 1, phone: 'bare' },
    cell: (one) => dayWords(one.issuedOn),
    csv: (one) => one.issuedOn,
  },
  {
    ...{ id: 'company', label: 'Company', width: 220, priority: 0, phone: 'title' },
    cell: (one) => <span className="cut strong">{one.company.name}</span>,
    csv: (one) => one.company.name,
  },
  {
    ...{ id: 'kind', label: 'Kind', width: 110, priority: 5, phone: 'none' },
    cell: (one) => invoiceKindWords[one.kind],
    csv: (one) => invoiceKindWords[one.kind],
  },
  moneyColumn('net', 'Excl. VAT', 4),
  moneyColumn('vat', 'VAT', 6),
  {
    ...{ id: 'gross', label: 'Total', width: 120, align: 'right', priority: 0, phone: 'side' },
    cell: (one) => <span className="strong">{money(one.gross, one.currency)}</span>,
    csv: (one) => one.gross,
  },
  moneyColumn('paid', 'Paid', 7),
  moneyColumn('credited', 'Credited', 8),
  {
    ...{ id: 'due', label: 'Due', width: 120, priority: 3, phone: 'none' },
    cell: (one) => (one.dueOn ? dayWords(one.dueOn) : <None>–</None>),
    csv: (one) => one.dueOn ?? '',
  },
  {
    ...{ id: 'state', label: 'Status', width: 132, priority: 0, phone: 'bare' },
    cell: (one) => <InvoiceBadge invoice={one} />,
    csv: (one) => (one.overdue ? 'Overdue' : invoiceStateWords[one.state].word),
  },
];

function moneyColumn(id: 'net' | 'vat' | 'paid' | 'credited', label: string, priority: number): Column<Invoice> {
  return {
    ...{ id, label, width: 112, align: 'right', priority, phone: 'none' },
    cell: (row) => money(row[id], row.currency),
    csv: (row) => row[id],
  };
}

const filters: readonly Filter[] = [
  { name: 'state', label: 'Status', kind: 'many', options: choices(invoiceStateWords) },
  { name: 'overdue', label: 'Overdue', kind: 'one', options: [{ value: 'true', label: 'Overdue' }] },
  oneOf('kind', 'Kind', invoiceKindWords),
  { name: 'company', label: 'Company', kind: 'one', load: loadCompanies },
  { name: 'from', label: 'From', kind: 'day' },
  { name: 'until', label: 'Until', kind: 'day' },
];
const ownFilters = filters.filter(({ name }) => name !== 'company');

const list = (query: Query, signal?: AbortSignal): Promise<Page<Invoice>> => listInvoices(inDays(query), signal);

/** Invoices and credit notes, and what became of them. */
export function InvoicesPage() {
  const me = useMe();
  const pays = useMay()('payments.payment.create');
  return (
    <List
      noun="invoices"
      title="Invoices"
      columns={columns}
      list={list}
      id={({ id }) => id}
      name={(one) => `${one.number} of ${one.company.name}`}
      href={({ id }) => `/invoices/${id}`}
      searchHint="Number, company"
      filters={me.actor.companyId === null ? filters : ownFilters}
      selection={pays ? (rows, clear) => <PaySelected invoices={rows} onDone={clear} /> : undefined}
      empty={
        <Empty title="No invoices yet">
          A pre-bill that is approved becomes an invoice, with a number and a due day.
        </Empty>
      }
    />
  );
}
