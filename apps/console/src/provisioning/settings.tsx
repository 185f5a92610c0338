import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api/http.ts';
import { listPackages, listSettingsUpdates, orderSettings, type SettingsUpdate } from '../api/provisioning.ts';
import type { Sim } from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import { More, Table, usePages } from '../inventory/history-table.tsx';
import { useAction } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { SettingsBadge } from './status.tsx';

/** Settings that were put onto the SIM over the air, and those on their way. */
export function SettingsUpdates({ sim }: { sim: Sim }) {
  const may = useMay();
  const me = useMe();
  const [ordering, setOrdering] = useState(false);
  const isStaff = me.actor.companyId === null;
  const packages = useQuery({
    queryKey: ['telecoms', 'settings', sim.telecom.id],
    queryFn: () => listPackages(sim.telecom.id),
    enabled: isStaff,
  });
  const { query, rows } = usePages<SettingsUpdate>(sim, 'settings', (id, page) =>
    listSettingsUpdates({ ...page, sim: id }),
  );
  if (!query.data) return <Pending query={query} />;
  const isInUse = sim.lifecycle === 'ready' || sim.lifecycle === 'active';
  const isSupported = packages.data ? packages.data.items.length > 0 : null;
  const canOrder = isStaff && isInUse && isSupported === true && may('provisioning.settings_update.add');
  return (
    <>
      {rows.length === 0 ? (
        <p className="dim">
          {isSupported === false
            ? `${sim.telecom.name} puts no settings onto SIMs over the air: not supported by this telecom.`
            : 'No settings were put onto this SIM yet.'}
          {isSupported && !isInUse && ' It takes settings once it is ready or active.'}
        </p>
      ) : (
        <Table
          label="Settings updates"
          rows={rows}
          id={(update) => update.id}
          columns={[
            { label: 'Ordered', cell: (update) => <Time at={update.createdAt} /> },
            { label: 'Package', cell: (update) => `${update.package} ${update.version}` },
            {
              label: 'Status',
              cell: (update) => (
                <>
                  <SettingsBadge update={update} /> {update.failure && <span className="dim">{update.failure}</span>}
                </>
              ),
            },
            {
              label: 'Completed',
              cell: (update) => (update.completedAt ? <Time at={update.completedAt} /> : <None>not yet</None>),
            },
          ]}
        />
      )}
      {canOrder && (
        <Button size="xs" variant="default" mt="sm" mr="sm" onClick={() => setOrdering(true)}>
          Update the settings
        </Button>
      )}
      <More query={query} />
      {ordering && packages.data && (
        <OrderSettings sim={sim} packages={packages.data.items} onClose={() => setOrdering(false)} />
      )}
    </>
  );
}

function OrderSettings({
  sim,
  packages,
  onClose,
}: {
  sim: Sim;
  packages: { name: string; version: string }[];
  onClose: () => void;
}) {
  const [chosen, setChosen] = useState('0');
  const order = useAction(orderOne, {
    changes: ['sim'],
    done: 'The settings update is ordered.',
    onDone: onClose,
    quiet: true,
  });
  const one = packages[Number(chosen)];
  return (
    <Dialog
      title="Update the settings"
      submit="Order"
      busy={order.isPending}
      error={order.error}
      onSubmit={() => one && order.mutate({ sim: sim.id, package: one.name, version: one.version })}
      onClose={onClose}
    >
      <p>{sim.telecom.name} puts the package onto the SIM over the air, the next time it comes by.</p>
      <Select
        label="Package"
        data={packages.map(({ name, version }, i) => ({ value: String(i), label: `${name} ${version}` }))}
        value={chosen}
        onChange={(value) => setChosen(value ?? '0')}
        allowDeselect={false}
        data-autofocus
      />
    </Dialog>
  );
}

/** The API answers for each SIM by itself; what it says of the one is said here as a refusal. */
async function orderOne({ sim, ...settings }: { sim: string; package: string; version: string }): Promise<void> {
  const { results } = await orderSettings({ sims: [sim], ...settings });
  const { code, message } = results[0] ?? {};
  if (code && message) throw new ApiError(409, { code, message });
}
