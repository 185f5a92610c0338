import { useRef, useState } from 'react';
import {
  type Card,
  getAmounts,
  getCards,
  getPayments,
  getQuote,
  getSims,
  getWallets,
  type Me,
  pay,
  type Quote,
  type Sim,
  type Thing,
  type Wallet,
  type Way,
} from './api.ts';
import { changed, useRead } from './data.ts';
import { atLeast } from './format.ts';
import { goOnWith } from './onward.ts';
import { Notice, Row, Screen, Waits, Why } from './parts.tsx';
import { go } from './place.ts';
import { useSpoken } from './words.ts';

/** A refill of a SIM: pick one, see what it comes to, pay. */
export function RefillSim({ me, sim: id }: { me: Me; sim: string }) {
  const { words, format } = useSpoken();
  const sims = useRead('sims', getSims);
  const sim = sims.data?.items.find((one) => one.id === id);
  const [picked, setPicked] = useState<string | null>(null);
  if (!sims.data) {
    return (
      <Screen title={words.refill.title} back="">
        <Waits error={sims.error} again={sims.again} />
      </Screen>
    );
  }
  if (!sim || sim.refills.length === 0) {
    return (
      <Screen title={words.refill.title} back="">
        <Notice tone="blue">{sim ? words.refill.nothing : words.notThere}</Notice>
      </Screen>
    );
  }
  const option = sim.refills.length === 1 ? sim.refills[0] : sim.refills.find((one) => one.id === picked);
  return (
    <Screen title={words.refill.title} back="">
      <fieldset className="choices">
        <legend>{words.refill.pick}</legend>
        {sim.refills.map((one) => (
          <label key={one.id} className="choice">
            <input type="radio" name="refill" checked={option?.id === one.id} onChange={() => setPicked(one.id)} />
            <strong className="figures">{format.bytes(one.amountBytes)}</strong>
            <span className="figures">{format.money(one.price, one.currency)}</span>
          </label>
        ))}
      </fieldset>
      {option && <Buy me={me} thing={{ simRefill: { sim: id, refill: option.id } }} subject={id} sim={sim} byWallet />}
    </Screen>
  );
}

/** Money for one's wallet: a preset or another amount, by card. */
export function RefillWallet({ me }: { me: Me }) {
  const { language, words, format } = useSpoken();
  const wallets = useRead('wallets', getWallets);
  const wallet = wallets.data?.items[0];
  const amounts = useRead(wallet ? `amounts ${wallet.currency}` : null, () => getAmounts(wallet!.currency));
  const [amount, setAmount] = useState<string | null>(null);
  if (!wallet || !amounts.data) {
    return (
      <Screen title={words.wallet.refill} back="wallet">
        {wallets.data && !wallet ? (
          <Notice tone="blue">{words.wallet.none}</Notice>
        ) : (
          <Waits error={wallets.error ?? amounts.error} again={wallets.again} />
        )}
      </Screen>
    );
  }
  const offered = amounts.data.items[0];
  const bonusOf = (preset: string) => offered?.bonuses.findLast(({ from }) => atLeast(preset, from))?.bonus;
  const typed = amount?.trim().replace(',', '.') ?? '';
  const good = /^\d{1,9}(\.\d{1,3})?$/.test(typed) && Number(typed) > 0;
  return (
    <Screen title={words.wallet.refill} back="wallet">
      <fieldset className="choices">
        <legend>{words.refill.pick}</legend>
        {offered?.presets.map((preset) => (
          <label key={preset} className="choice">
            <input type="radio" name="amount" checked={typed === preset} onChange={() => setAmount(preset)} />
            <strong className="figures">{format.money(preset, wallet.currency)}</strong>
            {bonusOf(preset) && (
              <span className="figures gift">{words.refill.plus(format.money(bonusOf(preset)!, wallet.currency))}</span>
            )}
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{words.refill.amount(wallet.currency)}</span>
        <input
          inputMode="decimal"
          autoComplete="off"
          value={language === 'de' ? (amount ?? '').replace('.', ',') : (amount ?? '')}
          onChange={(event) => setAmount(event.currentTarget.value)}
        />
      </label>
      {good && <Buy me={me} thing={{ walletRefill: { wallet: wallet.id, amount: typed } }} subject={wallet.id} />}
    </Screen>
  );
}

type Buying = { me: Me; thing: Thing; subject: string; sim?: Sim; byWallet?: boolean };

/** What it comes to, by which way, and the one button that pays. */
function Buy({ me, thing, subject, sim, byWallet = false }: Buying) {
  const { words } = useSpoken();
  const cards = useRead('cards', getCards);
  const wallets = useRead('wallets', getWallets);
  const going = useRead('payments', getPayments).data?.items.find(
    (one) => one.subject === subject && ['created', 'pending', 'action_needed'].includes(one.state),
  );
  const stored = cards.data?.items.filter((card) => card.state === 'active') ?? [];
  const wallet = byWallet ? wallets.data?.items.find((one) => one.currency === me.currency) : undefined;
  const [chosen, setChosen] = useState<string | null>(null);
  const usual = stored.find((card) => card.default) ?? stored[0];
  const way: Way = wayOf(chosen ?? usual?.id ?? 'card');
  const name = `quote ${JSON.stringify([thing, way])}`;
  const quote = useRead(name, () => getQuote(thing, way));
  const sum = quote.data;
  const short = way.method === 'wallet' && wallet && sum && !atLeast(wallet.remaining, sum.gross);
  if (going) {
    return (
      <>
        <Notice tone="amber">{words.refill.going}</Notice>
        <button type="button" className="button first" onClick={() => go(`payment/${going.id}`)}>
          {words.refill.goOn}
        </button>
      </>
    );
  }
  return (
    <>
      <Ways {...{ stored, wallet, way }} onChoose={setChosen} />
      {sum ? <Sums {...{ sum, way, sim }} /> : <Waits error={quote.error} again={quote.again} />}
      {short && <Notice tone="amber">{words.refill.walletShort}</Notice>}
      {sum && <PayButton key={name} {...{ thing, way, sum }} disabled={Boolean(short)} />}
    </>
  );
}

function wayOf(chosen: string): Way {
  if (chosen === 'wallet') return { method: 'wallet' };
  return chosen === 'card' ? { method: 'card' } : { method: 'card', card: chosen };
}

function Ways(props: { stored: Card[]; wallet: Wallet | undefined; way: Way; onChoose: (way: string) => void }) {
  const { stored, wallet, way, onChoose } = props;
  const { words, format } = useSpoken();
  const now = way.method === 'wallet' ? 'wallet' : (way.card ?? 'card');
  const ways: [string, string][] = [
    ...stored.map((card): [string, string] => [card.id, words.refill.stored(card.brand ?? '', card.last4 ?? '')]),
    ...(wallet
      ? [['wallet', words.refill.wallet(format.money(wallet.remaining, wallet.currency))] as [string, string]]
      : []),
    ['card', stored.length > 0 ? words.refill.otherCard : words.refill.card],
  ];
  if (ways.length === 1) return null;
  return (
    <fieldset className="choices slim">
      <legend>{words.refill.by}</legend>
      {ways.map(([id, label]) => (
        <label key={id} className="choice">
          <input type="radio" name="way" checked={now === id} onChange={() => onChoose(id)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Sums({ sum, way, sim }: { sum: Quote; way: Way; sim: Sim | undefined }) {
  const { words, format } = useSpoken();
  const money = (amount: string) => format.money(amount, sum.currency);
  const { bytes, amount, validUntil, bonus } = sum.gets;
  // A wallet that bears VAT when it is spent says why its refill bears none.
  const later = amount !== null && sum.tax.category === 'O' && sum.tax.reason !== '';
  return (
    <dl className="rows sheet">
      {bytes && <Row name={words.refill.get}>{format.bytes(bytes)}</Row>}
      {amount && <Row name={words.refill.get}>{money(amount)}</Row>}
      {bonus && <Row name={words.refill.bonus}>{money(bonus.amount)}</Row>}
      {bonus?.expiresAt && <Row name={words.refill.bonusUntil}>{format.day(bonus.expiresAt)}</Row>}
      {validUntil && <Row name={words.refill.valid}>{format.day(validUntil)}</Row>}
      {bytes && !validUntil && sim?.validityDays && (
        <Row name={words.refill.validDays}>{words.refill.daysFromUse(sim.validityDays)}</Row>
      )}
      <Row name={words.refill.net}>{money(sum.net)}</Row>
      {way.method === 'wallet' && Number(sum.vat) === 0 ? (
        <p className="fine">{words.refill.noVat}</p>
      ) : later ? (
        <p className="fine">{words.refill.vatLater}</p>
      ) : (
        <Row name={words.refill.vat(format.percent(sum.tax.percent))}>{money(sum.vat)}</Row>
      )}
      <Row name={words.refill.gross} strong>
        {money(sum.gross)}
      </Row>
    </dl>
  );
}

/** @param disabled the way that is chosen cannot pay it */
function PayButton({ thing, way, sum, disabled }: { thing: Thing; way: Way; sum: Quote; disabled: boolean }) {
  const { words, format } = useSpoken();
  // One key for whatever is pressed here: twice is once.
  const key = useRef(crypto.randomUUID());
  const sent = useRef(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async () => {
    if (sent.current) return;
    sent.current = true;
    setBusy(true);
    setError(null);
    try {
      const payment = await pay(thing, way, key.current);
      goOnWith(payment.id);
      changed('payments', 'sims', 'wallets', 'history');
      go(`payment/${payment.id}`, true);
    } catch (problem) {
      setError(problem);
      sent.current = false;
      setBusy(false);
      key.current = crypto.randomUUID();
    }
  };
  return (
    <>
      {error !== null && (
        <Notice tone="red">
          <Why error={error} />
        </Notice>
      )}
      <div className="pay-bar">
        <button type="button" className="button first" disabled={disabled || busy} onClick={submit}>
          {words.refill.pay(format.money(sum.gross, sum.currency))}
        </button>
      </div>
    </>
  );
}
