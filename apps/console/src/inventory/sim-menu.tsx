import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { BlockReason, Sim } from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import type { DialogKind } from './sim-dialog.tsx';

type Entry = { kind: DialogKind; label: string; permission: string; now?: boolean };

/** Blocks of a prepaid SIM that a refill lifts. */
export const refillLifts = (reason: BlockReason): boolean => reason === 'balance' || reason === 'validity';

/** What can be done; what matters now first, and up to two of that as buttons. */
function entriesFor(sim: Sim, ownOrganization: boolean): Entry[] {
  const status = 'inventory.sim.status';
  const edit = 'inventory.sim.edit';
  if (sim.lifecycle === 'archived') return [];
  const entries: Entry[] = [];
  const waitsForRefill = sim.prepaid && sim.blocks.some(({ reason }) => refillLifts(reason));
  if (waitsForRefill)
    entries.push({ kind: 'refill', label: 'Refill', permission: 'payments.payment.create', now: true });
  if (!sim.registered && ownOrganization)
    entries.push({ kind: 'register', label: 'Register', permission: 'inventory.sim.add', now: true });
  if (sim.registered && !sim.fleet)
    entries.push({ kind: 'fleet', label: 'Put in a fleet', permission: edit, now: true });
  if (sim.lifecycle === 'blank' && sim.registered) {
    entries.push({ kind: 'ready', label: 'Make ready', permission: status, now: true });
    entries.push({ kind: 'activate', label: 'Activate', permission: status, now: true });
  }
  if (sim.blocks.some(({ reason }) => reason === 'data_limit'))
    entries.push({ kind: 'limit', label: 'Raise the limit', permission: edit, now: true });
  if (sim.blocks.some(({ reason }) => reason === 'manual'))
    entries.push({ kind: 'unblock', label: 'Lift the block', permission: status, now: true });
  if (sim.lifecycle === 'ready') entries.push({ kind: 'activate', label: 'Activate', permission: status, now: true });
  if (sim.lifecycle === 'suspended') entries.push({ kind: 'resume', label: 'Resume', permission: status, now: true });
  if (sim.lifecycle === 'active' || sim.lifecycle === 'ready')
    entries.push({ kind: 'suspend', label: 'Suspend', permission: status, now: true });
  if (sim.lifecycle === 'active' || sim.lifecycle === 'ready')
    entries.push({ kind: 'text', label: 'Send text', permission: 'commands.sms.send' });
  if (sim.fleet) entries.push({ kind: 'fleet', label: 'Change the fleet', permission: edit });
  if (sim.prepaid && !waitsForRefill)
    entries.push({ kind: 'refill', label: 'Refill', permission: 'payments.payment.create' });
  if (sim.prepaid && ownOrganization)
    entries.push({ kind: 'grant', label: 'Give a refill', permission: 'periods.refill.grant' });
  if (ownOrganization) {
    const plan = 'periods.plan.assign';
    entries.push({ kind: 'plan', label: sim.plan ? 'Change the plan' : 'Assign a plan', permission: plan });
    if (sim.plan) entries.push({ kind: 'end_plan', label: 'End the plan', permission: plan });
  }
  if (!entries.some(({ kind }) => kind === 'limit'))
    entries.push({ kind: 'limit', label: 'Set a data limit', permission: edit });
  if (!sim.blocks.some(({ reason }) => reason === 'manual'))
    entries.push({ kind: 'block', label: 'Block', permission: status });
  if (sim.carrier.connector !== 'none')
    entries.push({ kind: 'recheck', label: 'Check with the telecom', permission: status });
  if (!sim.registered && ownOrganization)
    entries.push({ kind: 'code', label: 'Show the registration code', permission: edit });
  entries.push({ kind: 'archive', label: 'Archive', permission: status });
  return entries;
}

export function SimMenu({ sim, onDialog }: { sim: Sim; onDialog: (kind: DialogKind) => void }) {
  const me = useMe();
  const may = useMay();
  const entries = entriesFor(sim, me.actor.companyId === null).filter(({ permission }) => may(permission));
  const buttons = entries.filter(({ now }) => now).slice(0, 2);
  const rest = entries.filter((entry) => !buttons.includes(entry));
  return (
    <>
      {buttons.toReversed().map(({ kind, label }) => (
        <Button key={kind} variant="default" onClick={() => onDialog(kind)}>
          {label}
        </Button>
      ))}
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
