import { useState } from 'react';
import {
  type AutoRefill,
  getAutos,
  getCards,
  getSims,
  getWallets,
  type Me,
  type Payer,
  resumeAuto,
  type Sim,
  setAuto,
  switchOffAuto,
} from './api.ts';
import { changed, useRead } from './data.ts';
import { Notice, Screen, Waits, Why } from './parts.tsx';
import { useSpoken } from './words.ts';

/** Thresholds to choose from, in MB of the organization's unit base. */
const thresholds = [50n, 100n, 500n];

/** One line on a SIM's card: whether it refills itself. */
export function AutoState({ sim }: { sim: string }) {
  const { words, format } = useSpoken();
  const auto = useRead('autos', getAutos).data?.items.find((one) => one.sim === sim);
  if (!auto || auto.state === 'off') return words.auto.off;
  return auto.state === 'suspended' ? words.auto.suspended : words.auto.on(format.bytes(auto.belowBytes ?? '0'));
}

/** The auto-refill of a SIM: when, what, and who pays; on or off. */
export function AutoScreen({ me, sim: id }: { me: Me; sim: string }) {
  const { words } = useSpoken();
  const sims = useRead('sims', getSims);
  const cards = useRead('cards', getCards);
  const wallets = useRead('wallets', getWallets);
  const autos = useRead('autos', getAutos);
  const sim = sims.data?.items.find((one) => one.id === id);
  if (!sim || !cards.data || !wallets.data || !autos.data) {
    const reads = [sims, cards, wallets, autos];
    return (
      <Screen title={words.auto.title} back="">
        <Waits error={reads.find(({ error }) => error)?.error} again={() => reads.map(({ again }) => again())} />
      </Screen>
    );
  }
  const own: Payer[] = [
    ...(cards.data.items.some(({ state }) => state === 'active') ? (['own_card'] as const) : []),
    ...(wallets.data.items.length > 0 ? (['own_wallet'] as const) : []),
  ];
  const auto = autos.data.items.find((one) => one.sim === id) ?? null;
  return (
    <Screen title={words.auto.title} back="">
      <p className="lead">{words.auto.lead}</p>
      <Setting key={auto?.state ?? 'none'} {...{ me, sim, own, auto }} />
    </Screen>
  );
}

function Setting(props: { me: Me; sim: Sim; own: Payer[]; auto: AutoRefill | null }) {
  const { me, sim, own, auto } = props;
  const { words, format } = useSpoken();
  const mb = BigInt(me.unitBase) ** 2n;
  const [below, setBelow] = useState(auto?.belowBytes ?? String(100n * mb));
  const [refill, setRefill] = useState(auto?.refill ?? sim.refills[0]?.id ?? '');
  const [payer, setPayer] = useState<Payer | undefined>(own.find((one) => auto?.payers[0] === one) ?? own[0]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const on = auto !== null && auto.state !== 'off';
  const byCompany = on && auto.payers.some((one) => one.startsWith('company'));
  const offered = [...new Set([...thresholds.map((many) => String(many * mb)), below])];
  const act = async (what: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    await what().catch(setError);
    setBusy(false);
    changed('autos');
  };
  // The one that is chosen comes first, and another steps in where it cannot pay.
  const save = () =>
    act(() => setAuto(sim.id, { below, refill, payers: [payer!, ...own.filter((one) => one !== payer)] }));
  return (
    <>
      {auto?.state === 'suspended' && (
        <>
          <Notice tone="amber">{words.auto.suspendedWhy}</Notice>
          <button type="button" className="button" disabled={busy} onClick={() => act(() => resumeAuto(auto.id))}>
            {words.auto.resume}
          </button>
        </>
      )}
      {byCompany && <Notice tone="blue">{words.auto.company}</Notice>}
      {own.length === 0 && <Notice tone="blue">{words.auto.needs}</Notice>}
      <fieldset className="choices slim">
        <legend>{words.auto.below}</legend>
        {offered.map((bytes) => (
          <label key={bytes} className="choice">
            <input type="radio" name="below" checked={below === bytes} onChange={() => setBelow(bytes)} />
            <span className="figures">{format.bytes(bytes)}</span>
          </label>
        ))}
      </fieldset>
      <fieldset className="choices slim">
        <legend>{words.auto.buy}</legend>
        {sim.refills.map((one) => (
          <label key={one.id} className="choice">
            <input type="radio" name="refill" checked={refill === one.id} onChange={() => setRefill(one.id)} />
            <span className="figures">{format.bytes(one.amountBytes)}</span>
            <span className="figures">{format.money(one.price, one.currency)}</span>
          </label>
        ))}
      </fieldset>
      {own.length > 0 && (
        <fieldset className="choices slim">
          <legend>{words.auto.payer}</legend>
          {own.map((one) => (
            <label key={one} className="choice">
              <input type="radio" name="payer" checked={payer === one} onChange={() => setPayer(one)} />
              <span>{one === 'own_card' ? words.auto.card : words.auto.wallet}</span>
            </label>
          ))}
        </fieldset>
      )}
      {error !== null && (
        <Notice tone="red">
          <Why error={error} />
        </Notice>
      )}
      {me.permissions.includes('autorefill.setting.edit') && (
        <>
          <button type="button" className="button first" disabled={busy || !payer || refill === ''} onClick={save}>
            {on ? words.auto.change : words.auto.save}
          </button>
          {on && (
            <button type="button" className="button" disabled={busy} onClick={() => act(() => switchOffAuto(sim.id))}>
              {words.auto.stop}
            </button>
          )}
        </>
      )}
    </>
  );
}
