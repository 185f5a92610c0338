import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getDataLimit, type Period, type Sim } from '../api/sims.ts';
import { useMay } from '../app/session.ts';
import { bytes, share } from '../format/bytes.ts';
import { exactMoney, money } from '../format/money.ts';
import { duration, messages } from '../format/usage.ts';
import { feeWords, sentence } from '../format/words.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Meter } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import type { DialogKind } from './sim-dialog.tsx';

const from = { sim: 'the SIM’s own', fleet: 'from its fleet', plan: 'from its plan', pool: 'of its pool' } as const;

/** What is left: of the limit and of the allowance, in bytes and days. */
export function LimitPanel({ sim, onDialog }: { sim: Sim; onDialog: (kind: DialogKind) => void }) {
  const may = useMay();
  const query = useQuery({ queryKey: ['sim', sim.id, 'limit'], queryFn: () => getDataLimit(sim.id) });
  const limit = query.data;
  const { period } = sim;
  const allowance = period?.allowanceBytes ?? null;
  return (
    <Panel
      title="Data"
      aside={
        sim.daysLeft !== null &&
        period?.state === 'open' &&
        period.kind === 'active' && <span>{sim.daysLeft === 1 ? '1 day left' : `${sim.daysLeft} days left`}</span>
      }
    >
      {limit ? (
        <div className="left">
          <div>
            <span className="left-value">{bytes(sim.usedBytes)}</span>{' '}
            <span className="dim">used in this {period?.kind === 'ready' ? 'ready period' : 'period'}</span>
          </div>
          {limit.limitBytes !== null && (
            <div className="left-line">
              <Meter
                value={share(limit.usedBytes, limit.limitBytes)}
                label={`${limit.percentage}% of the data limit`}
              />
              <div className="left-words">
                <span>
                  {limit.percentage}% of {bytes(limit.limitBytes)}
                </span>
                <span className="dim">limit, {from[limit.limitFrom ?? 'sim']}</span>
              </div>
              {limit.reached && limit.resetsAt && (
                <p className="warn">
                  Reached. Data flows again <Time at={limit.resetsAt} />.
                </p>
              )}
            </div>
          )}
          {allowance !== null && period && (
            <div className="left-line">
              <Meter value={share(period.usedBytes, allowance)} label="Part of the allowance that is used" />
              <div className="left-words">
                <span>{period.leftBytes === null ? '' : `${bytes(period.leftBytes)} left`}</span>
                <span className="dim">
                  of {bytes(allowance)} {sim.prepaid ? 'bought' : 'allowance'}
                </span>
              </div>
            </div>
          )}
          {sim.pool && <Shared pool={sim.pool} />}
          {limit.limitBytes === null && allowance === null && !sim.pool && (
            <p className="dim">There is no limit and no allowance.</p>
          )}
          {may('inventory.sim.edit') && sim.lifecycle !== 'archived' && (
            <div>
              <Button size="xs" variant="default" onClick={() => onDialog('limit')}>
                {limit.reached && limit.limitFrom !== 'pool' ? 'Raise the limit' : 'Set a limit'}
              </Button>
            </div>
          )}
        </div>
      ) : (
        <Pending query={query} lines={2} />
      )}
    </Panel>
  );
}

/** What it may use together with the others of its pool. */
function Shared({ pool }: { pool: NonNullable<Sim['pool']> }) {
  const used = (BigInt(pool.allowanceBytes) - BigInt(pool.leftBytes)).toString();
  return (
    <div className="left-line">
      <Meter
        value={pool.allowanceBytes === '0' ? 0 : share(used, pool.allowanceBytes)}
        label="Part of the pool’s balance that is used"
      />
      <div className="left-words">
        <span>
          {bytes(pool.leftBytes)} left for {pool.daysLeft === 1 ? '1 day' : `${pool.daysLeft} days`}
        </span>
        <span className="dim">
          of {bytes(pool.allowanceBytes)} in{' '}
          <Link to="/pools/$id" params={{ id: pool.id }} className="link">
            {pool.name}
          </Link>
        </span>
      </div>
    </div>
  );
}

/** What it costs: the running period, with every fee and the charge for usage. */
export function PeriodPanel({ sim }: { sim: Sim }) {
  const may = useMay();
  if (!may('periods.period.view')) return null;
  const { period } = sim;
  return (
    <Panel title="Billing period" aside={period && <span>{period.kind === 'ready' ? 'Ready, free' : 'Active'}</span>}>
      {period ? (
        <>
          <PeriodCost period={period} />
          {may('charging.charge.view') && (
            <Link to="/what-if" search={{ sim: sim.id }} className="link">
              Try other plans
            </Link>
          )}
        </>
      ) : (
        <p className="dim">
          {sim.lifecycle === 'blank'
            ? 'None yet. A blank SIM costs nothing; making it ready opens a free period.'
            : 'None is running. The next one starts when the SIM is activated.'}
        </p>
      )}
    </Panel>
  );
}

function PeriodCost({ period }: { period: Period }) {
  const { currency } = period;
  return (
    <table className="plain-table cost">
      <caption className="dim">
        <Time at={period.startsAt} /> to {period.endsAt ? <Time at={period.endsAt} /> : 'the first paid usage'}
        <br />
        {period.planName}, version {period.planVersion}
      </caption>
      <tbody>
        {period.fees.map((fee) => (
          <tr key={fee.id}>
            <td>{feeWords[fee.kind] ?? sentence(fee.kind)}</td>
            <td className="right nowrap">
              {money(fee.amount, currency)}{' '}
              <ExplainButton id={fee.id} what={(feeWords[fee.kind] ?? sentence(fee.kind)).toLowerCase()} />
            </td>
          </tr>
        ))}
        <tr>
          <td>
            Usage, {bytes(period.usedBytes)}
            {period.messages !== '0' && `, ${messages(period.messages)}`}
            {period.seconds !== '0' && `, ${duration(period.seconds)} of calls`}
          </td>
          <td className="right nowrap" title={exactMoney(period.charge, currency)}>
            {money(period.charge, currency)}
          </td>
        </tr>
        {/[1-9]/.test(period.adjusted) && (
          <tr>
            <td>Corrections</td>
            <td className="right nowrap" title={exactMoney(period.adjusted, currency)}>
              {money(period.adjusted, currency)}
            </td>
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <td className="strong">So far</td>
          <td className="right nowrap strong" title={exactMoney(period.total, currency)}>
            {money(period.total, currency)} <ExplainButton id={period.id} what="this period" />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
