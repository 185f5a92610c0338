import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listUnplaced, type Sms } from '../api/commands.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAddress } from '../ui/list/state.ts';
import { Datagrams } from './data.tsx';
import { DataDetail } from './data-detail.tsx';
import { SendData } from './send-data.tsx';
import { SendText } from './send-text.tsx';
import { SmsDetail } from './sms-detail.tsx';
import { Texts } from './texts.tsx';
import { UnplacedMessages } from './unplaced.tsx';
import './commands.css';

/** What belongs to one part of the page alone leaves the address with it. */
const own = { search: null, status: null, direction: null, sim: null, state: null, reason: null, telecom: null };

/** Texts and data to SIMs and from them, and what telecoms handed in that fitted nothing. */
export function MessagesPage() {
  const may = useMay();
  const me = useMe();
  const [{ show, add, open, to, text }, change] = useAddress();
  const seesUnplaced = me.actor.companyId === null;
  const waiting = useQuery({
    queryKey: ['unplaced', 'any'],
    queryFn: () => listUnplaced({ limit: 1 }),
    enabled: seesUnplaced,
  });
  const any = (waiting.data?.items.length ?? 0) > 0;
  const parts = [
    { value: 'texts', label: 'Texts' },
    ...(may('commands.ip.view') ? [{ value: 'data', label: 'Data' }] : []),
    ...(seesUnplaced ? [{ value: 'unplaced', label: <Unplaced any={any} /> }] : []),
  ];
  const current = parts.some(({ value }) => value === show) ? show : 'texts';
  const choice = parts.length > 1 && (
    <SegmentedControl
      className="messages-choice"
      aria-label="Messages"
      value={current ?? 'texts'}
      onChange={(value) => change({ ...own, show: value === 'texts' ? null : value })}
      data={parts}
    />
  );
  const close = () => change({ add: null, open: null, to: null, text: null });
  const write = ({ sim, direction, payload }: Sms) =>
    change({ open: null, add: 'text', to: sim.id, text: direction === 'to_sim' ? payload : null });
  return (
    <>
      {current === 'unplaced' ? (
        <UnplacedMessages key="unplaced" note={choice} />
      ) : current === 'data' ? (
        <Datagrams key="data" note={choice} />
      ) : (
        <Texts key="texts" note={choice} />
      )}
      {open?.startsWith('ipc_') && <DataDetail id={open} onClose={close} />}
      {open?.startsWith('sms_') && <SmsDetail id={open} onClose={close} onWrite={write} />}
      {add === 'text' && may('commands.sms.send') && <SendText sim={to} text={text ?? ''} onClose={close} />}
      {add === 'data' && may('commands.ip.send') && <SendData onClose={close} />}
    </>
  );
}

function Unplaced({ any }: { any: boolean }) {
  return (
    <span className="part">
      Unplaced
      {any && (
        <>
          <span className="part-dot" aria-hidden />
          <span className="visually-hidden">, some wait</span>
        </>
      )}
    </span>
  );
}
