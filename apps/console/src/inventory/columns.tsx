import type { SimRow } from '../api/sims.ts';
import { bytes, bytesInColumn, share } from '../format/bytes.ts';
import { blockWords, number } from '../format/words.ts';
import { timeColumn } from '../ui/list/parts.tsx';
import type { Column } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Meter, Online, Status } from '../ui/status.tsx';
import { Ago } from '../ui/time.tsx';

/** What a list of SIMs can show. */
export const simColumns: readonly Column<SimRow>[] = [
  {
    id: 'sim',
    label: 'SIM',
    width: 208,
    priority: 0,
    phone: 'title',
    cell: (sim) => (
      <span className="two">
        <span className="mono">{sim.iccid}</span>
        {sim.uniqueName && <span className="sub">{sim.uniqueName}</span>}
      </span>
    ),
    csv: (sim) => sim.iccid,
  },
  {
    id: 'status',
    label: 'Status',
    width: 144,
    priority: 0,
    phone: 'side',
    cell: (sim) => (
      <span className="two">
        <span>
          <Status status={sim.status} reason={sim.statusReason} />
        </span>
        {sim.blocks[0] && sim.status === 'Active' && <span className="sub">{blockWords[sim.blocks[0].reason]}</span>}
      </span>
    ),
    csv: (sim) => sim.status,
  },
  {
    id: 'online',
    label: 'Network',
    width: 96,
    priority: 2,
    phone: 'bare',
    cell: (sim) => (sim.online === null ? <None>not supported</None> : <Online online={sim.online} />),
    csv: (sim) => (sim.online === null ? 'not supported' : sim.online ? 'online' : 'offline'),
  },
  {
    id: 'used',
    label: 'Used this period',
    width: 172,
    priority: 1,
    phone: 'bare',
    cell: (sim) => {
      const limit = sim.limitBytes;
      return (
        <span className="usage-cell">
          <span>
            {bytes(sim.usedBytes)}
            {limit !== null && <span className="dim"> of {bytes(limit)}</span>}
          </span>
          {limit !== null && (
            <Meter
              value={share(sim.usedBytes, limit)}
              label={`${Math.round(share(sim.usedBytes, limit) * 100)}% of the limit`}
            />
          )}
        </span>
      );
    },
    csv: (sim) => sim.usedBytes,
  },
  {
    id: 'left',
    label: 'Data left',
    width: 104,
    align: 'right',
    priority: 9,
    phone: 'line',
    cell: (sim) => (sim.leftBytes === null ? <None /> : bytesInColumn(sim.leftBytes)),
    csv: (sim) => sim.leftBytes ?? '',
  },
  {
    id: 'days',
    label: 'Days left',
    width: 88,
    align: 'right',
    priority: 9,
    phone: 'none',
    cell: (sim) => (sim.daysLeft === null ? <None /> : number(sim.daysLeft)),
    csv: (sim) => (sim.daysLeft === null ? '' : String(sim.daysLeft)),
  },
  {
    id: 'month',
    label: 'This month',
    width: 96,
    align: 'right',
    priority: 7,
    phone: 'none',
    cell: (sim) => bytesInColumn(sim.monthBytes),
    csv: (sim) => sim.monthBytes,
  },
  {
    id: 'plan',
    label: 'Plan',
    width: 128,
    priority: 3,
    phone: 'none',
    cell: (sim) => sim.plan?.name ?? <None />,
    csv: (sim) => sim.plan?.name ?? '',
  },
  {
    id: 'pool',
    label: 'Pool',
    width: 128,
    priority: 6,
    hidden: true,
    phone: 'none',
    cell: (sim) => sim.pool?.name ?? <None />,
    csv: (sim) => sim.pool?.name ?? '',
  },
  {
    id: 'fleet',
    label: 'Fleet',
    width: 120,
    priority: 4,
    phone: 'none',
    cell: (sim) => sim.fleet?.name ?? <None />,
    csv: (sim) => sim.fleet?.name ?? '',
  },
  {
    id: 'company',
    label: 'Company',
    width: 128,
    priority: 5,
    phone: 'none',
    cell: (sim) => sim.company?.name ?? <None>{sim.registered ? 'own' : 'stock'}</None>,
    csv: (sim) => sim.company?.name ?? '',
  },
  {
    id: 'telecom',
    label: 'Telecom',
    width: 112,
    priority: 8,
    hidden: true,
    phone: 'none',
    cell: (sim) => sim.telecom.name,
    csv: (sim) => sim.telecom.name,
  },
  {
    id: 'labels',
    label: 'Labels',
    width: 128,
    priority: 8,
    hidden: true,
    phone: 'none',
    cell: (sim) => (sim.labels.length === 0 ? <None /> : <Labels labels={sim.labels} />),
    csv: (sim) => sim.labels.join(' '),
  },
  {
    id: 'imsi',
    label: 'IMSI',
    width: 144,
    hidden: true,
    phone: 'none',
    cell: (sim) => <Identifier text={sim.imsi} />,
    csv: (sim) => sim.imsi ?? '',
  },
  {
    id: 'msisdn',
    label: 'MSISDN',
    width: 136,
    hidden: true,
    phone: 'none',
    cell: (sim) => <Identifier text={sim.msisdn} />,
    csv: (sim) => sim.msisdn ?? '',
  },
  {
    id: 'imei',
    label: 'IMEI seen',
    width: 144,
    hidden: true,
    phone: 'none',
    cell: (sim) => <Identifier text={sim.imei} />,
    csv: (sim) => sim.imei ?? '',
  },
  {
    id: 'form',
    label: 'Form',
    width: 80,
    hidden: true,
    phone: 'none',
    cell: (sim) => (sim.form === 'esim' ? 'eSIM' : 'Card'),
    csv: (sim) => sim.form,
  },
  {
    id: 'note',
    label: 'Note',
    width: 160,
    hidden: true,
    phone: 'none',
    cell: (sim) => (sim.note === '' ? <None /> : sim.note),
    csv: (sim) => sim.note,
  },
  {
    id: 'seen',
    label: 'Last seen',
    width: 104,
    align: 'right',
    priority: 6,
    phone: 'bare',
    cell: (sim) => <Ago at={sim.lastSeenAt} />,
    csv: (sim) => sim.lastSeenAt ?? '',
  },
  timeColumn('created', 'Added', (sim) => sim.createdAt, { align: 'right', hidden: true, phone: 'none' }),
];

function Identifier({ text }: { text: string | null }) {
  return text === null ? <None>unknown</None> : <span className="mono">{text}</span>;
}

export function Labels({ labels }: { labels: string[] }) {
  return (
    <span className="labels">
      {labels.map((label) => (
        <span key={label} className="label">
          {label}
        </span>
      ))}
    </span>
  );
}
