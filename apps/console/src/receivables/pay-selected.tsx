import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Invoice } from '../api/billing.ts';
import { useMe } from '../app/session.ts';
import { addAmounts, money } from '../format/money.ts';
import { canBePaid, leftOf, PayInvoices } from './pay-invoices.tsx';

/** Invoices that one payment takes. */
const most = 50;

/** Pays the invoices that are selected by one payment, where one payment can. */
export function PaySelected({ invoices, onDone }: { invoices: readonly Invoice[]; onDone: () => void }) {
  const ours = useMe().actor.companyId === null;
  const [opened, setOpened] = useState<readonly Invoice[] | null>(null);
  const [first] = invoices;
  const open = invoices.filter(canBePaid);
  const alike = open.every(({ company, currency }) => company.id === first?.company.id && currency === first.currency);
  const why = whyNot(open.length, invoices.length, alike);
  return (
    <>
      {first && why === null && (
        <span className="nowrap">{money(addAmounts(open.map(leftOf)), first.currency)} left to pay</span>
      )}
      {why && <span className="dim">{why}</span>}
      <Button size="xs" disabled={why !== null} onClick={() => setOpened(open)}>
        {ours ? 'Record a payment' : 'Pay'}
      </Button>
      {opened && (
        <PayInvoices
          invoices={opened}
          onClose={() => {
            setOpened(null);
            onDone();
          }}
        />
      )}
    </>
  );
}

function whyNot(open: number, all: number, alike: boolean): string | null {
  if (open < all) return 'Only open invoices can be paid.';
  if (!alike) return 'One payment is for one company, in one currency.';
  return open > most ? `One payment takes ${most} invoices at most.` : null;
}
