import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { Sim } from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import type { DialogKind } from './sim-dialog.tsx';

type Entry = { kind: DialogKind; label: string; permission: string };

/** What can be done, the most likely first; the first two are buttons. */
function entriesFor(sim: Sim, ownOrganization: boolean): Entry[] {
  const status = 'inventory.sim.status';
  const edit = 'inventory.sim.edit';
  if (sim.lifecycle === 'archived') return [];
  const entries: Entry[] = [];
  if (!sim.registered && ownOrganization) entries.push({ kind: 'register', label: 'Register', permission: 'inventory.sim.add' });
  if (sim.registered && !sim.fleet) entries.push({ kind: 'fleet', label: 'Put in a fleet', permission: edit });
  if (sim.lifecycle === 'blank' && sim.registered) {
    entries.push({ kind: 'ready', label: 'Make ready', permission: status });
    entries.push({ kind: 'activate', label: 'Activate', permission: status });
  }
  if (sim.blocks.some(({ reason }) => reason === 'data_limit')) entries.push({ kind: 'limit', label: 'Raise the limit', permission: edit });
  if (sim.blocks.some(({ reason }) => reason === 'manual')) entries.push({ kind: 'unblock', label: 'Lift the block', permission: status });
  if (sim.lifecycle === 'ready') entries.push({ kind: 'activate', label: 'Activate', permission: status });
  if (sim.lifecycle === 'suspended') entries.push({ kind: 'resume', label: 'Resume', permission: status });
  if (sim.lifecycle === 'active' || sim.lifecycle === 'ready') entries.push({ kind: 'suspend', label: 'Suspend', permission: status });
  if (sim.fleet) entries.push({ kind: 'fleet', label: 'Change the fleet', permission: edit });
  entries.push({ kind: 'plan', label: 'Assign a plan', permission: edit });
  if (!entries.some(({ kind }) => kind === 'limit')) entries.push({ kind: 'limit', label: 'Set a data limit', permission: edit });
  if (!sim.blocks.some(({ reason }) => reason === 'manual')) entries.push({ kind: 'block', label: 'Block', permission: status });
  if (sim.carrier.connector !== 'none') entries.push({ kind: 'recheck', label: 'Check with the telecom', permission: status });
  if (!sim.registered && ownOrganization) entries.push({ kind: 'code', label: 'Show the registration code', permission: edit });
  entries.push({ kind: 'archive', label: 'Archive', permission: status });
  return entries;
}

export function SimMenu({ sim, onDialog }: { sim: Sim; onDialog: (kind: DialogKind) => void }) {
  const me = useMe();
  const may = useMay();
  const entries = entriesFor(sim, me.actor.companyId === null).filter(({ permission }) => may(permission));
  const [first, second, ...rest] = entries;
  return (
    <>
      {second && second.kind !== 'archive' && (
        <Button variant="default" onClick={() => onDialog(second.kind)}>
          {second.label}
        </Button>
      )}
      {first && first.kind !== 'archive' && (
        <Button variant={first.kind === 'suspend' ? 'default' : 'filled'} onClick={() => onDialog(first.kind)}>
          {first.label}
        </Button>
      )}
      {rest.length > 0 && (
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label="More actions">
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map(({ kind, label }) => (
              <Menu.Item key={kind} onClick={() => onDialog(kind)} {...(kind === 'archive' && { color: 'var(--red)' })}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
