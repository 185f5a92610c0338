import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type AuditEntry, listAudit } from '../api/tenancy.ts';
import { sentence } from '../format/words.ts';
import { Copy } from '../ui/copy.tsx';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import type { Column, Filter } from '../ui/list/types.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';

const columns: readonly Column<AuditEntry>[] = [
  timeColumn('at', 'When', (entry) => entry.at, { width: 168, priority: 0, phone: 'side' }),
  {
    id: 'actor',
    label: 'Who',
    width: 180,
    priority: 0,
    cell: (entry) => entry.actor.name || sentence(entry.actor.kind),
    csv: (entry) => entry.actor.name,
  },
  {
    id: 'action',
    label: 'What',
    width: 200,
    priority: 0,
    phone: 'title',
    cell: (entry) => sentence(entry.action.replaceAll('.', ' ')),
    csv: (entry) => entry.action,
  },
  {
    id: 'object',
    label: 'Of',
    width: 180,
    priority: 2,
    phone: 'none',
    cell: (entry) => <ObjectName entry={entry} />,
    csv: (entry) => entry.object.id,
  },
  {
    id: 'changes',
    label: 'Changes',
    width: 320,
    priority: 1,
    cell: (entry) => <span className="ink2">{entry.changes.map(inShort).join(' · ') || <None />}</span>,
    csv: (entry) => entry.changes.map(inShort).join('; '),
  },
  {
    id: 'from',
    label: 'From',
    width: 128,
    priority: 4,
    phone: 'none',
    cell: (entry) => (entry.fromAddress ? <span className="mono">{entry.fromAddress}</span> : <None>inside</None>),
    csv: (entry) => entry.fromAddress ?? '',
  },
];

function inShort({ field, old, new: now }: AuditEntry['changes'][number]): string {
  if (now === undefined && old === undefined) return field;
  return `${field}: ${old === undefined || old === null ? '' : `${plain(old)} → `}${plain(now)}`;
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const pages: Record<string, string> = { sim: '/sims', telecom: '/telecoms', plan: '/plans' };

function ObjectName({ entry: { object } }: { entry: AuditEntry }) {
  const text = `${sentence(object.type)} …${object.id.slice(-6)}`;
  const page = pages[object.type];
  if (!page) return <span title={object.id}>{text}</span>;
  return (
    <Link to={`${page}/${object.id}` as '/'} className="plain above" title={object.id}>
      {text}
    </Link>
  );
}

const types = [
  'sim',
  'fleet',
  'plan',
  'zone',
  'preset',
  'telecom',
  'nas',
  'company',
  'end_user',
  'api_key',
  'organization',
];
const filters: readonly Filter[] = [
  {
    name: 'objectType',
    label: 'Of',
    kind: 'one',
    options: types.map((type) => ({ value: type, label: sentence(type) })),
  },
  { name: 'action', label: 'Action', kind: 'text' },
  { name: 'objectId', label: 'Id', kind: 'text' },
];

const entryId = (entry: AuditEntry) => entry.id;
const entryName = (entry: AuditEntry) => entry.action;

export function AuditPage() {
  const [open, setOpen] = useState<AuditEntry | null>(null);
  return (
    <>
      <List
        noun="audit"
        title="Audit log"
        columns={columns}
        list={listAudit}
        id={entryId}
        name={entryName}
        onOpen={setOpen}
        searchHint="Search by who or what"
        filters={filters}
        empty={
          <Empty title="Nothing has been changed yet">
            Every change is written here: who, when, from where, old and new.
          </Empty>
        }
      />
      {open && (
        <Drawer
          opened
          onClose={() => setOpen(null)}
          title={sentence(open.action.replaceAll('.', ' '))}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <Entry entry={open} />
        </Drawer>
      )}
    </>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  return (
    <div className="form">
      <Facts>
        <Fact name="When">
          <Time at={entry.at} />
        </Fact>
        <Fact name="Who">
          {entry.actor.name} <span className="dim">{sentence(entry.actor.kind).toLowerCase()}</span>
        </Fact>
        <Fact name="From">{entry.fromAddress ?? <None>inside the product</None>}</Fact>
        <Fact name={sentence(entry.object.type)}>
          <Copy text={entry.object.id} label="id" />
        </Fact>
        {entry.requestId && (
          <Fact name="Request">
            <Copy text={entry.requestId} label="request id" />
          </Fact>
        )}
      </Facts>
      {entry.changes.length > 0 && (
        <div className="table-wrap">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              {entry.changes.map((change) => (
                <tr key={change.field}>
                  <td>{change.field}</td>
                  <td className="break">{plain(change.old)}</td>
                  <td className="break">{plain(change.new)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
