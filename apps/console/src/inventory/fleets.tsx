import { Button, Select, Switch, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { createFleet, type Fleet, type FleetInput, getFleet, listFleets, updateFleet } from '../api/fleets.ts';
import { useMay, useMe } from '../app/session.ts';
import { count, number } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { SideForm } from '../ui/form.tsx';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column } from '../ui/list/types.ts';
import { useOptions } from '../ui/options.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import './inventory.css';

const columns: readonly Column<Fleet>[] = [
  {
    id: 'name',
    label: 'Fleet',
    width: 220,
    priority: 0,
    phone: 'title',
    cell: (fleet) => <span className="strong">{fleetName(fleet)}</span>,
    csv: fleetName,
  },
  {
    id: 'sims',
    label: 'SIMs',
    width: 88,
    align: 'right',
    priority: 1,
    cell: (fleet) => (
      <Link to="/sims" search={{ fleet: fleet.id }} className="plain above">
        {number(fleet.sims)}
      </Link>
    ),
    csv: (fleet) => String(fleet.sims),
  },
  {
    id: 'data',
    label: 'Data',
    width: 96,
    priority: 1,
    phone: 'side',
    cell: (fleet) => <Badge tone={fleet.dataEnabled ? 'green' : 'grey'}>{fleet.dataEnabled ? 'On' : 'Off'}</Badge>,
    csv: (fleet) => (fleet.dataEnabled ? 'on' : 'off'),
  },
  {
    id: 'limit',
    label: 'Data limit',
    width: 120,
    align: 'right',
    priority: 2,
    cell: (fleet) => `${number(Number(fleet.dataLimitMb))} MB`,
    csv: (fleet) => fleet.dataLimitMb,
  },
  {
    id: 'plan',
    label: 'Plan',
    width: 160,
    priority: 2,
    cell: (fleet) => fleet.plan.name,
    csv: (fleet) => fleet.plan.name,
  },
  {
    id: 'profile',
    label: 'Networks',
    width: 150,
    priority: 4,
    phone: 'none',
    cell: (fleet) => fleet.networkAccessProfile.name ?? <None>unnamed profile</None>,
    csv: (fleet) => fleet.networkAccessProfile.name ?? '',
  },
  {
    id: 'company',
    label: 'Company',
    width: 150,
    priority: 3,
    phone: 'none',
    cell: (fleet) => fleet.company?.name ?? <None>own</None>,
    csv: (fleet) => fleet.company?.name ?? '',
  },
  {
    id: 'sid',
    label: 'Super SIM SID',
    width: 300,
    hidden: true,
    phone: 'none',
    cell: (fleet) => <span className="mono">{fleet.superSimSid}</span>,
    csv: (fleet) => fleet.superSimSid,
  },
  timeColumn('created', 'Created', (fleet) => fleet.createdAt, { align: 'right', priority: 5, phone: 'none' }),
];

function fleetName({ uniqueName, superSimSid }: Fleet): string {
  return uniqueName ?? superSimSid;
}

const fleetId = (fleet: Fleet) => fleet.id;

export function FleetsPage() {
  const may = useMay();
  const [{ add, edit }, change] = useAddress();
  const close = () => change({ add: null, edit: null });
  const button = may('inventory.fleet.add') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'fleet' })}>
      New fleet
    </Button>
  );
  return (
    <>
      <List
        noun="fleets"
        title="Fleets"
        columns={columns}
        list={listFleets}
        id={fleetId}
        name={fleetName}
        onOpen={(fleet) => change({ edit: fleet.id })}
        searchHint="Search by name"
        empty={
          <Empty title="No fleets yet" action={button}>
            A fleet gives the SIMs in it the same plan, data limit and networks. Create one, then put SIMs into it.
          </Empty>
        }
      >
        {button}
      </List>
      {add === 'fleet' && may('inventory.fleet.add') && <FleetForm fleet={null} onClose={close} />}
      {edit && <EditFleet id={edit} onClose={close} />}
    </>
  );
}

function EditFleet({ id, onClose }: { id: string; onClose: () => void }) {
  const { data } = useQuery({ queryKey: ['fleets', 'one', id], queryFn: () => getFleet(id) });
  return data?.id === id ? <FleetForm fleet={data} onClose={onClose} /> : null;
}

function FleetForm({ fleet, onClose }: { fleet: Fleet | null; onClose: () => void }) {
  const me = useMe();
  const may = useMay();
  const plans = useOptions('plan', may('catalog.plan.view'));
  const profiles = useOptions('profile', may('inventory.network_profile.view'));
  const companies = useOptions('company', fleet === null && me.actor.companyId === null);
  const save = useAction((input: FleetInput) => (fleet ? updateFleet(fleet.id, input) : createFleet(input)), {
    changes: ['fleets', 'options', 'sims', 'sim'],
    done: (saved) => `${fleetName(saved)} is saved.`,
    onDone: onClose,
    quiet: true,
  });
  const form = useForm(
    {
      uniqueName: fleet?.uniqueName ?? '',
      plan: fleet?.plan.id ?? '',
      networkAccessProfile: fleet?.networkAccessProfile.id ?? '',
      dataLimitMb: fleet?.dataLimitMb ?? '1000',
      dataEnabled: fleet?.dataEnabled ?? true,
      company: fleet?.company?.id ?? '',
    },
    save.error,
  );
  const { values, errors, set, text } = form;
  const profile = values.networkAccessProfile || profiles[0]?.value || '';
  const limitOk = /^\d{1,9}$/.test(values.dataLimitMb);
  const readOnly = fleet !== null && !may('inventory.fleet.edit');

  function submit(): void {
    save.mutate({
      ...(values.uniqueName.trim() !== '' && { uniqueName: values.uniqueName.trim() }),
      ...(values.plan && { plan: values.plan }),
      ...(profile && { networkAccessProfile: profile }),
      dataLimitMb: values.dataLimitMb,
      ...(!fleet && { dataEnabled: values.dataEnabled }),
      ...(!fleet && values.company && { company: values.company }),
    });
  }
  return (
    <SideForm
      title={fleet ? fleetName(fleet) : 'New fleet'}
      submit={fleet ? 'Save' : 'Create fleet'}
      busy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
      disabled={!limitOk || readOnly}
    >
      {fleet && (
        <div className="dim">
          <Link to="/sims" search={{ fleet: fleet.id }} className="link">
            {count(fleet.sims, 'SIM')}
          </Link>{' '}
          · <Copy text={fleet.superSimSid} label="Super SIM SID" />
        </div>
      )}
      <TextInput
        label="Name"
        description="Unique in the account."
        {...text('uniqueName')}
        maxLength={64}
        data-autofocus
      />
      <Select
        label="Plan"
        description={
          fleet ? 'SIMs that come into the fleet from now on get it; those in it keep theirs.' : 'What its SIMs pay.'
        }
        data={plans}
        value={values.plan || null}
        onChange={(value) => set('plan', value ?? '')}
        placeholder={fleet ? '' : 'The default Super SIM plan'}
        error={errors.plan}
        searchable
      />
      <TextInput
        label="Data limit"
        description="For each SIM in each billing period. A SIM is blocked when it reaches it; the lowest of its own, its fleet’s and its plan’s limit holds."
        {...text('dataLimitMb')}
        error={limitOk ? errors.dataLimitMb : 'A whole number of MB'}
        rightSection={<span className="dim">MB</span>}
        rightSectionWidth={44}
        inputMode="numeric"
      />
      <Select
        label="Networks"
        description="The network access profile: where its SIMs may attach."
        data={profiles}
        value={profile || null}
        onChange={(value) => set('networkAccessProfile', value ?? '')}
        error={errors.networkAccessProfile}
      />
      {!fleet && me.actor.companyId === null && (
        <Select
          label="Company"
          data={companies}
          value={values.company || null}
          onChange={(value) => set('company', value ?? '')}
          placeholder={me.organization.name}
          clearable
          searchable
        />
      )}
      <Switch
        label="Data is on"
        description="Off: no SIM of this fleet gets data, whatever its status. It is chosen once, when the fleet is created."
        disabled={fleet !== null}
        checked={values.dataEnabled}
        onChange={(event) => set('dataEnabled', event.currentTarget.checked)}
      />
    </SideForm>
  );
}
