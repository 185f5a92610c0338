import { Modal, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import {
  createPayment,
  listPayments,
  type Method,
  type NewPayment,
  type Payment,
  quotePayment,
  type Thing,
  type WholeQuote,
} from '../api/payments.ts';
import type { Card } from '../api/providers.ts';
import type { Wallet } from '../api/wallets.ts';
import { useMay } from '../app/session.ts';
import { exactMoney, money } from '../format/money.ts';
import { sentence } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Form, FormProblem } from '../ui/form.tsx';
import { Ago, Time } from '../ui/time.tsx';
import { Sums } from './sums.tsx';
import { Waiting } from './waiting.tsx';
import { methodWords, underWay } from './words.ts';
import './payments.css';

/**
 * Pays for one thing: what it comes to, by which way, and then what becomes of it.
 *
 * @param subject what it is for, as payments are listed by it
 * @param thing what is asked for; null: nothing that could be priced yet
 * @param gets what one has for it, beside the price
 * @param wallets those that could pay; without any there is no such way
 * @param cards stored ones that could pay; without any one pays on the provider's page
 * @param given what one has when it has succeeded
 * @param children what is chosen, given what the server says against it
 */
export function Pay({
  title,
  subject,
  thing,
  gets,
  methods,
  wallets = [],
  cards = [],
  changes,
  given,
  onClose,
  children,
}: {
  title: string;
  subject: Subject;
  thing: Thing | null;
  gets: ReactNode;
  methods: readonly Method[];
  wallets?: readonly Wallet[];
  cards?: readonly Card[];
  changes: readonly string[];
  given: ReactNode;
  onClose: () => void;
  children: (problem: unknown) => ReactNode;
}) {
  const [method, setMethod] = useState<Method>(methods[0] ?? 'card');
  const [wallet, setWallet] = useState<string | null>(wallets[0]?.id ?? null);
  const [card, setCard] = useState(cards.find((one) => one.default)?.id ?? newCard);
  const stored = method === 'card' && card !== newCard;
  const ofInvoices = method === 'wallet' && thing !== null && 'invoicePayment' in thing;
  const bearsLater = method === 'wallet' && wallets.find(({ id }) => id === wallet)?.vatAt === 'spending';
  const how = bearsLater ? laterWords(ofInvoices) : ofInvoices ? withVatOfRefills : howWords[method];
  const [note, setNote] = useState('');
  const [under, setUnder] = useState<string | null>(null);
  // One key for whatever is pressed in this dialog: twice is once.
  const key = useRef(crypto.randomUUID());
  const tab = useRef<Window | null>(null);
  // A second click may come before the button knows of the first: it must not open a tab of its own.
  const sent = useRef(false);
  const pay = useAction((input: NewPayment) => createPayment(input, key.current), {
    changes: ['payments'],
    onDone: (payment) => setUnder(payment.id),
    quiet: true,
  });
  const wanted = thing && {
    ...thing,
    method,
    ...(method === 'wallet' && wallet && { wallet }),
    ...(stored && { card }),
  };
  const [asked] = useDebouncedValue(wanted, 200);
  const quote = useQuery({
    queryKey: ['payment quote', asked],
    queryFn: () => quotePayment(asked!),
    enabled: asked !== null && under === null,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const whole = thing !== null && (method !== 'wallet' || wallet !== null);
  const settled = JSON.stringify(asked) === JSON.stringify(wanted);
  const sum = settled && !quote.isPlaceholderData && !quote.error ? quote.data : undefined;

  function submit(): void {
    if (!wanted || !sum || sent.current) return;
    sent.current = true;
    // Opened while the click counts: a browser keeps a page from opening tabs later.
    tab.current = method === 'card' && !stored ? emptyTab() : null;
    pay.mutate(method === 'manual' ? { ...wanted, note: note.trim() } : wanted, { onError: refused });
  }
  function refused(): void {
    sent.current = false;
    tab.current?.close();
  }
  function again(): void {
    key.current = crypto.randomUUID();
    sent.current = false;
    tab.current = null;
    pay.reset();
    setUnder(null);
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      {under ? (
        <Waiting id={under} tab={tab.current} changes={changes} given={given} onAgain={again} onClose={onClose} />
      ) : (
        <Form
          submit={sum ? submitWords(method, exactMoney(sum.gross, sum.currency)) : 'Pay'}
          busy={pay.isPending}
          error={pay.error}
          onSubmit={submit}
          onClose={onClose}
          disabled={!whole || !sum}
        >
          <UnderWay subject={subject} onGoOn={setUnder} />
          {children(quote.error ?? pay.error)}
          {methods.length > 1 && (
            <div className="pay-how">
              <span className="pay-label" id="pay-how">
                Paid
              </span>
              <SegmentedControl
                aria-labelledby="pay-how"
                value={method}
                onChange={(value) => setMethod(value as Method)}
                data={methods.map((value) => ({ value, label: methodWords[value] }))}
                fullWidth
              />
              <p className="dim">{stored ? 'At once. Its bank may want to hear from its holder first.' : how}</p>
            </div>
          )}
          {method === 'card' && cards.length > 0 && (
            <Select
              label="Card"
              data={[
                ...cards.map(({ id, brand, last4 }) => ({
                  value: id,
                  label: `${sentence(brand ?? '')} ending in ${last4}`,
                })),
                { value: newCard, label: 'Another one, on the provider’s page' },
              ]}
              value={card}
              onChange={(value) => value && setCard(value)}
              allowDeselect={false}
            />
          )}
          {method === 'wallet' && (
            <Select
              label="Wallet"
              data={wallets.map(({ id, owner, remaining, currency }) => ({
                value: id,
                label: `${owner.name}, ${money(remaining, currency)}`,
              }))}
              value={wallet}
              onChange={setWallet}
              allowDeselect={false}
            />
          )}
          {method === 'manual' && (
            <TextInput
              label="What proves it"
              description="A bank reference, a receipt."
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
              maxLength={1000}
            />
          )}
          {thing && quote.error && <FormProblem error={quote.error} />}
          {thing && quote.data && !quote.error && (
            <div className="pay-sum">
              <Sums quote={quote.data} total="To pay" busy={!sum} ofInvoices={'invoicePayment' in thing} />
              {gets && <p>{gets}</p>}
              {quote.data.gets.bonus && <Given bonus={quote.data.gets.bonus} currency={quote.data.currency} />}
            </div>
          )}
        </Form>
      )}
    </Modal>
  );
}

/** No stored card. */
const newCard = 'new';

/** As payments for it are listed. */
export type Subject =
  | { wallet: string }
  | { sim: string }
  | { invoice: string }
  | { company: string; purpose: 'invoice' };

const howWords: Record<Method, string> = {
  card: 'On the page of the payment provider, in a tab of its own. Card numbers never come here.',
  wallet: 'At once. VAT was paid when the wallet was refilled.',
  company_wallet: 'At once. VAT was paid when the wallet was refilled.',
  manual: 'The money has come by bank or in cash, and is noted here.',
};

const withVatOfRefills = 'At once, with what was paid into it and the VAT that was paid with it.';

/** Of a wallet that bears VAT when it is spent. */
function laterWords(ofInvoices: boolean): string {
  return ofInvoices ? 'At once, with what is in it.' : 'At once. This wallet bears VAT when it is spent: so now.';
}

function submitWords(method: Method, amount: string): string {
  return {
    card: `Pay ${amount} by card`,
    wallet: `Pay ${amount} from the wallet`,
    company_wallet: `Pay ${amount} from the company’s wallet`,
    manual: `Note ${amount} as paid`,
  }[method];
}

/** What the organization gives with it. */
function Given({ bonus, currency }: { bonus: NonNullable<WholeQuote['gets']['bonus']>; currency: string }) {
  return (
    <p>
      With it comes a bonus of <strong>{money(bonus.amount, currency)}</strong>
      {bonus.expiresAt ? (
        <>
          , good until <Time at={bonus.expiresAt} />.
        </>
      ) : (
        '.'
      )}
    </p>
  );
}

/** A tab that waits for its address; null where the browser allows none. It cannot reach back into this page. */
function emptyTab(): Window | null {
  const tab = window.open('', '_blank');
  if (!tab) return null;
  tab.opener = null;
  tab.document.title = 'Payment';
  tab.document.body.textContent = 'The payment page is on its way …';
  return tab;
}

/** A card payment for the same that is not over: another tab, or an hour ago. Going on with it beats paying twice. */
function UnderWay({ subject, onGoOn }: { subject: Subject; onGoOn: (id: string) => void }) {
  const sees = useMay()('payments.payment.view');
  const query = useQuery({
    queryKey: ['payments', 'under way', subject],
    queryFn: () => listPayments({ ...subject, method: 'card', state: underWay.join(), limit: 1 }),
    enabled: sees,
    staleTime: 0,
  });
  const payment: Payment | undefined = query.data?.items[0];
  if (!payment) return null;
  return (
    <div className="notice notice-amber">
      A card payment of {money(payment.gross, payment.currency)} for the same is not over. It was begun{' '}
      <Ago at={payment.createdAt} /> by {payment.madeBy}.{' '}
      <button type="button" className="as-link" onClick={() => onGoOn(payment.id)}>
        Go on with it
      </button>
    </div>
  );
}
