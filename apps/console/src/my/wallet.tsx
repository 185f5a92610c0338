import { getMovements, getWallets, getWalletVat, type Me, type Movement, walletReceiptUrl } from './api.ts';
import { AutoState } from './auto.tsx';
import { useRead } from './data.ts';
import { Notice, Screen, Waits } from './parts.tsx';
import { go } from './place.ts';
import { useSpoken } from './words.ts';

const monthsShown = 12;

/** What is in the wallet, and what came and went. */
export function WalletScreen({ me }: { me: Me }) {
  const { words, format } = useSpoken();
  const wallets = useRead('wallets', getWallets);
  const wallet = wallets.data?.items[0];
  const history = useRead(wallet ? `history ${wallet.id}` : null, () => getMovements(wallet!.id));
  const vat = useRead(wallet ? `vat ${wallet.id}` : null, () => getWalletVat(wallet!.id));
  const months = vat.data?.items.slice(0, monthsShown) ?? [];
  if (!wallets.data) {
    return (
      <Screen title={words.wallet.title}>
        <Waits error={wallets.error} again={wallets.again} />
      </Screen>
    );
  }
  if (!wallet) {
    return (
      <Screen title={words.wallet.title}>
        <Notice tone="blue" title={words.wallet.none}>
          {words.wallet.noneMore}
        </Notice>
      </Screen>
    );
  }
  return (
    <Screen title={words.wallet.title}>
      <section className="sheet">
        <p className="fine">{words.wallet.has}</p>
        <p className="big figures">{format.money(wallet.remaining, wallet.currency)}</p>
        {me.permissions.includes('payments.payment.create') && (
          <button type="button" className="button first" onClick={() => go('wallet/refill')}>
            {words.wallet.refill}
          </button>
        )}
        <button type="button" className="entry" onClick={() => go('wallet/auto')}>
          <span>{words.auto.title}</span>
          <span className="fine">
            <AutoState of={wallet.id} /> ›
          </span>
        </button>
      </section>
      {months.length > 0 && (
        <section className="sheet">
          <h2>{words.wallet.vat}</h2>
          <ul className="entries">
            {months.map(({ month, vat: taken, closedAt }) => (
              <li key={month}>
                <div>
                  <span>{format.month(month)}</span>
                  {closedAt && (
                    <a className="fine" href={walletReceiptUrl(wallet.id, month)}>
                      {words.receipts.pdf}
                    </a>
                  )}
                </div>
                <strong className="figures">{format.money(taken, wallet.currency)}</strong>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="sheet">
        <h2>{words.wallet.history}</h2>
        {history.data ? null : <Waits error={history.error} again={history.again} />}
        {history.data?.items.length === 0 && <p className="fine">{words.wallet.empty}</p>}
        <ul className="entries">
          {history.data?.items.map((move, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a transfer may move twice in one instant, and the list is read whole.
            <li key={at}>
              <div>
                <span>{words.wallet.kinds[kindOf(move)] ?? words.wallet.kinds.other}</span>
                <time className="fine" dateTime={move.at}>
                  {format.moment(move.at)}
                </time>
              </div>
              <strong className="figures">
                {move.amount.startsWith('-') ? '' : '+'}
                {format.money(move.amount, wallet.currency)}
              </strong>
            </li>
          ))}
        </ul>
      </section>
    </Screen>
  );
}

/** A refill of the wallet and a refill that it paid are both of one kind; the sign tells them apart. */
function kindOf({ kind, amount }: Movement): string {
  return kind === 'refill' && amount.startsWith('-') ? 'spent' : kind;
}
