import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import {
  creditInvoice,
  getInvoice,
  type Invoice,
  invoiceAddress,
  listInvoiceItems,
  listInvoices,
} from '../api/billing.ts';
import { useMay, useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { CreditPanel } from '../receivables/credit-panel.tsx';
import { LinksPanel } from '../receivables/links-panel.tsx';
import { canBePaid, leftOf, PayInvoices } from '../receivables/pay-invoices.tsx';
import { PaymentsPanel } from '../receivables/payments-panel.tsx';
import { InvoiceMail } from '../reminders/of-invoice.tsx';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { useAddress } from '../ui/list/state.ts';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { ItemsTable } from './items.tsx';
import { dayWords, InvoiceBadge, invoiceKindWords, spanWords } from './words.tsx';
import './billing.css';

/** An invoice or a credit note, as it was issued. */
export function InvoicePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['invoices', 'one', id], queryFn: () => getInvoice(id) });
  const [{ dialog }, change] = useAddress();
  const may = useMay();
  const me = useMe();
  const invoice = query.data;
  if (!invoice) {
    return (
      <>
        <PageHead title="Invoice" />
        <Body>
          <Pending query={query} lines={8} />
        </Body>
      </>
    );
  }
  const ours = me.actor.companyId === null;
  const pays = invoice.kind === 'invoice' && may('payments.payment.create');
  const credits = invoice.kind === 'invoice' && invoice.state !== 'credited' && invoice.gross !== '0.00';
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/invoices" className="plain">
          Invoices
        </Link>
      </nav>
      <PageHead
        title={invoice.number}
        tab={`${invoiceKindWords[invoice.kind]} ${invoice.number}`}
        note={
          <span className="bill-note">
            <InvoiceBadge invoice={invoice} />
            {invoice.company.name}
            <Link to="/companies/$id/statement" params={{ id: invoice.company.id }} className="link">
              Statement
            </Link>
          </span>
        }
      >
        {(['pdf', 'xml', 'csv'] as const).map((form) => (
          <Button
            key={form}
            component="a"
            href={invoiceAddress(invoice.id, form)}
            target="_blank"
            rel="noreferrer"
            variant="default"
          >
            {form === 'xml' ? 'UBL' : form.toUpperCase()}
          </Button>
        ))}
        {pays && canBePaid(invoice) && (
          <Button onClick={() => change({ dialog: 'pay' })}>{ours ? 'Record a payment' : 'Pay'}</Button>
        )}
        {credits && may('billing.invoice.credit') && ours && (
          <Button variant="default" onClick={() => change({ dialog: 'credit' })}>
            Write a credit note
          </Button>
        )}
      </PageHead>
      <Body>
        <div className="bill">
          <About invoice={invoice} />
          <PaymentsPanel invoice={invoice} />
          <CreditPanel note={invoice} />
          <LinksPanel invoice={invoice} />
          <InvoiceMail invoice={invoice} />
          <Panel title="Items">
            <ItemsTable
              of={['invoices', 'items', id]}
              list={(asked, signal) => listInvoiceItems(id, asked, signal)}
              currency={invoice.currency}
            />
          </Panel>
        </div>
      </Body>
      {/* It goes on when the invoice is paid: it says so. */}
      {dialog === 'pay' && pays && <PayInvoices invoices={[invoice]} onClose={() => change({ dialog: null })} />}
      {dialog === 'credit' && credits && <Credit invoice={invoice} onClose={() => change({ dialog: null })} />}
    </>
  );
}

function About({ invoice }: { invoice: Invoice }) {
  const { currency } = invoice;
  const left = leftOf(invoice);
  return (
    <div className="bill-about">
      <Panel title="What it comes to">
        <Facts>
          <Fact name="Total excl. VAT">
            <span className="bill-sum">{money(invoice.net, currency)}</span>
          </Fact>
          <Fact name={`VAT ${invoice.tax.percent} %`}>
            <span className="bill-sum">{money(invoice.vat, currency)}</span>
            {invoice.tax.reason && <div className="dim">{invoice.tax.reason}</div>}
          </Fact>
          <Fact name="Total">
            <strong className="bill-sum">{money(invoice.gross, currency)}</strong>
          </Fact>
          {invoice.kind === 'invoice' && (
            <>
              <Fact name="Paid">
                <span className="bill-sum">{money(invoice.paid, currency)}</span>
              </Fact>
              <Fact name="Credited">
                <span className="bill-sum">{money(invoice.credited, currency)}</span>
              </Fact>
              <Fact name="Left to pay">
                <strong className="bill-sum">{money(left, currency)}</strong>
              </Fact>
            </>
          )}
        </Facts>
      </Panel>
      <Panel title="About it">
        <Facts>
          <Fact name="For">{invoice.period ? spanWords(invoice.period.from, invoice.period.until) : <None />}</Fact>
          <Fact name="Issued">
            {dayWords(invoice.issuedOn)} <span className="dim">by {invoice.issuedBy}</span>
            <div className="dim">
              <Time at={invoice.issuedAt} />
            </div>
          </Fact>
          <Fact name="Due">{invoice.dueOn ? dayWords(invoice.dueOn) : <None />}</Fact>
          <Related invoice={invoice} />
        </Facts>
      </Panel>
    </div>
  );
}

/** The pre-bill that it was; the invoice that a credit note takes back; the credit notes of an invoice. */
function Related({ invoice }: { invoice: Invoice }) {
  const may = useMay();
  const ours = useMe().actor.companyId === null;
  const sees = ours && may('billing.pre_bill.view');
  const notes = useQuery({
    queryKey: ['invoices', 'credits', invoice.id, invoice.credited],
    queryFn: () => listInvoices({ credits: invoice.id, limit: 50 }),
    enabled: invoice.credited !== '0.00',
  }).data;
  return (
    <>
      {invoice.preBill && sees && (
        <Fact name="Pre-bill">
          <Link to="/pre-bills/$id" params={{ id: invoice.preBill }} className="link">
            What it was made of
          </Link>
        </Fact>
      )}
      {invoice.credits && (
        <Fact name="Takes back">
          <Link to="/invoices/$id" params={{ id: invoice.credits }} className="link">
            The invoice
          </Link>
        </Fact>
      )}
      {notes?.items.map((note) => (
        <Fact key={note.id} name="Credit note">
          <Link to="/invoices/$id" params={{ id: note.id }} className="link mono">
            {note.number}
          </Link>{' '}
          {money(note.gross, note.currency)}
        </Fact>
      ))}
    </>
  );
}

function Credit({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const navigate = useNavigate();
  const credit = useAction((asked: Parameters<typeof creditInvoice>[1]) => creditInvoice(invoice.id, asked), {
    changes: ['invoices'],
    done: ({ number }) => `${number} is issued.`,
    onDone: ({ id }) => void navigate({ to: '/invoices/$id', params: { id } }),
    quiet: true,
  });
  const { values, text } = useForm({ reason: '', position: '', amount: '' }, credit.error);
  const position = Number(values.position);
  const part = values.position.trim() !== '';
  const amount = values.amount.trim().replace(',', '.');
  return (
    <Dialog
      title={`Credit note of ${invoice.number}`}
      submit="Issue the credit note"
      danger
      busy={credit.isPending}
      error={credit.error}
      onSubmit={() =>
        credit.mutate({
          reason: values.reason.trim(),
          ...(part && { items: [{ position, ...(amount && { amount }) }] }),
        })
      }
      onClose={onClose}
      disabled={values.reason.trim() === '' || (part && !(Number.isInteger(position) && position > 0))}
    >
      <p className="ink2">
        It takes back all that is left of this invoice, or a part of one item. Money that was paid already is not sent
        back by it.
      </p>
      <TextInput label="Why" description="Printed on it." {...text('reason')} maxLength={1000} data-autofocus />
      <div className="form-row">
        <TextInput
          label="Item"
          description="Its place in the list; empty: all of it."
          {...text('position')}
          inputMode="numeric"
        />
        <TextInput
          label={`Amount, ${invoice.currency}`}
          description="Excl. VAT; empty: all of the item."
          {...text('amount')}
          inputMode="decimal"
          disabled={!part}
        />
      </div>
    </Dialog>
  );
}
