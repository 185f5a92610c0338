import { getPayments, type Payment } from './api.ts';
import { useRead } from './data.ts';
import { Badge, Screen, type Tone, Waits } from './parts.tsx';
import { go } from './place.ts';
import { useSpoken } from './words.ts';

const tones: Record<Payment['state'], Tone> = {
  created: 'blue',
  pending: 'blue',
  action_needed: 'amber',
  succeeded: 'green',
  failed: 'red',
  canceled: 'grey',
  differs: 'amber',
};

/** What one paid for; each opens to what it came to. */
export function ReceiptsScreen() {
  const { words, format } = useSpoken();
  const { data, error, again } = useRead('payments', getPayments);
  return (
    <Screen title={words.receipts.title}>
      {!data && <Waits error={error} again={again} />}
      {data?.items.length === 0 && <p className="lead">{words.receipts.empty}</p>}
      <ul className="entries sheet" hidden={!data?.items.length}>
        {data?.items.map((payment) => (
          <li key={payment.id}>
            <button type="button" className="entry" onClick={() => go(`payment/${payment.id}`)}>
              <span>
                <span>{words.receipts.what[payment.purpose]}</span>
                <span className="fine">
                  {format.moment(payment.createdAt)} · {words.receipts.by[payment.method]}
                </span>
                {payment.refunded !== '0.00' && (
                  <span className="fine">
                    {words.receipts.refunded(format.money(payment.refunded, payment.currency))}
                  </span>
                )}
              </span>
              <span className="entry-side">
                <strong className="figures">{format.money(payment.gross, payment.currency)}</strong>
                <Badge tone={tones[payment.state]}>{words.receipts.states[payment.state]}</Badge>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Screen>
  );
}
