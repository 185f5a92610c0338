import { Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { getPlan } from '../api/plans.ts';
import {
  assignPlan,
  blockSim,
  getDataLimit,
  getRegistrationCode,
  recheckSim,
  registerSim,
  resumeSim,
  type Sim,
  setStatus,
  suspendSim,
  unblockSim,
  updateSim,
} from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import { bytes, bytesOfMegabytes, megabytesOf } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { useAction } from '../ui/actions.ts';
import { ShownOnce } from '../ui/copy.tsx';
import { Dialog } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';
import { bulkWords } from './bulk-words.ts';

export type DialogKind =
  | 'register'
  | 'fleet'
  | 'plan'
  | 'ready'
  | 'activate'
  | 'suspend'
  | 'resume'
  | 'block'
  | 'unblock'
  | 'limit'
  | 'recheck'
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
      return <Fleet {...props} />;
    case 'plan':
      return <PlanChoice {...props} />;
    case 'limit':
      return <Limit {...props} />;
    case 'code':
      return <Code {...props} />;
    case 'ready':
      return (
        <Confirm {...props} title="Make ready" submit="Make ready" run={() => setStatus(sim.id, 'ready')} done="The SIM is ready.">
          <p>The SIM can use data at once. Usage is free until it becomes Active; then its plan’s fee is charged.</p>
        </Confirm>
      );
    case 'activate':
      return (
        <Confirm {...props} title="Activate" submit="Activate" run={() => setStatus(sim.id, 'active')} done="The SIM is active.">
          <p>A paid period starts now.</p>
          <Fees sim={sim} />
        </Confirm>
      );
    case 'resume':
      return (
        <Confirm {...props} title="Resume" submit="Resume" run={() => resumeSim(sim.id)} done="The SIM is active again.">
          <p>Service resumes. If no paid period is running, a new one starts now.</p>
          {!sim.period && <Fees sim={sim} />}
        </Confirm>
      );
    case 'suspend':
      return (
        <Confirm {...props} title="Suspend" submit="Suspend" reason run={(why) => suspendSim(sim.id, why)} done="The SIM is suspended.">
          <p>Data stops and a running session is ended. The running period goes on to its end. Resuming brings it back.</p>
        </Confirm>
      );
    case 'block':
      return (
        <Confirm {...props} title="Block" submit="Block" reason run={(why) => blockSim(sim.id, why)} done="The SIM is blocked.">
          <p>Data stops until staff lift the block. Unlike a suspension this says that something is wrong.</p>
        </Confirm>
      );
    case 'unblock':
      return (
        <Confirm {...props} title="Lift the block" submit="Lift the block" run={() => unblockSim(sim.id)} done="The block is lifted.">
          <p>Data flows again, unless another block is open.</p>
        </Confirm>
      );
    case 'recheck':
      return (
        <Confirm {...props} title="Check with the telecom" submit="Check" run={() => recheckSim(sim.id)} done="The telecom has been asked.">
          <p>{sim.telecom.name} is asked for this SIM and its state. Nothing changes on our side.</p>
        </Confirm>
      );
    case 'archive':
      return (
        <Confirm {...props} title="Archive this SIM" submit="Archive" danger run={() => setStatus(sim.id, 'archived')} done="The SIM is archived.">
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
  if (!id) return <p className="notice notice-amber">The SIM has no plan. Put it into a fleet or assign a plan first.</p>;
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

function Register({ sim, onClose }: Props) {
  const { organization } = useMe();
  const companies = useOptions('company');
  const [company, setCompany] = useState<string | null>(null);
  const action = useAction(() => registerSim(sim.id, company), { changes, done: 'The SIM is registered.', onDone: onClose, quiet: true });
  return (
    <Dialog title="Register from stock" submit="Register" busy={action.isPending} error={action.error} onSubmit={() => action.mutate()} onClose={onClose}>
      <p>The SIM leaves stock and belongs to this account from now on. It stays blank: nothing is charged yet.</p>
      <Select
        label="Into the account of"
        data={companies}
        value={company}
        onChange={setCompany}
        placeholder={organization.name}
        clearable
        searchable
      />
    </Dialog>
  );
}

function Fleet({ sim, onClose }: Props) {
  const fleets = useOptions('fleet');
  const [fleet, setFleet] = useState<string | null>(sim.fleet?.id ?? null);
  const action = useAction(() => updateSim(sim.id, { fleet }), { changes: [...changes, 'fleets'], done: 'The fleet is set.', onDone: onClose, quiet: true });
  return (
    <Dialog
      title="Put in a fleet"
      submit="Set fleet"
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate()}
      onClose={onClose}
      disabled={fleet === (sim.fleet?.id ?? null)}
    >
      <p>The fleet gives the SIM its plan, data limit and networks.</p>
      <Select label="Fleet" data={fleets} value={fleet} onChange={setFleet} searchable data-autofocus nothingFoundMessage="No fleet of that name" />
    </Dialog>
  );
}

function PlanChoice({ sim, onClose }: Props) {
  const plans = useOptions('plan');
  const [plan, setPlan] = useState<string | null>(sim.plan?.id ?? null);
  const action = useAction(() => assignPlan(sim.id, plan ?? ''), { changes, done: 'The plan is assigned.', onDone: onClose, quiet: true });
  return (
    <Dialog
      title="Assign a plan"
      submit="Assign plan"
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate()}
      onClose={onClose}
      disabled={plan === null || plan === sim.plan?.id}
    >
      <p>It holds from now on, in place of the fleet’s. A plan whose billing starts at assignment activates the line at once.</p>
      <Select label="Plan" data={plans} value={plan} onChange={setPlan} searchable data-autofocus nothingFoundMessage="No plan of that name" />
    </Dialog>
  );
}

function Limit({ sim, onClose }: Props) {
  const limit = useQuery({ queryKey: ['sim', sim.id, 'limit'], queryFn: () => getDataLimit(sim.id) });
  const own = limit.data?.limitFrom === 'sim' ? limit.data.limitBytes : null;
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? megabytesOf(own);
  const wanted = text.trim() === '' ? null : bytesOfMegabytes(text);
  const wrong = text.trim() !== '' && wanted === null;
  const action = useAction(() => updateSim(sim.id, { dataLimitBytes: wanted }), { changes, done: 'The limit is set.', onDone: onClose, quiet: true });
  return (
    <Dialog
      title="Data limit of this SIM"
      submit="Set limit"
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate()}
      onClose={onClose}
      disabled={wrong}
    >
      {limit.data && (
        <p>
          {bytes(limit.data.usedBytes)} used in this period.{' '}
          {limit.data.limitBytes === null ? (
            'There is no limit.'
          ) : (
            <>
              The limit that holds is {bytes(limit.data.limitBytes)}, {from[limit.data.limitFrom ?? 'sim']}.
            </>
          )}
        </p>
      )}
      <TextInput
        label="Own limit"
        description="In each billing period. The lowest of it, the fleet’s and the plan’s holds; empty: the SIM has none of its own."
        value={text}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={wrong && 'A number of MB, like 500 or 1.5'}
        rightSection={<span className="dim">MB</span>}
        rightSectionWidth={44}
        inputMode="decimal"
        data-autofocus
      />
    </Dialog>
  );
}

const from = { sim: 'its own', fleet: 'from its fleet', plan: 'from its plan' } as const;

function Code({ sim, onClose }: Props) {
  const code = useQuery({ queryKey: ['sim', sim.id, 'code'], queryFn: () => getRegistrationCode(sim.id), gcTime: 0 });
  return (
    <Dialog title="Registration code" submit="Close" busy={false} error={code.error} onSubmit={onClose} onClose={onClose}>
      <p>Whoever has it can register this SIM into their account. Give it only to the new owner.</p>
      {code.data && <ShownOnce label="Registration code" text={code.data.registrationCode} />}
    </Dialog>
  );
}
