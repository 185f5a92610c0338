import { listPlanSteps, listRefills, type PlanStep, type Refill } from '../api/assignments.ts';
import type { Sim } from '../api/sims.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { More, Table, usePages } from '../inventory/history-table.tsx';
import { ExplainButton } from '../ui/explain/button.tsx';
import { None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { stepWords } from './words.ts';

/** What the SIM was on, and what was to come. */
export function PlanSteps({ sim }: { sim: Sim }) {
  const { query, rows } = usePages<PlanStep>(sim, 'plans', listPlanSteps);
  if (!query.data) return <Pending query={query} />;
  if (rows.length === 0) return <p className="dim">This SIM has never been on a plan.</p>;
  return (
    <>
      <Table
        label="Plans"
        rows={rows}
        id={(step) => step.id}
        columns={[
          { label: 'From', cell: (step) => <Time at={step.at} /> },
          {
            label: 'What',
            cell: (step) => (
              <>
                {step.kind === 'change' && <span className="dim">{step.plan ? 'Change to ' : 'End of the plan'}</span>}
                {step.plan && `${step.plan.name} v${step.plan.version}`}
                {step.pool && <span className="dim"> in {step.pool.name}</span>}
              </>
            ),
          },
          {
            label: 'State',
            cell: (step) => (
              <>
                <Badge tone={stepWords[step.state].tone}>{stepWords[step.state].word}</Badge>
                {step.reason && <div className="dim">{step.reason}</div>}
              </>
            ),
          },
          { label: 'To', cell: (step) => (step.endedAt ? <Time at={step.endedAt} /> : <None>open</None>) },
          { label: 'By', cell: (step) => step.by },
        ]}
      />
      <More query={query} />
    </>
  );
}

export function Refills({ sim }: { sim: Sim }) {
  const { query, rows } = usePages<Refill>(sim, 'refills', listRefills);
  if (!query.data) return <Pending query={query} />;
  if (rows.length === 0) return <p className="dim">Nothing was refilled yet. The first refill gives it data.</p>;
  return (
    <>
      <Table
        label="Refills"
        rows={rows}
        id={(refill) => refill.id}
        columns={[
          { label: 'When', cell: (refill) => <Time at={refill.at} /> },
          { label: 'Data', right: true, cell: (refill) => bytes(refill.amountBytes) },
          { label: 'Price', right: true, cell: (refill) => money(refill.price, refill.currency) },
          {
            label: 'Valid until',
            cell: (refill) =>
              refill.validUntil ? <Time at={refill.validUntil} /> : <None>from the first usage on</None>,
          },
          { label: 'By', cell: (refill) => refill.grantedBy },
          {
            label: 'Note',
            cell: (refill) => (
              <>
                {refill.note} <ExplainButton id={refill.id} what="this refill" />
              </>
            ),
          },
        ]}
      />
      <More query={query} />
    </>
  );
}
