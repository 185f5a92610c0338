import { type IpCommand, listIpCommands } from '../api/commands.ts';
import type { Sim } from '../api/sims.ts';
import { Direction } from '../commands/sms-status.tsx';
import { smsStatuses } from '../commands/words.ts';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { More, Table, usePages } from './history-table.tsx';
import '../commands/commands.css';

/** IP commands of the SIM: datagrams to its device and from it. Programs send them; people see what became of them. */
export function DataCommands({ sim }: { sim: Sim }) {
  const { query, rows } = usePages<IpCommand>(sim, 'ip-commands', (id, page) => listIpCommands({ ...page, sim: id }));
  if (!query.data) return <Pending query={query} />;
  if (rows.length === 0) return <p className="dim">No IP command to this SIM or from it yet.</p>;
  return (
    <>
      <Table
        label="IP commands"
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
            label: 'Payload',
            cell: ({ payload, payloadType }) => <Payload payload={payload} isBinary={payloadType === 'binary'} />,
          },
          {
            label: 'Status',
            cell: ({ status, failure }) => (
              <>
                <Badge tone={smsStatuses[status].tone}>{smsStatuses[status].word}</Badge>{' '}
                {failure && <span className="dim">{failure}</span>}
              </>
            ),
          },
        ]}
      />
      <More query={query} />
    </>
  );
}

/** The beginning is enough to know it again; the rest is in its title. */
const shownCharacters = 24;

function Payload({ payload, isBinary }: { payload: string; isBinary: boolean }) {
  const shown = payload.length > shownCharacters ? `${payload.slice(0, shownCharacters)}…` : payload;
  return <span title={payload}>{isBinary ? <code>{shown}</code> : shown}</span>;
}
