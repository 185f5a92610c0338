import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getDataLimit, getRegistrationCode, registerSim, type Sim, updateSim } from '../api/sims.ts';
import { useMe } from '../app/session.ts';
import { bytes, bytesOfMegabytes, megabytesOf } from '../format/bytes.ts';
import { useAction } from '../ui/actions.ts';
import { ShownOnce } from '../ui/copy.tsx';
import { Dialog } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';

type Props = { sim: Sim; onClose: () => void };

const changes = ['sim', 'sims', 'overview'];

export function Register({ sim, onClose }: Props) {
  const { organization } = useMe();
  const companies = useOptions('company');
  const [company, setCompany] = useState<string | null>(null);
  const action = useAction(() => registerSim(sim.id, company), {
    changes,
    done: 'The SIM is registered.',
    onDone: onClose,
    quiet: true,
  });
  return (
    <Dialog
      title="Register from stock"
      submit="Register"
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate()}
      onClose={onClose}
    >
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

export function FleetChoice({ sim, onClose }: Props) {
  const fleets = useOptions('fleet');
  const [fleet, setFleet] = useState<string | null>(sim.fleet?.id ?? null);
  const action = useAction(() => updateSim(sim.id, { fleet }), {
    changes: [...changes, 'fleets'],
    done: 'The fleet is set.',
    onDone: onClose,
    quiet: true,
  });
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
      <Select
        label="Fleet"
        data={fleets}
        value={fleet}
        onChange={setFleet}
        searchable
        data-autofocus
        nothingFoundMessage="No fleet of that name"
      />
    </Dialog>
  );
}

export function Limit({ sim, onClose }: Props) {
  const limit = useQuery({ queryKey: ['sim', sim.id, 'limit'], queryFn: () => getDataLimit(sim.id) });
  const own = limit.data?.limitFrom === 'sim' ? limit.data.limitBytes : null;
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? megabytesOf(own);
  const wanted = text.trim() === '' ? null : bytesOfMegabytes(text);
  const wrong = text.trim() !== '' && wanted === null;
  const action = useAction(() => updateSim(sim.id, { dataLimitBytes: wanted }), {
    changes,
    done: 'The limit is set.',
    onDone: onClose,
    quiet: true,
  });
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

const from = { sim: 'its own', fleet: 'from its fleet', plan: 'from its plan', pool: 'of its pool' } as const;

export function Code({ sim, onClose }: Props) {
  const code = useQuery({ queryKey: ['sim', sim.id, 'code'], queryFn: () => getRegistrationCode(sim.id), gcTime: 0 });
  return (
    <Dialog
      title="Registration code"
      submit="Close"
      busy={false}
      error={code.error}
      onSubmit={onClose}
      onClose={onClose}
    >
      <p>Whoever has it can register this SIM into their account. Give it only to the new owner.</p>
      {code.data && <ShownOnce label="Registration code" text={code.data.registrationCode} />}
    </Dialog>
  );
}
