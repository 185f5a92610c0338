import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { cancelPlanChange } from '../api/assignments.ts';
import type { Sim } from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { organizationNow } from '../format/organization.ts';
import { planTypeWords } from '../format/words.ts';
import type { DialogKind } from '../inventory/sim-dialog.tsx';
import { useAction } from '../ui/actions.ts';
import { Fact, Facts, Panel } from '../ui/page.tsx';
import { Ticking } from '../ui/ticking.tsx';
import { Time } from '../ui/time.tsx';
import './periods.css';

/** What the SIM is on, what is to come, and what can be done about it. */
export function PlanPanel({ sim, onDialog }: { sim: Sim; onDialog: (kind: DialogKind) => void }) {
  const may = useMay();
  const me = useMe();
  const { plan, prepaid, period } = sim;
  const assigns = may('periods.plan.assign') && me.actor.companyId === null && sim.lifecycle !== 'archived';
  const refills = prepaid !== null && may('payments.payment.create') && sim.lifecycle !== 'archived';
  const grants = prepaid !== null && may('periods.refill.grant') && me.actor.companyId === null;
  return (
    <Panel title="Plan" aside={plan && planTypeWords[plan.type]}>
      <div className="plan-card">
        {plan ? (
          <Facts>
            <Fact name="On">
              {may('catalog.plan.view') ? (
                <Link to="/plans/$id" params={{ id: plan.id }} className="link">
                  {plan.name}
                </Link>
              ) : (
                plan.name
              )}
            </Fact>
            {sim.planSince && (
              <Fact name="Since">
                <Time at={sim.planSince} />
              </Fact>
            )}
            {prepaid && <Balance prepaid={prepaid} />}
            {!prepaid && period?.state === 'open' && period.endsAt && (
              <Fact name="Period ends">
                <Time at={period.endsAt} /> <Countdown at={period.endsAt} />
              </Fact>
            )}
          </Facts>
        ) : (
          <p className="dim">
            {sim.lifecycle === 'archived' ? 'None any more.' : 'None. Without one it can have no data.'}
          </p>
        )}
        {prepaid && may('payments.payment.view') && (
          <Link to="/transactions" search={{ sim: sim.id }} className="link">
            What was paid for it
          </Link>
        )}
        {sim.planChange && <Coming sim={sim} change={sim.planChange} mayCancel={assigns} />}
        {(assigns || refills || grants) && (
          <div className="plan-actions">
            {refills && (
              <Button size="xs" onClick={() => onDialog('refill')}>
                Refill
              </Button>
            )}
            {assigns && (
              <Button size="xs" variant="default" onClick={() => onDialog('plan')}>
                {plan ? 'Change the plan' : 'Assign a plan'}
              </Button>
            )}
            {((assigns && plan) || grants) && (
              <Menu position="bottom-start">
                <Menu.Target>
                  <Button size="xs" variant="subtle" color="gray" rightSection={<IconChevronDown size={14} />}>
                    More
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {grants && <Menu.Item onClick={() => onDialog('grant')}>Give a refill</Menu.Item>}
                  {assigns && plan && (
                    <Menu.Item color="var(--red)" onClick={() => onDialog('end_plan')}>
                      End the plan
                    </Menu.Item>
                  )}
                </Menu.Dropdown>
              </Menu>
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

/** What was bought and is left, and for how long. */
function Balance({ prepaid }: { prepaid: NonNullable<Sim['prepaid']> }) {
  const owing = prepaid.balanceBytes.startsWith('-');
  return (
    <>
      <Fact name="Balance">
        {owing ? (
          <span className="warn">{bytes(prepaid.balanceBytes.slice(1))} overused: taken from the next refill</span>
        ) : (
          bytes(prepaid.balanceBytes)
        )}
      </Fact>
      <Fact name="Valid">
        {prepaid.validUntil ? (
          <>
            until <Time at={prepaid.validUntil} /> <Countdown at={prepaid.validUntil} />
          </>
        ) : (
          `${prepaid.validityDays} days from the first usage, or the next refill`
        )}
      </Fact>
    </>
  );
}

/** `12 d 4 h`, counting down. */
function Countdown({ at }: { at: string }) {
  return (
    <span className="dim tabular">
      <Ticking>{() => <>({left(new Date(at).getTime() - organizationNow())} left)</>}</Ticking>
    </span>
  );
}

function left(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** The change that waits for the end of the period. */
function Coming({ sim, change, mayCancel }: { sim: Sim; change: NonNullable<Sim['planChange']>; mayCancel: boolean }) {
  const cancel = useAction(() => cancelPlanChange(sim.id), {
    changes: ['sim', 'sims'],
    done: 'The change is taken back.',
  });
  return (
    <div className="notice notice-blue plan-coming">
      <p>
        {change.plan ? (
          <>
            <strong>{change.plan.name}</strong>
            {change.pool && ` in the pool ${change.pool.name}`} begins
          </>
        ) : (
          <strong>The plan ends</strong>
        )}
        {change.at && (
          <>
            {' '}
            on <Time at={change.at} />
          </>
        )}
        . <span className="dim">Asked for by {change.askedBy}.</span>
      </p>
      {mayCancel && (
        <button type="button" className="as-link" disabled={cancel.isPending} onClick={() => cancel.mutate(undefined)}>
          Take it back
        </button>
      )}
    </div>
  );
}
