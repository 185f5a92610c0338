import type { z } from 'zod';
import type { ExportColumn } from '../kit/export/index.ts';
import { publicId } from '../kit/ids.ts';
import type { SimRow } from './schemas.ts';

type Row = z.output<typeof SimRow>;

/** What an exported list of SIMs holds; the ids are those of the console's columns. Bytes are whole numbers. */
export const simColumns: readonly ExportColumn<Row>[] = [
  { id: 'sim', label: 'ICCID', value: (sim) => sim.iccid },
  { id: 'name', label: 'Name', value: (sim) => sim.uniqueName },
  { id: 'status', label: 'Status', value: (sim) => sim.status },
  { id: 'reason', label: 'Status reason', value: (sim) => sim.statusReason },
  {
    id: 'online',
    label: 'Network',
    value: (sim) => (sim.online === null ? 'not supported' : sim.online ? 'online' : 'offline'),
  },
  { id: 'used', label: 'Bytes used this period', value: (sim) => sim.usedBytes },
  { id: 'limit', label: 'Data limit in bytes', value: (sim) => sim.limitBytes },
  { id: 'left', label: 'Data left in bytes', value: (sim) => sim.leftBytes },
  { id: 'days', label: 'Days left', value: (sim) => sim.daysLeft },
  { id: 'month', label: 'Bytes this month', value: (sim) => sim.monthBytes },
  { id: 'plan', label: 'Plan', value: (sim) => sim.plan?.name ?? null },
  { id: 'pool', label: 'Pool', value: (sim) => sim.pool?.name ?? null },
  { id: 'fleet', label: 'Fleet', value: (sim) => sim.fleet?.name ?? null },
  { id: 'company', label: 'Company', value: (sim) => sim.company?.name ?? null },
  { id: 'telecom', label: 'Telecom', value: (sim) => sim.telecom.name },
  { id: 'registered', label: 'Registered', value: (sim) => sim.registered },
  { id: 'labels', label: 'Labels', value: (sim) => sim.labels.join(' ') },
  { id: 'imsi', label: 'IMSI', value: (sim) => sim.imsi },
  { id: 'msisdn', label: 'MSISDN', value: (sim) => sim.msisdn },
  { id: 'imei', label: 'IMEI seen', value: (sim) => sim.imei },
  { id: 'form', label: 'Form', value: (sim) => (sim.form === 'esim' ? 'eSIM' : 'Card') },
  { id: 'note', label: 'Note', value: (sim) => sim.note },
  { id: 'seen', label: 'Last seen', value: (sim) => sim.lastSeenAt },
  { id: 'created', label: 'Added', value: (sim) => sim.createdAt },
  { id: 'id', label: 'Id', value: (sim) => publicId('sim', sim.id) },
];
