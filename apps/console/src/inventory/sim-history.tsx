import { Button, Tabs } from '@mantine/core';
import { useState } from 'react';
import { type Adjustment, listAdjustments } from '../api/corrections.ts';
import {
  type BlockEntry,
  listBlocks,
  listPeriods,
  listSimSessions,
  listTimeline,
  listUsageRecords,
  type Period,
  type Sim,
  type TimelineEntry,
  type TimelineKind,
} from '../api/sims.ts';
import type { Session, UsageRecord } from '../api/usage.ts';
import { useMay } from '../app/session.ts';
import { Connections } from '../connections/of-sim.tsx';
import { bytesInColumn } from '../format/bytes.ts';
import { addAmounts, exactMoney, money } from '../format/money.ts';
import { quantity, serviceWords } from '../format/usage.ts';
import { adjustmentWords, blockWords, eventTone, sentence, timelineWords } from '../format/words.ts';
import { PlanSteps, Refills } from '../periods/sim-steps.tsx';
import { SettingsUpdates } from '../provisioning/settings.tsx';
import { ExplainButton } from '../ui/explain/button.tsx';
import { Json } from '../ui/json.tsx';
import { useAddress } from '../ui/list/state.ts';
import { None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { More, Table, usePages } from './history-table.tsx';
import { Credit } from './sim-credit.tsx';
import { Messages } from './sim-messages.tsx';

/** Everything that happened to the SIM, as one timeline or by kind. */
export function History({ sim }: { sim: Sim }) {
  const may = useMay();
  const [{ show = 'timeline' }, change] = useAddress();
  const tabs = [
    { value: 'timeline', label: 'Timeline', panel: <Timeline sim={sim} /> },
    ...(may('periods.period.view')
      ? [
          { value: 'periods', label: 'Billing periods', panel: <Periods sim={sim} /> },
          { value: 'plans', label: 'Plans', panel: <PlanSteps sim={sim} /> },
          { value: 'adjustments', label: 'Corrections', panel: <Adjustments sim={sim} /> },
        ]
      : []),
    ...(sim.prepaid && may('periods.refill.view')
      ? [{ value: 'refills', label: 'Refills', panel: <Refills sim={sim} /> }]
      : []),
    ...(may('usage.record.view')
      ? [
          {
            value: 'sessions',
            label: 'Sessions',
            panel: (
              <>
                <Sessions sim={sim} />
                <Connections sim={sim} />
              </>
            ),
          },
          { value: 'records', label: 'Usage records', panel: <Records sim={sim} /> },
        ]
      : []),
    ...(may('commands.sms.view') || may('commands.ip.view')
      ? [{ value: 'messages', label: 'Messages', panel: <Messages sim={sim} /> }]
      : []),
    ...(may('provisioning.settings_update.view')
      ? [{ value: 'settings', label: 'Settings', panel: <SettingsUpdates sim={sim} /> }]
      : []),
    { value: 'blocks', label: 'Blocks', panel: <Blocks sim={sim} /> },
  ];
  const current = tabs.some(({ value }) => value === show) ? show : 'timeline';
  return (
    <Panel flush>
      <Tabs
        value={current}
        onChange={(value) => change({ show: value === 'timeline' ? null : value })}
        keepMounted={false}
      >
        <Tabs.List className="history-tabs">
          {tabs.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ value, panel }) => (
          <Tabs.Panel key={value} value={value} className="history">
            {panel}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
}

const kinds = Object.keys(timelineWords) as TimelineKind[];

function Timeline({ sim }: { sim: Sim }) {
  const [only, setOnly] = useState<ReadonlySet<TimelineKind>>(new Set());
  const kind = only.size === 0 ? undefined : [...only].sort().join(',');
  const { query, rows } = usePages(sim, `timeline ${kind ?? ''}`, (id, page) => listTimeline(id, { ...page, kind }));
  if (!query.data) return <Pending query={query} />;
  function toggle(kind: TimelineKind): void {
    const next = new Set(only);
    if (!next.delete(kind)) next.add(kind);
    setOnly(next);
  }
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form. */}
      <div className="kinds" role="group" aria-label="Kinds of entries">
        {kinds.map((one) => (
          <button key={one} type="button" className="kind" aria-pressed={only.has(one)} onClick={() => toggle(one)}>
            {timelineWords[one]}
          </button>
        ))}
      </div>
      {rows.length === 0 ? (
        <p className="dim">{only.size === 0 ? 'Nothing has happened to this SIM yet.' : 'Nothing of this kind yet.'}</p>
      ) : (
        <ol className="timeline">
          {rows.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      <More query={query} />
    </>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const [open, setOpen] = useState(false);
  const explained = explainedBy(entry);
  return (
    <li className="entry">
      <span className={`feed-mark stack-${eventTone(entry.name)}`} aria-hidden />
      <span className="entry-when">
        <Time at={entry.at} />
      </span>
      <button type="button" className="feed-title" aria-expanded={open} onClick={() => setOpen(!open)}>
        {entry.title}
        {entry.actor && <span className="feed-detail">by {entry.actor}</span>}
      </button>
      <span className="entry-explain">{explained && <ExplainButton id={explained} what="it" />}</span>
      <span className="dim entry-kind">{timelineWords[entry.kind]}</span>
      {open && (
        <div className="entry-raw">
          <Json value={entry.detail} />
        </div>
      )}
    </li>
  );
}

/** What an entry tells of that can be explained: a fee, a refill, a correction. */
function explainedBy({ detail }: TimelineEntry): string | null {
  const found = [detail.fee, detail.refill, detail.adjustment].find(
    (id) => typeof id === 'string' && /^[a-z]{3}_/.test(id),
  );
  return typeof found === 'string' ? found : null;
}

function Periods({ sim }: { sim: Sim }) {
  const { query, rows } = usePages(sim, 'periods', listPeriods);
  if (!query.data) return <Pending query={query} />;
  if (rows.length === 0)
    return <p className="dim">No billing period yet. Making the SIM ready opens the first, free one.</p>;
  const fees = ({ fees, currency }: Period) => money(addAmounts(fees.map(({ amount }) => amount)), currency);
  return (
    <>
      <Table
        label="Billing periods"
        rows={rows}
        id={(period) => period.id}
        columns={[
          { label: 'Starts', cell: (period) => <Time at={period.startsAt} /> },
          {
            label: 'Ends',
            cell: (period) => (period.endsAt ? <Time at={period.endsAt} /> : <None>with the first paid usage</None>),
          },
          {
            label: 'Kind',
            cell: (period) => (
              <Badge tone={period.state === 'closed' ? 'grey' : period.kind === 'ready' ? 'blue' : 'green'}>
                {period.kind === 'ready' ? 'Ready' : 'Active'}, {period.state}
              </Badge>
            ),
          },
          { label: 'Plan', cell: (period) => `${period.planName} v${period.planVersion}` },
          { label: 'Used', right: true, cell: (period) => bytesInColumn(period.usedBytes) },
          { label: 'Fees', right: true, cell: fees },
          {
            label: 'Usage',
            right: true,
            cell: (period) => (
              <span title={exactMoney(period.charge, period.currency)}>{money(period.charge, period.currency)}</span>
            ),
          },
          { label: 'Corrected', right: true, cell: (period) => money(period.adjusted, period.currency) },
          {
            label: 'Total',
            right: true,
            cell: (period) => (
              <>
                <strong>{money(period.total, period.currency)}</strong>{' '}
                <ExplainButton id={period.id} what="this period" />
              </>
            ),
          },
        ]}
      />
      <More query={query} />
    </>
  );
}

function Adjustments({ sim }: { sim: Sim }) {
  const may = useMay();
  const [crediting, setCrediting] = useState(false);
  const { query, rows } = usePages<Adjustment>(sim, 'adjustments', (id, page) => listAdjustments({ ...page, sim: id }));
  if (!query.data) return <Pending query={query} />;
  return (
    <>
      {rows.length === 0 ? (
        <p className="dim">No money of this SIM was corrected. Credits and usage rated again stand here.</p>
      ) : (
        <Table
          label="Corrections"
          rows={rows}
          id={(adjustment) => adjustment.id}
          columns={[
            { label: 'Posted', cell: (adjustment) => <Time at={adjustment.at} /> },
            { label: 'Kind', cell: (adjustment) => adjustmentWords[adjustment.kind] },
            { label: 'Reason', cell: (adjustment) => adjustment.reason },
            { label: 'By', cell: (adjustment) => adjustment.by },
            {
              label: 'Amount',
              right: true,
              cell: (adjustment) => (
                <>
                  {exactMoney(adjustment.amount, adjustment.currency)}{' '}
                  <ExplainButton id={adjustment.id} what="this correction" />
                </>
              ),
            },
          ]}
        />
      )}
      {may('periods.adjustment.create') && (
        <Button size="xs" variant="default" mt="sm" onClick={() => setCrediting(true)}>
          Credit or charge
        </Button>
      )}
      <More query={query} />
      {crediting && <Credit sim={sim} onClose={() => setCrediting(false)} />}
    </>
  );
}

function Sessions({ sim }: { sim: Sim }) {
  const { query, rows } = usePages<Session>(sim, 'sessions', listSimSessions);
  if (!query.data) return <Pending query={query} />;
  if (rows.length === 0) return <p className="dim">No session yet. It shows up as soon as the device attaches.</p>;
  return (
    <>
      <Table
        label="Sessions"
        rows={rows}
        id={(session) => session.id}
        columns={[
          { label: 'Started', cell: (session) => <Time at={session.startedAt} /> },
          {
            label: 'Ended',
            cell: (session) =>
              session.endedAt ? (
                <Time at={session.endedAt} />
              ) : (
                <Badge tone={session.state === 'stale' ? 'amber' : 'green'}>
                  {session.state === 'stale' ? 'Silent' : 'Open'}
                </Badge>
              ),
          },
          { label: 'Network', cell: (session) => session.networkName ?? session.plmn ?? <None>unknown</None> },
          { label: 'Country', cell: (session) => session.country ?? <None>unknown</None> },
          {
            label: 'Access',
            cell: (session) => [session.rat, session.apn].filter(Boolean).join(' · ') || <None>unknown</None>,
          },
          { label: 'Up', right: true, cell: (session) => bytesInColumn(session.bytesUp) },
          { label: 'Down', right: true, cell: (session) => bytesInColumn(session.bytesDown) },
        ]}
      />
      <More query={query} />
    </>
  );
}

function Records({ sim }: { sim: Sim }) {
  const { query, rows } = usePages<UsageRecord>(sim, 'records', listUsageRecords);
  if (!query.data) return <Pending query={query} />;
  if (rows.length === 0) return <p className="dim">No usage yet.</p>;
  return (
    <>
      <Table
        label="Usage records"
        rows={rows}
        id={(record) => record.id}
        columns={[
          {
            label: 'When',
            cell: (record) => (
              <>
                <Time at={record.occurredAt} /> {record.late && <Badge tone="amber">Late</Badge>}
              </>
            ),
          },
          { label: 'Service', cell: (record) => serviceWords[record.service] },
          {
            label: 'Network',
            cell: (record) => (
              <>
                {record.networkName ?? record.plmn ?? <None>unknown</None>}{' '}
                {record.unknownNetwork && <Badge tone="amber">Default rate</Badge>}
              </>
            ),
          },
          { label: 'From', cell: (record) => record.source },
          { label: 'Used', right: true, cell: (record) => quantity(record.service, record) },
          {
            label: 'Charge',
            right: true,
            cell: (record) => (
              <>
                {exactMoney(record.charge, record.currency)} <ExplainButton id={record.id} what="this charge" />
              </>
            ),
          },
        ]}
      />
      <More query={query} />
    </>
  );
}

function Blocks({ sim }: { sim: Sim }) {
  const { query, rows } = usePages<BlockEntry>(sim, 'blocks', listBlocks);
  if (!query.data) return <Pending query={query} />;
  if (rows.length === 0) return <p className="dim">This SIM has never been blocked.</p>;
  return (
    <>
      <Table
        label="Blocks"
        rows={rows}
        id={(block) => block.id}
        columns={[
          {
            label: 'Reason',
            cell: (block) => (
              <>
                {blockWords[block.reason] ?? sentence(block.reason)} <ExplainButton id={block.id} what="this block" />
              </>
            ),
          },
          { label: 'Opened', cell: (block) => <Time at={block.openedAt} /> },
          { label: 'By', cell: (block) => block.openedBy },
          {
            label: 'Lifted',
            cell: (block) => (block.liftedAt ? <Time at={block.liftedAt} /> : <Badge tone="red">Open</Badge>),
          },
          { label: 'Lifted by', cell: (block) => block.liftedBy ?? <None>nobody yet</None> },
        ]}
      />
      <More query={query} />
    </>
  );
}
