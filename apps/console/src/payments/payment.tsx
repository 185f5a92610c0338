import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getInvoice } from '../api/billing.ts';
import { getPayment, isOfSim, type Payment, receiptAddress } from '../api/payments.ts';
import { getSim } from '../api/sims.ts';
import { useMay } from '../app/session.ts';
import { exactMoney } from '../format/money.ts';
import { iccidGroups } from '../format/words.ts';
import { Copy } from '../ui/copy.tsx';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { RefundPart } from './refund.tsx';
import { Settle } from './settle.tsx';
import { PaymentStatus } from './status.tsx';
import { Sums } from './sums.tsx';
import { isOver, methodWords, purposeWords, stateWords, undeliveredWords } from './words.ts';

/** How often one that is not over is read again. */
const waitingMs = 3_000;

/** One payment: what it came to, what became of it, and where its payer has something to do. */
export function PaymentDetail({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['payments', 'one', id],
    queryFn: () => getPayment(id),
    refetchInterval: ({ state: { data } }) => (data && !isOver(data) ? waitingMs : false),
    placeholderData: undefined,
  });
  return query.data ? <Detail payment={query.data} /> : <Pending query={query} lines={8} />;
}

function Detail({ payment }: { payment: Payment }) {
  const { state, undelivered, actionUrl, currency } = payment;
  const over = isOver(payment);
  const tone = { succeeded: 'green', failed: 'red', canceled: 'amber', differs: 'amber' }[state as string] ?? 'blue';
  return (
    <>
      {undelivered ? (
        <p className="notice notice-amber">
          <strong>{undeliveredWords(undelivered)}</strong> The money is at the provider and in no account here: it waits
          to be paid back.
        </p>
      ) : (
        <p className={`notice notice-${tone}`}>{stateWords(payment)}</p>
      )}
      {state === 'differs' && <Settle payment={payment} />}
      {state === 'succeeded' && <RefundPart payment={payment} />}
      {actionUrl && !over && (
        <div>
          <Button
            component="a"
            href={actionUrl}
            target="_blank"
            rel="noreferrer"
            rightSection={<IconExternalLink size={16} />}
          >
            Open the payment page
          </Button>
        </div>
      )}
      <Facts>
        <Fact name="Status">
          <PaymentStatus payment={payment} />
        </Fact>
        <Fact name="Type">{purposeWords[payment.purpose]}</Fact>
        <Fact name={subjectWords[payment.purpose]}>
          <Subject payment={payment} />
        </Fact>
        <Fact name="Payer">{payment.ownerName || <None>unknown</None>}</Fact>
        <Fact name="Method">
          {payment.wallet ? (
            <Link to="/wallets/$id" params={{ id: payment.wallet }} className="link">
              From a wallet
            </Link>
          ) : (
            methodWords[payment.method]
          )}
        </Fact>
        {state === 'succeeded' && (
          <Fact name="Receipt">
            <a className="link" href={receiptAddress(payment.id)} target="_blank" rel="noreferrer">
              Open as PDF
            </a>
          </Fact>
        )}
      </Facts>
      <section className="form-part">
        <h3>{state === 'differs' ? 'What was asked for' : `What it ${over ? 'came' : 'comes'} to`}</h3>
        <Sums quote={payment} total="Gross" ofInvoices={payment.purpose === 'invoice'} />
        {payment.asked && <p className="ink2">Asked for were {exactMoney(payment.asked.gross, currency)}.</p>}
        {Number(payment.used) > 0 && (
          <p className="ink2">Of that, {exactMoney(payment.used, currency)} has paid invoices.</p>
        )}
        {Number(payment.refunded) > 0 && (
          <p className="ink2">Of that, {exactMoney(payment.refunded, currency)} was paid back.</p>
        )}
      </section>
      <section className="form-part">
        <h3>On record</h3>
        <Facts>
          <Fact name="Begun">
            <Time at={payment.createdAt} />
            <div className="dim">by {payment.madeBy}</div>
          </Fact>
          <Fact name="Settled">{payment.settledAt ? <Time at={payment.settledAt} /> : <None>not yet</None>}</Fact>
          <Fact name="Reference" hint="What the payment provider calls it">
            {payment.reference ? <Copy text={payment.reference} label="reference" /> : <None />}
          </Fact>
          <Fact name="Note">{payment.note || <None />}</Fact>
          {payment.failure && (
            <Fact name="Failure">
              {payment.failure.message} <span className="dim mono">{payment.failure.code}</span>
            </Fact>
          )}
          <Fact name="Payment id">
            <Copy text={payment.id} label="id" />
          </Fact>
        </Facts>
      </section>
    </>
  );
}

const subjectWords: Record<Payment['purpose'], string> = {
  ...{ line_refill: 'SIM', wallet_refill: 'Wallet', invoice: 'Invoice' },
};

function Subject({ payment }: { payment: Payment }) {
  const sees = useMay()('inventory.sim.view');
  const { subject, ownerName } = payment;
  const ofSim = isOfSim(payment);
  const sim = useQuery({
    queryKey: ['sim', subject, 'row'],
    queryFn: () => getSim(subject),
    enabled: ofSim && sees,
  }).data;
  if (payment.purpose === 'invoice') return <Bills payment={payment} />;
  if (!ofSim) {
    return (
      <Link to="/wallets/$id" params={{ id: subject }} className="link">
        Wallet of {ownerName}
      </Link>
    );
  }
  return (
    <Link to="/sims/$id" params={{ id: subject }} className="link mono">
      {sim ? iccidGroups(sim.iccid) : `…${subject.slice(-6)}`}
    </Link>
  );
}

function Bills({ payment: { subject, ownerName } }: { payment: Payment }) {
  const ofCompany = subject.startsWith('com_');
  const sees = useMay()('billing.invoice.view');
  const invoice = useQuery({
    queryKey: ['invoices', 'one', subject],
    queryFn: () => getInvoice(subject),
    enabled: !ofCompany && sees,
  }).data;
  if (ofCompany) {
    return (
      <Link to="/companies/$id/statement" params={{ id: subject }} className="link">
        What {ownerName} had open
      </Link>
    );
  }
  return (
    <Link to="/invoices/$id" params={{ id: subject }} className="link mono">
      {invoice?.number ?? `…${subject.slice(-6)}`}
    </Link>
  );
}
