import { useEffect, useRef } from 'react';
import { getPayment, type Payment, receiptUrl } from './api.ts';
import { changed, useRead } from './data.ts';
import { goOnward, withWayBack } from './onward.ts';
import { Notice, Row, Screen, Waits } from './parts.tsx';
import { go } from './place.ts';
import { useSpoken } from './words.ts';

/** Twice a second at first, so that "data is there" stands within a second of it; slower after two minutes. */
const quickMs = 500;
const quickLooks = 240;
const slowMs = 5_000;

export const isOver = ({ state }: Payment) => state === 'succeeded' || state === 'failed' || state === 'canceled';

/** What becomes of a payment, until it is over. */
export function PaymentScreen({ id }: { id: string }) {
  const { words, format } = useSpoken();
  const looks = useRef(0);
  const { data, error, again } = useRead(
    `payment ${id}`,
    () => getPayment(id),
    (payment) => {
      looks.current += 1;
      return isOver(payment) ? 0 : looks.current < quickLooks ? quickMs : slowMs;
    },
  );
  const over = data !== undefined && isOver(data);
  const actionUrl = data?.actionUrl ?? null;
  useEffect(() => goOnward(id, actionUrl, `payment/${id}`), [id, actionUrl]);
  useEffect(() => {
    if (over) changed('sims', 'wallets', 'payments', 'history');
  }, [over]);
  if (!data) {
    return (
      <Screen title={words.pay.title} back="">
        <Waits error={error} again={again} />
      </Screen>
    );
  }
  const { state, subject, currency, gross, vat, tax, purpose, method } = data;
  const lost = state === 'failed' || state === 'canceled';
  const retry = purpose === 'wallet_refill' ? 'wallet/refill' : `refill/${subject}`;
  return (
    <Screen title={words.pay.title} back="">
      <div aria-live="polite" className="form">
        <Told payment={data} slow={looks.current >= quickLooks} />
      </div>
      {actionUrl && !over && (
        <a className="button first" href={withWayBack(actionUrl, `payment/${id}`)}>
          {words.pay.open}
        </a>
      )}
      <dl className="rows sheet">
        <Row name={words.receipts.what[purpose]}>{format.moment(data.createdAt)}</Row>
        <Row name={words.refill.by}>{words.receipts.by[method]}</Row>
        {vat !== '0.00' && (
          <Row name={words.refill.vat(format.percent(tax.percent))}>{format.money(vat, currency)}</Row>
        )}
        <Row name={state === 'succeeded' ? words.receipts.states.succeeded : words.refill.gross} strong>
          {format.money(gross, currency)}
        </Row>
      </dl>
      {state === 'succeeded' && (
        <a className="button" href={receiptUrl(id)} download>
          {words.receipts.pdf}
        </a>
      )}
      {over && (
        <button type="button" className="button first" onClick={() => go(lost ? retry : '', true)}>
          {lost ? words.pay.retry : words.pay.ready}
        </button>
      )}
    </Screen>
  );
}

function Told({ payment, slow }: { payment: Payment; slow: boolean }) {
  const { words } = useSpoken();
  const { state, purpose, undelivered } = payment;
  if (state === 'succeeded' && undelivered) {
    return (
      <Notice tone="amber" title={words.pay.undelivered}>
        {words.pay.undeliveredMore}
      </Notice>
    );
  }
  switch (state) {
    case 'succeeded':
      return (
        <Notice tone="green" title={purpose === 'wallet_refill' ? words.pay.doneWallet : words.pay.done}>
          {words.pay.doneMore}
        </Notice>
      );
    case 'failed':
    case 'canceled':
      return (
        <Notice tone="red" title={words.pay[state]}>
          {words.pay.nothing}
        </Notice>
      );
    default:
      return (
        <div className="turning">
          <span className="turner" aria-hidden="true" />
          <p>
            {state === 'created' ? words.pay.asking : state === 'action_needed' ? words.pay.action : words.pay.pending}
          </p>
          {slow && <p className="fine">{words.pay.slow}</p>}
        </div>
      );
  }
}
