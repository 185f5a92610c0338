import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { getSim, type Sim } from '../api/sims.ts';
import { useMay } from '../app/session.ts';
import { AutoRefillPanel } from '../autorefill/panel.tsx';
import { bytes } from '../format/bytes.ts';
import { blockWords, iccidGroups } from '../format/words.ts';
import { PlanPanel } from '../periods/sim-plan.tsx';
import { Copy } from '../ui/copy.tsx';
import { ExplainButton } from '../ui/explain/button.tsx';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Online, Status } from '../ui/status.tsx';
import { Ago, Live, Time } from '../ui/time.tsx';
import { DiagnosisPanel } from './sim-diagnosis.tsx';
import { type DialogKind, SimDialog } from './sim-dialog.tsx';
import { History } from './sim-history.tsx';
import { Identity } from './sim-identity.tsx';
import { refillLifts, SimMenu } from './sim-menu.tsx';
import { LimitPanel, PeriodPanel } from './sim-money.tsx';
import { UsagePanel } from './sim-usage.tsx';
import './inventory.css';
import './sim.css';

export function SimPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['sim', id, 'row'], queryFn: () => getSim(id), placeholderData: undefined });
  const [dialog, setDialog] = useState<DialogKind | null>(null);
  const sim = query.data;
  if (!sim) {
    return (
      <>
        <PageHead title="SIM" />
        <Body>
          <Pending query={query} lines={8} />
        </Body>
      </>
    );
  }
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/sims" className="plain">
          SIMs
        </Link>
      </nav>
      <PageHead
        tab={sim.uniqueName ?? sim.iccid}
        title={
          <span className="sim-title">
            {sim.uniqueName && <span className="break">{sim.uniqueName}</span>}
            <Copy text={sim.iccid} label="ICCID">
              <span className={sim.uniqueName ? 'sim-iccid-small' : ''}>{iccidGroups(sim.iccid)}</span>
            </Copy>
          </span>
        }
        note={
          <span className="sim-status">
            <Status status={sim.status} reason={sim.statusReason} />
            <Live updatedAt={query.dataUpdatedAt} />
          </span>
        }
      >
        <SimMenu sim={sim} onDialog={setDialog} />
      </PageHead>
      <Body>
        <Why sim={sim} onDialog={setDialog} />
        <div className="sim">
          <div className="sim-is">
            <Identity sim={sim} onDialog={setDialog} />
          </div>
          <div className="sim-does">
            <DiagnosisPanel sim={sim} onDialog={setDialog} />
            <SessionPanel sim={sim} />
            <UsagePanel sim={sim} />
          </div>
          <div className="sim-costs">
            <PlanPanel sim={sim} onDialog={setDialog} />
            <LimitPanel sim={sim} onDialog={setDialog} />
            {sim.prepaid && (
              <AutoRefillPanel
                subject={`sims/${sim.id}`}
                noun={['sim', sim.id]}
                currency={sim.prepaid.refills[0]?.currency ?? ''}
                options={sim.prepaid.refills}
              />
            )}
            <PeriodPanel sim={sim} />
          </div>
          <div className="sim-history">
            <History sim={sim} />
          </div>
        </div>
      </Body>
      {dialog && <SimDialog kind={dialog} sim={sim} onClose={() => setDialog(null)} />}
    </>
  );
}

/** Every stop says why, since when, by whom and what lifts it. */
function Why({ sim, onDialog }: { sim: Sim; onDialog: (kind: DialogKind) => void }) {
  const refills = useMay()('payments.payment.create') && sim.prepaid !== null;
  const { suspension, blocksDetail, carrier } = sim;
  if (!suspension && blocksDetail.length === 0 && !carrier.outstanding && sim.status !== 'Invalid') return null;
  return (
    <div className="whys">
      {suspension && (
        <p className="notice notice-red">
          <strong>Suspended</strong> <Time at={suspension.openedAt} /> by {suspension.openedBy}
          {suspension.reason && <>: {suspension.reason}</>}. Resuming lifts it.
        </p>
      )}
      {blocksDetail.map((block) => (
        <p key={block.id} className="notice notice-red">
          <strong>{block.text.replace(/\.$/, '') || blockWords[block.reason]}</strong> since{' '}
          <Time at={block.openedAt} />
          {block.openedBy && <>, by {block.openedBy}</>}. What lifts it: {lower(block.liftedBy)}{' '}
          {refills && refillLifts(block.reason) && (
            <button type="button" className="as-link" onClick={() => onDialog('refill')}>
              Refill it
            </button>
          )}{' '}
          <ExplainButton id={block.id} what="this block" />
        </p>
      ))}
      {carrier.outstanding && (
        <p className="notice notice-amber">
          <strong>{sim.telecom.name}</strong> has been asked for {carrier.outstanding.want ?? carrier.outstanding.kind}{' '}
          <Ago at={carrier.outstanding.since} /> and has not confirmed it yet
          {carrier.outstanding.attempts > 1 && <>, after {carrier.outstanding.attempts} attempts</>}.
        </p>
      )}
      {sim.status === 'Invalid' && (
        <p className="notice notice-red">
          <strong>{sim.telecom.name}</strong> rejects this SIM{carrier.linkReason && <>: {carrier.linkReason}</>}.
        </p>
      )}
    </div>
  );
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function SessionPanel({ sim }: { sim: Sim }) {
  const may = useMay();
  const { session } = sim;
  if (!may('usage.record.view')) return null;
  return (
    <Panel
      title={session && session.state !== 'open' ? 'Last session' : 'Session'}
      aside={<Online online={sim.online} />}
    >
      {session ? (
        <div className="session">
          <Facts>
            <Fact name="Network">{networkOf(session)}</Fact>
            <Fact name="Access">{[session.rat, session.apn].filter(Boolean).join(' · ') || <None>unknown</None>}</Fact>
            <Fact name="IP address">
              {session.framedIp ? <Copy text={session.framedIp} label="IP address" /> : <None>unknown</None>}
            </Fact>
          </Facts>
          <Facts>
            <Fact name="Started">
              <Time at={session.startedAt} />
            </Fact>
            <Fact name="Data">
              {bytes(session.bytesUp)} up · {bytes(session.bytesDown)} down
            </Fact>
            {session.endedAt ? (
              <Fact name="Ended">
                <Time at={session.endedAt} />
                {session.terminateText && <div className="dim">{session.terminateText}</div>}
              </Fact>
            ) : (
              <Fact name="Last heard">
                <Ago at={session.lastEventAt} />
              </Fact>
            )}
          </Facts>
        </div>
      ) : (
        <p className="dim">
          {sim.online === null
            ? 'This telecom does not tell about sessions.'
            : sim.lastSeenAt
              ? 'No session now. The device is detached or between sessions.'
              : 'There has never been a session.'}{' '}
          {sim.lastSeenAt && (
            <>
              Last seen <Ago at={sim.lastSeenAt} />.
            </>
          )}
        </p>
      )}
    </Panel>
  );
}

function networkOf({
  networkName,
  plmn,
  country,
}: {
  networkName: string | null;
  plmn: string | null;
  country: string | null;
}) {
  if (!networkName && !plmn) return <None>unknown</None>;
  return (
    <>
      {networkName ?? 'Unnamed network'}
      {country && <>, {country}</>} {plmn && <span className="dim mono">{plmn}</span>}
    </>
  );
}
