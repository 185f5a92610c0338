import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type IpCommand, listIpCommands } from '../api/commands.ts';
import { useMay } from '../app/session.ts';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Direction, Payload, SimCell } from './parts.tsx';
import { directionWords, ipStatuses } from './words.ts';

const columns: readonly Column<IpCommand>[] = [
  {
    id: 'payload',
    label: 'Data',
    width: 320,
    priority: 0,
    phone: 'title',
    cell: (command) => (
      <span className="two">
        <span className="strong one-line">
          <Payload command={command} />
        </span>
        {command.failure && (
          <span className="sub" title={command.failure}>
            {command.failure}
          </span>
        )}
      </span>
    ),
    csv: (command) => command.payload,
  },
  {
    id: 'status',
    label: 'Status',
    width: 120,
    priority: 0,
    phone: 'side',
    cell: ({ status, failure }) => (
      <Badge tone={ipStatuses[status].tone} title={failure ?? ipStatuses[status].meaning}>
        {ipStatuses[status].word}
      </Badge>
    ),
    csv: (command) => command.status,
  },
  {
    id: 'direction',
    label: 'Direction',
    width: 136,
    priority: 2,
    phone: 'bare',
    cell: (command) => <Direction direction={command.direction} />,
    csv: (command) => command.direction,
  },
  {
    id: 'sim',
    label: 'SIM',
    width: 208,
    priority: 1,
    phone: 'bare',
    cell: (command) => <SimCell sim={command.sim} />,
    csv: (command) => command.sim.iccid,
  },
  {
    id: 'device',
    label: 'Device',
    width: 180,
    priority: 3,
    phone: 'none',
    cell: ({ deviceAddress, devicePort }) =>
      deviceAddress ? (
        <span className="mono">
          {deviceAddress}:{devicePort}
        </span>
      ) : (
        <None>port {devicePort}</None>
      ),
    csv: ({ deviceAddress, devicePort }) => `${deviceAddress ?? ''}:${devicePort}`,
  },
  timeColumn('created', 'When', (command) => command.createdAt, { align: 'right', priority: 1, phone: 'bare' }),
];

const filters: readonly Filter[] = [
  oneOf('status', 'Status', ipStatuses),
  oneOf('direction', 'Direction', directionWords),
  { name: 'sim', label: 'SIM id', kind: 'text' },
];

const commandId = (command: IpCommand) => command.id;
const commandName = (command: IpCommand) => `data of ${command.createdAt}`;

/** Data to SIMs and from them: IP commands. */
export function Datagrams({ note }: { note: ReactNode }) {
  const may = useMay();
  const [, change] = useAddress();
  const button = may('commands.ip.send') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'data' }, true)}>
      Send data
    </Button>
  );
  return (
    <List
      noun="data"
      title="Messages"
      note={note}
      columns={columns}
      list={listIpCommands}
      id={commandId}
      name={commandName}
      onOpen={(command) => change({ open: command.id }, true)}
      filters={filters}
      empty={
        <Empty title="No data yet" action={button}>
          One datagram (UDP) goes to the address that a SIM’s session has, and comes back the same way, where its
          telecom’s devices can be reached from here.
        </Empty>
      }
    >
      {button}
    </List>
  );
}
