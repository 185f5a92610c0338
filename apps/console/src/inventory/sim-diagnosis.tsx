import { Button } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconCircleX, IconHelpCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Diagnosis, type DiagnosisAction, getDiagnosis, type Sim } from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Ago } from '../ui/time.tsx';
import type { DialogKind } from './sim-dialog.tsx';

const dialogs: Partial<Record<DiagnosisAction, DialogKind>> = {
  assign_plan: 'plan',
  put_in_fleet: 'fleet',
  make_ready: 'ready',
  activate: 'activate',
  unblock: 'unblock',
  raise_limit: 'limit',
  refill: 'refill',
  recheck: 'recheck',
};

const permissions: Partial<Record<DiagnosisAction, string>> = {
  assign_plan: 'inventory.sim.edit',
  put_in_fleet: 'inventory.sim.edit',
  raise_limit: 'inventory.sim.edit',
  open_telecom: 'carriers.telecom.view',
  open_pool: 'pools.pool.view',
  open_wallet: 'ledger.wallet.view',
  refill: 'payments.payment.create',
  replay: 'usage.unrated.replay',
};

/** "Why is there no usage?": the first cause that holds, and the step that helps. */
export function DiagnosisPanel({ sim, onDialog }: { sim: Sim; onDialog: (kind: DialogKind) => void }) {
  const query = useQuery({ queryKey: ['sim', sim.id, 'diagnosis'], queryFn: () => getDiagnosis(sim.id) });
  const [open, setOpen] = useState(false);
  const diagnosis = query.data;
  if (!diagnosis) {
    return (
      <Panel title="Diagnosis">
        <Pending query={query} lines={2} />
      </Panel>
    );
  }
  const tone = toneOf(diagnosis.verdict);
  const Icon = tone === 'green' ? IconCircleCheck : tone === 'grey' ? IconHelpCircle : IconAlertCircle;
  return (
    <Panel>
      <div className="diagnosis">
        <span className={`diagnosis-icon tone-${tone}`} aria-hidden>
          <Icon size={22} stroke={1.75} />
        </span>
        <div className="diagnosis-text">
          <h2>{diagnosis.title}</h2>
          <p className="ink2">{diagnosis.explanation}</p>
          <p className="dim diagnosis-foot">
            {diagnosis.since && (
              <span>
                Since <Ago at={diagnosis.since} />
              </span>
            )}
            {refusals.includes(diagnosis.verdict) && <ExplainButton id={sim.id} what="the refusal" />}
            {diagnosis.checks.length > 0 && (
              <button type="button" className="as-link" aria-expanded={open} onClick={() => setOpen(!open)}>
                {open ? 'Hide what was checked' : 'What was checked'}
              </button>
            )}
          </p>
        </div>
        <Step sim={sim} diagnosis={diagnosis} onDialog={onDialog} />
      </div>
      {open && (
        <ul className="checks">
          {diagnosis.checks.map((check) => (
            <li key={check.name}>
              <Mark ok={check.ok} />
              <span className="strong">{check.name}</span>
              <span className="ink2">{check.detail}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Findings of which the device's last refusal is the cause. */
const refusals = ['attach_refused', 'network_not_allowed'];

function Mark({ ok }: { ok: boolean | null }) {
  if (ok === null) return <IconHelpCircle size={16} className="tone-grey" aria-label="not checked" />;
  return ok ? (
    <IconCircleCheck size={16} className="tone-green" aria-label="in order" />
  ) : (
    <IconCircleX size={16} className="tone-red" aria-label="not in order" />
  );
}

function Step({ sim, diagnosis, onDialog }: { sim: Sim; diagnosis: Diagnosis; onDialog: (kind: DialogKind) => void }) {
  const me = useMe();
  const may = useMay();
  const navigate = useNavigate();
  const { action, verdict } = diagnosis;
  if (verdict === 'not_registered' && !sim.registered) {
    return may('inventory.sim.add') ? <Button onClick={() => onDialog('register')}>Register</Button> : null;
  }
  if (action.kind === 'none' || !may(permissions[action.kind] ?? 'inventory.sim.status')) return null;
  const resumes = action.kind === 'activate' && sim.lifecycle === 'suspended';
  const dialog = resumes ? 'resume' : dialogs[action.kind];
  function step(): void {
    if (dialog) onDialog(dialog);
    else if (action.kind === 'open_telecom') void navigate({ to: '/telecoms/$id', params: { id: sim.telecom.id } });
    else if (action.kind === 'open_pool' && sim.pool) void navigate({ to: '/pools/$id', params: { id: sim.pool.id } });
    else if (action.kind === 'open_wallet')
      void navigate({ to: '/wallets', search: { owner: sim.company?.id ?? me.organization.id } });
    else if (action.kind === 'replay') void navigate({ to: '/unrated', search: { search: sim.imsi ?? sim.iccid } });
  }
  return <Button onClick={step}>{resumes ? 'Resume' : action.label}</Button>;
}

function toneOf(verdict: string): 'green' | 'blue' | 'amber' | 'red' | 'grey' {
  if (verdict === 'working') return 'green';
  if (verdict === 'waiting_first_usage') return 'blue';
  if (['blocked', 'suspended', 'rejected_by_telecom', 'attach_refused'].includes(verdict)) return 'red';
  if (['archived', 'not_integrated'].includes(verdict)) return 'grey';
  return 'amber';
}
