import { useState } from 'react';
import { type IpCommand, listIpCommands } from '../api/commands.ts';
import type { Sim } from '../api/sims.ts';
import { DataDetail } from '../commands/data-detail.tsx';
import { Direction, Payload } from '../commands/parts.tsx';
import { ipStatuses } from '../commands/words.ts';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { More, Table, usePages } from './history-table.tsx';
import '../commands/commands.css';

/** IP commands of the SIM: datagrams to its device and from it. Programs send them; people see what became of them. */
export function DataCommands({ sim }: { sim: Sim }) {
  const [open, setOpen] = useState<string | null>(null);
  const { query, rows } = usePages<IpCommand>(sim, 'ip-commands', (id, page) => listIpCommands({ ...page, sim: id }));
  if (!query.data) return <Pending query={query} />;
  if (rows.length === 0) return <p className="dim">No data to this SIM or from it yet.</p>;
  return (
    <>
      <Table
        label="Data"
        rows={rows}
        id={(command) => command.id}
        columns={[
          { label: 'When', cell: (command) => <Time at={command.createdAt} /> },
          { label: 'Direction', cell: (command) => <Direction direction={command.direction} /> },
          {
            label: 'Device',
            cell: ({ deviceAddress, devicePort }) =>
              deviceAddress ? `${deviceAddress}:${devicePort}` : `port ${devicePort}`,
          },
          {
            label: 'Data',
            cell: (command) => (
              <button type="button" className="as-words" onClick={() => setOpen(command.id)}>
                <Payload command={command} />
              </button>
            ),
          },
          {
            label: 'Status',
            cell: ({ status, failure }) => (
              <>
                <Badge tone={ipStatuses[status].tone}>{ipStatuses[status].word}</Badge>{' '}
                {failure && <span className="dim">{failure}</span>}
              </>
            ),
          },
        ]}
      />
      <More query={query} />
      {open && <DataDetail id={open} onClose={() => setOpen(null)} />}
    </>
  );
}
