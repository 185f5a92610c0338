import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { listSms, type Sms, smsAddress } from '../api/commands.ts';
import { useMay } from '../app/session.ts';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { Empty } from '../ui/state.tsx';
import { Direction, SimCell, SmsBadge } from './parts.tsx';
import { directionWords, smsStatuses } from './words.ts';

// The ids are those of the file that the server writes.
const columns: readonly Column<Sms>[] = [
  {
    id: 'text',
    label: 'Text',
    width: 340,
    priority: 0,
    phone: 'title',
    cell: (sms) => (
      <span className="two">
        <span className="strong one-line" title={sms.payload}>
          {sms.payload}
        </span>
        {sms.failure && (
          <span className="sub" title={sms.failure}>
            {sms.failure}
          </span>
        )}
      </span>
    ),
    csv: (sms) => sms.payload,
  },
  {
    id: 'status',
    label: 'Status',
    width: 120,
    priority: 0,
    phone: 'side',
    cell: (sms) => <SmsBadge sms={sms} />,
    csv: (sms) => sms.status,
  },
  {
    id: 'direction',
    label: 'Direction',
    width: 136,
    priority: 2,
    phone: 'bare',
    cell: (sms) => <Direction direction={sms.direction} />,
    csv: (sms) => sms.direction,
  },
  {
    id: 'iccid',
    label: 'SIM',
    width: 208,
    priority: 1,
    phone: 'bare',
    cell: (sms) => <SimCell sim={sms.sim} />,
    csv: (sms) => sms.sim.iccid,
  },
  {
    id: 'failure',
    label: 'Why it failed',
    width: 240,
    hidden: true,
    phone: 'none',
    cell: (sms) => (sms.failure ? <span title={sms.failure}>{sms.failure}</span> : ''),
    csv: (sms) => sms.failure ?? '',
  },
  timeColumn('created', 'When', (sms) => sms.createdAt, { align: 'right', priority: 1, phone: 'bare' }),
  timeColumn('updated', 'Status since', (sms) => sms.updatedAt, { align: 'right', hidden: true, phone: 'none' }),
];

const filters: readonly Filter[] = [
  oneOf('status', 'Status', smsStatuses),
  oneOf('direction', 'Direction', directionWords),
  { name: 'sim', label: 'SIM id', kind: 'text' },
];

const smsId = (sms: Sms) => sms.id;
const smsName = (sms: Sms) => `the text “${sms.payload.slice(0, 40)}” of ${sms.sim.iccid}`;

/** Texts to SIMs and from them. */
export function Texts({ note }: { note: ReactNode }) {
  const may = useMay();
  const [, change] = useAddress();
  const button = may('commands.sms.send') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'text' }, true)}>
      Send text
    </Button>
  );
  return (
    <List
      noun="messages"
      title="Messages"
      note={note}
      columns={columns}
      list={listSms}
      id={smsId}
      name={smsName}
      onOpen={(sms) => change({ open: sms.id }, true)}
      searchHint="Search text, ICCID, IMSI, number"
      filters={filters}
      file={smsAddress}
      empty={
        <Empty title="No messages yet" action={button}>
          A text wakes a device, asks it for its state or tells it what to do, where its telecom has a message centre.
          What devices send arrives here too. Devices of the simulated telecom answer <code>ping</code> and{' '}
          <code>status</code>.
        </Empty>
      }
    >
      {button}
    </List>
  );
}
