import { type ConnectionEvent, listConnectionEvents } from '../api/connections.ts';
import type { Sim } from '../api/sims.ts';
import { bytesInColumn } from '../format/bytes.ts';
import { More, Table, usePages } from '../inventory/history-table.tsx';
import { None } from '../ui/page.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { connectionWords, reasonWords } from './words.tsx';
import './connections.css';

/** What the device did on the network, where an event sink wanted to hear of it; else nothing. */
export function Connections({ sim }: { sim: Sim }) {
  const { query, rows } = usePages<ConnectionEvent>(sim, 'connections', (id, page) =>
    listConnectionEvents({ ...page, sim: id }),
  );
  if (rows.length === 0) return null;
  return (
    <section className="sim-connections">
      <h3>What event sinks heard, in a week</h3>
      <Table
        label="Connection events"
        rows={rows}
        id={(event) => event.id}
        columns={[
          { label: 'When', cell: (event) => <Time at={event.at} /> },
          {
            label: 'What',
            cell: (event) => (
              <>
                {connectionWords[event.type]} {event.blocked && <Badge tone="red">Blocked</Badge>}
              </>
            ),
          },
          { label: 'Why', cell: (event) => (event.reason ? (reasonWords[event.reason] ?? event.reason) : <None />) },
          {
            label: 'Network',
            cell: (event) => [event.plmn, event.rat, event.apn].filter(Boolean).join(' · ') || <None>unknown</None>,
          },
          {
            label: 'Used',
            right: true,
            cell: (event) => (event.session?.stretch ? used(event.session.stretch) : <None />),
          },
          { label: 'In the session', right: true, cell: (event) => (event.session ? used(event.session) : <None />) },
        ]}
      />
      <More query={query} />
    </section>
  );
}

function used({ bytesUp, bytesDown }: { bytesUp: string; bytesDown: string }) {
  return bytesInColumn((BigInt(bytesUp) + BigInt(bytesDown)).toString());
}
