import { type ReactNode, useState } from 'react';
import {
  type AutoRefill,
  getAmounts,
  getAutos,
  getCards,
  getPayments,
  getSims,
  getWallets,
  type Me,
  type Payer,
  resumeAuto,
  setAuto,
  setWalletAuto,
  switchOffAuto,
  switchOffWalletAuto,
} from './api.ts';
import { changed, useRead } from './data.ts';
import { Notice, Screen, Waits, Why } from './parts.tsx';
import { go } from './place.ts';
import { useSpoken } from './words.ts';

/** Thresholds to choose from, in MB of the organization's unit base. */
const thresholds = [50n, 100n, 500n];

const isOn = (auto: AutoRefill | null | undefined) => auto?.state === 'on' || auto?.state === 'suspended';

/** One line on the card of a SIM or wallet: whether it refills itself. */
export function AutoState({ of }: { of: string }) {
  const { words, format } = useSpoken();
  const auto = useRead('autos', getAutos).data?.items.find((one) => (one.sim ?? one.wallet) === of && isOn(one));
  if (!auto) return words.auto.off;
  if (auto.state === 'suspended') return words.auto.suspended;
  return words.auto.on(
    auto.below === null ? format.bytes(auto.belowBytes ?? '0') : format.money(auto.below, auto.currency),
  );
}

/** The auto-refill of a SIM: when, which refill, and who pays; on or off. */
export function AutoScreen({ me, sim: id }: { me: Me; sim: string }) {
  const { words, format } = useSpoken();
  const sims = useRead('sims', getSims);
  const wallets = useRead('wallets', getWallets);
  const { cards, auto, ready, waits } = useSetting([sims, wallets], id, '');
  const sim = sims.data?.items.find((one) => one.id === id);
  if (!ready || !sim || !wallets.data) return waits;
  const mb = BigInt(me.unitBase) ** 2n;
  const below = auto?.belowBytes ?? String(100n * mb);
  const belows = [...new Set([...thresholds.map((many) => String(many * mb)), below])];
  const refill = sim.refills.find((one) => one.id === auto?.refill) ?? sim.refills[0];
  return (
    <Screen title={words.auto.title} back="">
      <p className="lead">{words.auto.lead}</p>
      <Setting
        key={auto?.state ?? 'none'}
        {...{ me, of: id, auto }}
        own={[
          ...(cards ? (['own_card'] as const) : []),
          ...(wallets.data.items.length ? (['own_wallet'] as const) : []),
        ]}
        needs={words.auto.needs}
        below={{ now: below, all: belows.map((bytes) => [bytes, format.bytes(bytes)]) }}
        buy={{
          now: refill?.id ?? '',
          all: sim.refills.map((one) => [one.id, format.bytes(one.amountBytes), format.money(one.price, one.currency)]),
        }}
        save={(below, refill, payers) => setAuto(id, { below, refill, payers })}
        stop={() => switchOffAuto(id)}
      />
    </Screen>
  );
}

/** The auto-refill of one's wallet: below which amount, how much comes, by one's stored card; on or off. */
export function WalletAutoScreen({ me }: { me: Me }) {
  const { words, format } = useSpoken();
  const wallets = useRead('wallets', getWallets);
  const wallet = wallets.data?.items[0];
  const amounts = useRead(wallet ? `amounts ${wallet.currency}` : null, () => getAmounts(wallet!.currency));
  const { cards, auto, ready, waits } = useSetting([wallets, amounts], wallet?.id, 'wallet');
  const offered = amounts.data?.items[0];
  if (!ready || !wallet || !offered) return waits;
  const money = (amount: string) => format.money(amount, wallet.currency);
  const presets = offered.presets.length > 0 ? offered.presets : [offered.minimum];
  const below = auto?.below ?? presets[0]!;
  const amount = auto ? (auto.amount ?? upTo) : (presets[1] ?? presets[0]!);
  const belows = [...new Set([...presets.slice(0, 3), below])];
  const buys = [...new Set([...presets, amount])];
  return (
    <Screen title={words.auto.title} back="wallet">
      <p className="lead">{words.auto.leadWallet}</p>
      <Setting
        key={auto?.state ?? 'none'}
        {...{ me, of: wallet.id, auto }}
        own={cards ? ['own_card'] : []}
        needs={words.auto.needsCard}
        below={{ now: below, all: belows.map((one) => [one, money(one)]) }}
        buy={{
          now: amount,
          all: buys.map((one) => [one, one === upTo ? words.auto.upTo(money(auto?.upTo ?? '0')) : money(one)]),
        }}
        save={(below, size, payers) =>
          setWalletAuto(wallet.id, { below, ...(size === upTo ? { upTo: auto!.upTo! } : { amount: size }), payers })
        }
        stop={() => switchOffWalletAuto(wallet.id)}
      />
    </Screen>
  );
}

/** Chosen in place of an amount, where somebody has set that it is filled up. */
const upTo = 'up to';

type Waiting = { error: unknown; data: unknown; again: () => void };

/** What both screens read: whether a card is stored, and what is set; and what stands there meanwhile. */
function useSetting(reads: Waiting[], of: string | undefined, back: string) {
  const { words } = useSpoken();
  const cards = useRead('cards', getCards);
  const autos = useRead('autos', getAutos);
  const all = [...reads, cards, autos];
  const ready = all.every(({ data }) => data !== undefined);
  const waits = (
    <Screen title={words.auto.title} back={back}>
      {ready ? (
        <Notice tone="blue">{words.notThere}</Notice>
      ) : (
        <Waits error={all.find(({ error }) => error)?.error} again={() => all.map(({ again }) => again())} />
      )}
    </Screen>
  );
  const auto = autos.data?.items.find((one) => (one.sim ?? one.wallet) === of && isOn(one)) ?? null;
  return { cards: cards.data?.items.some(({ state }) => state === 'active') ?? false, auto, ready, waits };
}

/** What can be chosen: its value, what it is called, and what stands beside. */
type Choices = { now: string; all: [value: string, label: string, aside?: string][] };

function Setting(props: {
  me: Me;
  of: string;
  auto: AutoRefill | null;
  own: readonly Payer[];
  needs: string;
  below: Choices;
  buy: Choices;
  save: (below: string, buy: string, payers: Payer[]) => Promise<unknown>;
  stop: () => Promise<unknown>;
}) {
  const { me, auto, own, below, buy } = props;
  const { words } = useSpoken();
  const [low, setLow] = useState(below.now);
  const [size, setSize] = useState(buy.now);
  const [payer, setPayer] = useState<Payer | undefined>(own.find((one) => auto?.payers[0] === one) ?? own[0]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async (what: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    await what().catch(setError);
    setBusy(false);
    changed('autos');
  };
  // The one that is chosen comes first, and another steps in where it cannot pay.
  const save = () => act(() => props.save(low, size, [payer!, ...own.filter((one) => one !== payer)]));
  return (
    <>
      <Standing {...{ auto, busy, of: props.of }} onResume={() => act(() => resumeAuto(auto!.id))} />
      {own.length === 0 && (
        <>
          <Notice tone="blue">{props.needs}</Notice>
          {me.permissions.includes('payments.card.edit') && (
            <button type="button" className="button" onClick={() => go('account')}>
              {words.account.addCard}
            </button>
          )}
        </>
      )}
      <Pick name="below" title={words.auto.below} choices={below} now={low} onPick={setLow} />
      <Pick name="buy" title={words.auto.buy} choices={buy} now={size} onPick={setSize} />
      {own.length > 0 && (
        <Pick
          name="payer"
          title={words.auto.payer}
          choices={{
            now: '',
            all: own.map((one) => [one, one === 'own_card' ? words.auto.card : words.auto.wallet]),
          }}
          now={payer ?? ''}
          onPick={(one) => setPayer(one as Payer)}
        />
      )}
      {error !== null && (
        <Notice tone="red">
          <Why error={error} />
        </Notice>
      )}
      {me.permissions.includes('autorefill.setting.edit') && (
        <>
          <button type="button" className="button first" disabled={busy || !payer || size === ''} onClick={save}>
            {auto ? words.auto.change : words.auto.save}
          </button>
          {auto && (
            <button type="button" className="button" disabled={busy} onClick={() => act(props.stop)}>
              {words.auto.stop}
            </button>
          )}
        </>
      )}
    </>
  );
}

/** How it stands: who pays where that is not one's own affair, what it waits for, and why it stopped. */
function Standing(props: { auto: AutoRefill | null; of: string; busy: boolean; onResume: () => void }) {
  const { auto, of, busy, onResume } = props;
  const { words } = useSpoken();
  const asks = useRead('payments', getPayments).data?.items.find(
    (one) => one.subject === of && one.state === 'action_needed',
  );
  return (
    <>
      {auto?.state === 'suspended' && (
        <>
          <Notice tone="amber">{words.auto.suspendedWhy}</Notice>
          <button type="button" className="button" disabled={busy} onClick={onResume}>
            {words.auto.resume}
          </button>
        </>
      )}
      {auto && asks && (
        <>
          <Notice tone="amber">{words.auto.asks}</Notice>
          <button type="button" className="button" onClick={() => go(`payment/${asks.id}`)}>
            {words.refill.goOn}
          </button>
        </>
      )}
      {auto?.payers.some((one) => one.startsWith('company')) && <Notice tone="blue">{words.auto.company}</Notice>}
    </>
  );
}

function Pick(props: {
  name: string;
  title: ReactNode;
  choices: Choices;
  now: string;
  onPick: (value: string) => void;
}) {
  // Short ones stand beside each other: the button below them is in sight then.
  const short = props.choices.all.every(([, label, aside]) => !aside && label.length <= 10);
  return (
    <fieldset className={short ? 'choices slim beside' : 'choices slim'}>
      <legend>{props.title}</legend>
      {props.choices.all.map(([value, label, aside]) => (
        <label key={value} className="choice">
          <input type="radio" name={props.name} checked={props.now === value} onChange={() => props.onPick(value)} />
          <span className="figures">{label}</span>
          {aside && <span className="figures">{aside}</span>}
        </label>
      ))}
    </fieldset>
  );
}
