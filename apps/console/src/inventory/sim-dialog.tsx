import { Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { getPlan } from '../api/plans.ts';
import { blockSim, recheckSim, resumeSim, type Sim, setStatus, suspendSim, unblockSim } from '../api/sims.ts';
import { useMay } from '../app/session.ts';
import { SendText } from '../commands/send-text.tsx';
import { money } from '../format/money.ts';
import { ChangePlan, EndPlan, GrantRefill } from '../periods/sim-dialogs.tsx';
import { useAction } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { bulkWords } from './bulk-words.ts';
import { Code, FleetChoice, Limit, Register } from './sim-forms.tsx';

const RefillSim = lazy(async () => ({ default: (await import('../payments/refill-sim.tsx')).RefillSim }));

export type DialogKind =
  | 'register'
  | 'fleet'
  | 'plan'
  | 'end_plan'
  | 'refill'
  | 'grant'
  | 'ready'
  | 'activate'
  | 'suspend'
  | 'resume'
  | 'block'
  | 'unblock'
  | 'limit'
  | 'recheck'
  | 'text'
  | 'code'
  | 'archive';

type Props = { sim: Sim; onClose: () => void };

/** One thing to do with one SIM: what will happen, then it happens. */
export function SimDialog({ kind, ...props }: Props & { kind: DialogKind }): ReactNode {
  const { sim } = props;
  switch (kind) {
    case 'register':
      return <Register {...props} />;
    case 'fleet':
      return <FleetChoice {...props} />;
    case 'plan':
      return <ChangePlan {...props} />;
    case 'end_plan':
      return <EndPlan {...props} />;
    case 'refill':
      return (
        <Suspense>
          <RefillSim {...props} />
        </Suspense>
      );
    case 'grant':
      return <GrantRefill {...props} />;
    case 'limit':
      return <Limit {...props} />;
    case 'code':
      return <Code {...props} />;
    case 'text':
      return <SendText sim={sim.id} onClose={props.onClose} />;
    case 'ready':
      return (
        <Confirm
          {...props}
          title="Make ready"
          submit="Make ready"
          run={() => setStatus(sim.id, 'ready')}
          done="The SIM is ready."
        >
          <p>The SIM can use data at once. Usage is free until it becomes Active; then its plan’s fee is charged.</p>
        </Confirm>
      );
    case 'activate':
      return (
        <Confirm
          {...props}
          title="Activate"
          submit="Activate"
          run={() => setStatus(sim.id, 'active')}
          done="The SIM is active."
        >
          <p>A paid period starts now.</p>
          <Fees sim={sim} />
        </Confirm>
      );
    case 'resume':
      return (
        <Confirm
          {...props}
          title="Resume"
          submit="Resume"
          run={() => resumeSim(sim.id)}
          done="The SIM is active again."
        >
          <p>Service resumes. If no paid period is running, a new one starts now.</p>
          {!sim.period && <Fees sim={sim} />}
        </Confirm>
      );
    case 'suspend':
      return (
        <Confirm
          {...props}
          title="Suspend"
          submit="Suspend"
          reason
          run={(why) => suspendSim(sim.id, why)}
          done="The SIM is suspended."
        >
          <p>
            Data stops and a running session is ended. The running period goes on to its end. Resuming brings it back.
          </p>
        </Confirm>
      );
    case 'block':
      return (
        <Confirm
          {...props}
          title="Block"
          submit="Block"
          reason
          run={(why) => blockSim(sim.id, why)}
          done="The SIM is blocked."
        >
          <p>Data stops until staff lift the block. Unlike a suspension this says that something is wrong.</p>
        </Confirm>
      );
    case 'unblock':
      return (
        <Confirm
          {...props}
          title="Lift the block"
          submit="Lift the block"
          run={() => unblockSim(sim.id)}
          done="The block is lifted."
        >
          <p>Data flows again, unless another block is open.</p>
        </Confirm>
      );
    case 'recheck':
      return (
        <Confirm
          {...props}
          title="Check with the telecom"
          submit="Check"
          run={() => recheckSim(sim.id)}
          done="The telecom has been asked."
        >
          <p>{sim.telecom.name} is asked for this SIM and its state. Nothing changes on our side.</p>
        </Confirm>
      );
    case 'archive':
      return (
        <Confirm
          {...props}
          title="Archive this SIM"
          submit="Archive"
          danger
          run={() => setStatus(sim.id, 'archived')}
          done="The SIM is archived."
        >
          <p>{bulkWords.archive.what}</p>
        </Confirm>
      );
  }
}

const changes = ['sim', 'sims', 'overview'];

function Confirm({
  onClose,
  title,
  submit,
  run,
  done,
  danger,
  reason,
  children,
}: Props & {
  title: string;
  submit: string;
  run: (reason: string) => Promise<unknown>;
  done: string;
  danger?: boolean;
  /** Asks for one. */
  reason?: boolean;
  children: ReactNode;
}) {
  const [why, setWhy] = useState('');
  const action = useAction(run, { changes, done, onDone: onClose, quiet: true });
  return (
    <Dialog
      title={title}
      submit={submit}
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate(why.trim())}
      onClose={onClose}
      danger={danger ?? false}
    >
      {children}
      {reason && (
        <Textarea
          label="Reason"
          description="Shown wherever somebody asks why."
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
          maxLength={200}
          data-autofocus
        />
      )}
    </Dialog>
  );
}

/** What is charged at once when a paid period starts. */
function Fees({ sim }: { sim: Sim }) {
  const may = useMay();
  const id = sim.plan?.id;
  const plan = useQuery({
    queryKey: ['plans', 'one', id],
    queryFn: () => getPlan(id ?? ''),
    enabled: id !== undefined && may('catalog.plan.view'),
  });
  if (!id)
    return <p className="notice notice-amber">The SIM has no plan. Put it into a fleet or assign a plan first.</p>;
  if (!plan.data) return null;
  const { version, name } = plan.data;
  return (
    <p>
      {name} charges <strong>{money(version.fee, version.currency)}</strong> for the period
      {Number(version.activationFee) > 0 && (
        <>
          {' '}
          and <strong>{money(version.activationFee, version.currency)}</strong> once for activation
        </>
      )}
      .
    </p>
  );
}
