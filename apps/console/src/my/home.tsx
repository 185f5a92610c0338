import { getSims, getWallets, type Me, type Sim } from './api.ts';
import { AutoState } from './auto.tsx';
import { useRead } from './data.ts';
import { Badge, Notice, Row, Screen, type Tone, Waits } from './parts.tsx';
import { go } from './place.ts';
import { Ring } from './ring.tsx';
import { stoppedWords, useSpoken } from './words.ts';

/** While somebody looks, what is left is read again so often. */
const freshMs = 15_000;

const tones: Record<Sim['state'], Tone> = { working: 'green', waiting: 'blue', stopped: 'red', off: 'grey' };

/** What is left, on each SIM. */
export function HomeScreen({ me }: { me: Me }) {
  const { words, format } = useSpoken();
  const { data, error, again } = useRead('sims', getSims, freshMs);
  const wallets = useRead('wallets', getWallets);
  const wallet = wallets.data?.items[0];
  return (
    <Screen title={me.organization}>
      {!data && <Waits error={error} again={again} />}
      {data && Boolean(error) && <Notice tone="amber">{words.offline}</Notice>}
      {data?.items.length === 0 && (
        <Notice tone="blue" title={words.sim.none}>
          {words.sim.noneMore}
        </Notice>
      )}
      {data?.items.map((sim) => (
        <SimCard key={sim.id} sim={sim} mayPay={me.permissions.includes('payments.payment.create')} />
      ))}
      {wallet && (
        <button type="button" className="sheet line" onClick={() => go('wallet')}>
          <span>{words.wallet.has}</span>
          <strong className="figures">{format.money(wallet.remaining, wallet.currency)}</strong>
        </button>
      )}
      {data && <p className="fine">{words.sim.asOf(format.moment(data.asOf))}</p>}
    </Screen>
  );
}

function SimCard({ sim, mayPay }: { sim: Sim; mayPay: boolean }) {
  const { words, format } = useSpoken();
  const name = sim.name ?? sim.msisdn ?? `…${sim.iccid.slice(-6)}`;
  const stopped = sim.state === 'stopped' ? stoppedWords(words, sim) : null;
  return (
    <section className="sheet" aria-label={name}>
      <div className="sim-head">
        <div>
          <h2>{name}</h2>
          {sim.plan && <p className="fine">{sim.plan.name}</p>}
        </div>
        <Badge tone={tones[sim.state]}>{words.sim.state[sim.state]}</Badge>
      </div>
      {stopped && (
        <Notice tone="red" title={stopped[0]}>
          {stopped[1]}
        </Notice>
      )}
      {sim.state === 'off' && <p className="fine">{words.sim.off}</p>}
      <Ring left={sim.leftBytes} bought={sim.boughtBytes} days={<Days sim={sim} />} />
      <dl className="rows">
        <Row name={words.sim.today}>{format.bytes(atLeastNothing(sim.usedTodayBytes))}</Row>
        <Row name={words.sim.seen}>
          {sim.online ? words.sim.online : sim.lastSeenAt ? format.moment(sim.lastSeenAt) : words.sim.never}
        </Row>
      </dl>
      {sim.refills.length > 0 && (
        <button type="button" className="entry" onClick={() => go(`auto/${sim.id}`)}>
          <span>{words.auto.title}</span>
          <span className="fine">
            <AutoState of={sim.id} /> ›
          </span>
        </button>
      )}
      {mayPay && sim.refills.length > 0 && (
        <button type="button" className="button first" onClick={() => go(`refill/${sim.id}`)}>
          {words.sim.refill}
        </button>
      )}
    </section>
  );
}

function Days({ sim }: { sim: Sim }) {
  const { words, format } = useSpoken();
  if (sim.validUntil === null || sim.daysLeft === null) {
    return sim.validityDays === null ? null : words.sim.daysOnRefill(sim.validityDays);
  }
  const days = sim.daysLeft === 0 ? words.sim.lastDay : words.sim.days(sim.daysLeft);
  return `${days}, ${words.sim.until(format.day(sim.validUntil))}`;
}

/** A correction may have taken back more than was used. */
function atLeastNothing(bytes: string): string {
  return bytes.startsWith('-') ? '0' : bytes;
}
