import { Button, Group } from '@mantine/core';
import { IconCheck, IconExternalLink, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { getPayment, type Payment } from '../api/payments.ts';
import { queryClient } from '../app/query.ts';
import { money } from '../format/money.ts';
import { Pending } from '../ui/state.tsx';
import { isOver, stateWords, undeliveredWords } from './words.ts';

/** Looks at a payment that is under way: every second at first, then less often, and not for ever. */
const quickLooks = 120;
const quickMs = 1_000;
const slowMs = 5_000;
const mostLooks = quickLooks + 180;

/**
 * What becomes of a payment, until it is over.
 *
 * @param tab the empty tab that was opened for the provider's page
 * @param given what one has when it has succeeded
 */
export function Waiting({
  id,
  tab,
  changes,
  given,
  onAgain,
  onClose,
}: {
  id: string;
  tab: Window | null;
  changes: readonly string[];
  given: ReactNode;
  onAgain: () => void;
  onClose: () => void;
}) {
  const looks = useRef(0);
  const [tired, setTired] = useState(false);
  const query = useQuery({
    queryKey: ['payments', 'one', id],
    queryFn: () => {
      looks.current += 1;
      setTired(looks.current >= mostLooks);
      return getPayment(id);
    },
    refetchInterval: ({ state: { data } }) => {
      if ((data && isOver(data)) || looks.current >= mostLooks) return false;
      return looks.current < quickLooks ? quickMs : slowMs;
    },
    // The payer looks at the provider's page, in another tab.
    refetchIntervalInBackground: true,
    placeholderData: undefined,
  });
  const payment = query.data;
  const over = payment !== undefined && isOver(payment);
  useGoing(tab, payment);
  useEffect(() => {
    if (over) for (const noun of changes) void queryClient.invalidateQueries({ queryKey: [noun] });
  }, [over, changes]);
  if (!payment) return <Pending query={query} lines={4} />;
  const again = () => {
    looks.current = 0;
    setTired(false);
    void query.refetch();
  };
  const lost = payment.state === 'failed' || payment.state === 'canceled';
  return (
    <div className="form" aria-live="polite">
      <Steps payment={payment} />
      {payment.state === 'succeeded' && !payment.undelivered && <p className="notice notice-green">{given}</p>}
      {payment.undelivered && (
        <p className="notice notice-amber">
          {undeliveredWords(payment.undelivered)} The money is at the provider and in no account here.
        </p>
      )}
      {lost && (
        <p className={`notice ${payment.state === 'failed' ? 'notice-red' : 'notice-amber'}`}>{stateWords(payment)}</p>
      )}
      {payment.actionUrl && !over && (
        <div>
          <Button
            component="a"
            href={payment.actionUrl}
            target="_blank"
            rel="noreferrer"
            rightSection={<IconExternalLink size={16} />}
          >
            Open the payment page
          </Button>
        </div>
      )}
      {!over && (
        <p className="dim">
          {tired ? 'This page has stopped looking. ' : ''}
          It goes on when this is closed, and stands on{' '}
          <Link to="/transactions" search={{ open: payment.id }} className="link">
            Transactions
          </Link>
          .
        </p>
      )}
      <Group justify="flex-end" gap="xs">
        {tired && !over && (
          <Button variant="default" onClick={again}>
            Look again
          </Button>
        )}
        {lost && (
          <Button variant="default" onClick={onAgain}>
            Try again
          </Button>
        )}
        <Button variant={payment.state === 'succeeded' ? 'filled' : 'default'} onClick={onClose}>
          {over ? 'Done' : 'Close'}
        </Button>
      </Group>
    </div>
  );
}

/** The tab goes to the provider's page as soon as there is one; if there will be none, it is closed. */
function useGoing(tab: Window | null, payment: Payment | undefined): void {
  const gone = useRef(false);
  useEffect(() => {
    if (!tab || !payment || gone.current) return;
    if (payment.actionUrl) tab.location.replace(payment.actionUrl);
    else if (isOver(payment)) tab.close();
    else return;
    gone.current = true;
  }, [tab, payment]);
}

function Steps({ payment }: { payment: Payment }) {
  const { state, currency, gross, method } = payment;
  const done = state === 'succeeded';
  const lost = state === 'failed' || state === 'canceled';
  const what = {
    wallet_refill: 'The money is in the wallet',
    line_refill: 'The data is on the SIM',
    invoice: 'The invoice is paid',
  }[payment.purpose];
  return (
    <ol className="steps">
      <Step state="done" title={`${money(gross, currency)} asked for`} />
      <Step
        state={done ? 'done' : lost ? 'lost' : 'now'}
        title={method === 'card' ? 'Payment by card' : 'Payment'}
        words={done || lost ? '' : stateWords(payment)}
      />
      <Step state={done && !payment.undelivered ? 'done' : done || lost ? 'lost' : 'next'} title={what} />
    </ol>
  );
}

const stepWords = { done: 'done', now: 'under way', next: 'to come', lost: 'did not happen' } as const;

function Step({ state, title, words }: { state: keyof typeof stepWords; title: string; words?: string }) {
  return (
    <li className="step" data-state={state}>
      <span className="step-mark" aria-hidden>
        {state === 'done' && <IconCheck size={14} stroke={2.5} />}
        {state === 'lost' && <IconX size={14} stroke={2.5} />}
      </span>
      <div>
        <div className="step-title">
          {title}
          <span className="visually-hidden">, {stepWords[state]}</span>
        </div>
        {words && <div className="dim">{words}</div>}
      </div>
    </li>
  );
}
