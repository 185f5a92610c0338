import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Invoice, listInvoices } from '../api/billing.ts';
import type { Method } from '../api/payments.ts';
import { listCards } from '../api/providers.ts';
import { listWallets } from '../api/wallets.ts';
import { useMay, useMe } from '../app/session.ts';
import { addAmounts, money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { typedAmount } from '../ledger/words.ts';
import { Pay } from '../payments/pay.tsx';
import { fieldErrors } from '../ui/actions.ts';

const changes = ['invoices', 'receivables', 'payments', 'transactions', 'statement', 'wallet', 'wallets', 'overview'];

/** What is left to be paid of an invoice. */
export function leftOf({ gross, paid, credited }: Pick<Invoice, 'gross' | 'paid' | 'credited'>): string {
  return addAmounts([gross, `-${paid}`, `-${credited}`]);
}

export const canBePaid = ({ kind, state }: Pick<Invoice, 'kind' | 'state'>): boolean =>
  kind === 'invoice' && state === 'open';

/** Pays invoices of one company, in the order in which they were issued. */
export function PayInvoices({ invoices, onClose }: { invoices: readonly Invoice[]; onClose: () => void }) {
  const ours = useMe().actor.companyId === null;
  const [first] = invoices;
  if (!first) return null;
  const oldestFirst = [...invoices].sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1));
  const names = oldestFirst.map(({ number }) => number).join(', ');
  return (
    <PayBills
      title={
        (ours ? 'A payment for ' : 'Pay ') +
        (invoices.length === 1 ? names : `${count(invoices.length, 'invoice')} of ${first.company.name}`)
      }
      company={first.company.id}
      currency={first.currency}
      due={addAmounts(invoices.map(leftOf))}
      bills={{ invoices: oldestFirst.map(({ id }) => id) }}
      subject={{ invoice: oldestFirst[0]!.id }}
      told={invoices.length === 1 ? null : `It pays ${names}, in this order.`}
      onClose={onClose}
    />
  );
}

/** Pays whatever a company has open, the oldest first; what is too much stays on account. */
export function PayCompany({
  company,
  name,
  currency,
  onClose,
}: {
  company: string;
  name: string;
  currency: string;
  onClose: () => void;
}) {
  const query = useQuery({
    queryKey: ['invoices', 'open of', company],
    queryFn: () => listInvoices({ company, kind: 'invoice', state: 'open', limit: 100 }),
  });
  if (!query.data) return null;
  const open = query.data.items.filter((one) => one.currency === currency);
  return (
    <PayBills
      title={`A payment of ${name}`}
      company={company}
      currency={currency}
      due={addAmounts(open.map(leftOf))}
      bills={{ company }}
      subject={{ company, purpose: 'invoice' }}
      told={
        open.length === 0
          ? 'No invoice is open: it stays on account, and pays the next.'
          : `It pays what is open when it comes, the oldest first: ${count(open.length, 'invoice')}.`
      }
      onClose={onClose}
    />
  );
}

function PayBills({
  title,
  company,
  currency,
  due,
  bills,
  subject,
  told,
  onClose,
}: {
  title: string;
  company: string;
  currency: string;
  due: string;
  bills: { invoices: string[] } | { company: string };
  subject: { invoice: string } | { company: string; purpose: 'invoice' };
  told: string | null;
  onClose: () => void;
}) {
  const ours = useMe().actor.companyId === null;
  const may = useMay();
  const [text, setText] = useState(Number(due) > 0 ? due : '');
  const wallets = useQuery({
    queryKey: ['wallets', 'of', company],
    queryFn: () => listWallets({ owner: company, limit: 1 }),
    enabled: may('ledger.wallet.view'),
  });
  const cards = useQuery({
    queryKey: ['payment-methods', company],
    queryFn: () => listCards(company),
    enabled: may('payments.card.view'),
  });
  // What could pay decides which ways there are: they do not change under a finger.
  if (wallets.isLoading || cards.isLoading) return null;
  const typed = typedAmount(text);
  const amount = typed !== null && Number(typed) > 0 ? typed : null;
  const able = (wallets.data?.items ?? []).filter((wallet) => wallet.currency === currency);
  const methods: Method[] = [
    ...(ours ? ['manual' as const] : []),
    'card',
    ...(able.length > 0 ? ['wallet' as const] : []),
  ];
  const over = amount !== null && Number(amount) > Number(due);
  const rest = over && `${money(addAmounts([amount, `-${due}`]), currency)} more than is due stays on account.`;
  const thing = { invoicePayment: { ...bills, ...(amount !== null && amount !== due && { amount }) } };
  return (
    <Pay
      title={title}
      subject={subject}
      thing={amount === null ? null : thing}
      methods={methods}
      wallets={able}
      cards={(cards.data?.items ?? []).filter(({ state }) => state === 'active')}
      changes={changes}
      gets={[told, rest].filter(Boolean).join(' ')}
      given="The money is on account, and pays what it is for."
      onClose={onClose}
    >
      {(problem) => (
        <TextInput
          label={`Amount in ${currency}`}
          description={`VAT within. ${money(due, currency)} is due.`}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={text !== '' && amount === null ? 'More than zero, like 25.00' : fieldErrors(problem).amount}
          inputMode="decimal"
          autoComplete="off"
          data-autofocus
        />
      )}
    </Pay>
  );
}
