import { Button } from '@mantine/core';
import { useState } from 'react';
import { listSms, type Sms } from '../api/commands.ts';
import type { Sim } from '../api/sims.ts';
import { useMay } from '../app/session.ts';
import { Direction, SmsBadge } from '../commands/parts.tsx';
import { SendText } from '../commands/send-text.tsx';
import { SmsDetail } from '../commands/sms-detail.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { More, Table, usePages } from './history-table.tsx';
import { DataCommands } from './sim-data.tsx';
import '../commands/commands.css';

/** Texts and data to the SIM and from it. */
export function Messages({ sim }: { sim: Sim }) {
  const may = useMay();
  const parts = [
    ...(may('commands.sms.view') ? [{ value: 'texts', label: 'Texts' }] : []),
    ...(may('commands.ip.view') ? [{ value: 'data', label: 'Data' }] : []),
  ];
  const [part, setPart] = useState(parts[0]?.value);
  return (
    <>
      {parts.length > 1 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form.
        <div className="kinds" role="group" aria-label="Messages of the kind">
          {parts.map(({ value, label }) => (
            <button
              key={value}
              type="button"
              className="kind"
              aria-pressed={part === value}
              onClick={() => setPart(value)}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      {part === 'data' ? <DataCommands sim={sim} /> : <Texts sim={sim} />}
    </>
  );
}

function Texts({ sim }: { sim: Sim }) {
  const may = useMay();
  const [writing, setWriting] = useState<{ text: string } | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const { query, rows } = usePages<Sms>(sim, 'messages', (id, page) => listSms({ ...page, sim: id }));
  if (!query.data) return <Pending query={query} />;
  const inUse = sim.lifecycle === 'ready' || sim.lifecycle === 'active';
  return (
    <>
      {rows.length === 0 ? (
        <p className="dim">
          No text to this SIM or from it yet.{!inUse && ' It takes text once it is ready or active.'}
        </p>
      ) : (
        <Table
          label="Messages"
          rows={rows}
          id={(sms) => sms.id}
          columns={[
            { label: 'When', cell: (sms) => <Time at={sms.createdAt} /> },
            { label: 'Direction', cell: (sms) => <Direction direction={sms.direction} /> },
            {
              label: 'Text',
              cell: (sms) => (
                <button type="button" className="as-words" onClick={() => setOpen(sms.id)}>
                  {sms.payload}
                </button>
              ),
            },
            {
              label: 'Status',
              cell: (sms) => (
                <>
                  <SmsBadge sms={sms} /> {sms.failure && <span className="dim">{sms.failure}</span>}
                </>
              ),
            },
          ]}
        />
      )}
      {inUse && may('commands.sms.send') && (
        <Button size="xs" variant="default" mt="sm" mr="sm" onClick={() => setWriting({ text: '' })}>
          Send text
        </Button>
      )}
      <More query={query} />
      {writing && <SendText sim={sim.id} text={writing.text} onClose={() => setWriting(null)} />}
      {open && (
        <SmsDetail
          id={open}
          onClose={() => setOpen(null)}
          onWrite={({ direction, payload }) => {
            setOpen(null);
            setWriting({ text: direction === 'to_sim' ? payload : '' });
          }}
        />
      )}
    </>
  );
}
