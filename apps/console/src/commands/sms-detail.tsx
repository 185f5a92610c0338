import { Button, Drawer, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getSms, type Sms } from '../api/commands.ts';
import { useMay } from '../app/session.ts';
import { Copy } from '../ui/copy.tsx';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Ago, Time } from '../ui/time.tsx';
import { Direction, SmsBadge } from './parts.tsx';
import { smsMeaning } from './words.ts';
import './commands.css';

/** One text and what became of it. */
export function SmsDetail({ id, onClose, onWrite }: { id: string; onClose: () => void; onWrite: (sms: Sms) => void }) {
  const query = useQuery({ queryKey: ['messages', 'one', id], queryFn: () => getSms(id) });
  return (
    <Drawer opened onClose={onClose} title="Text" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Detail sms={query.data} onWrite={onWrite} /> : <Pending query={query} lines={6} />}
    </Drawer>
  );
}

function Detail({ sms, onWrite }: { sms: Sms; onWrite: (sms: Sms) => void }) {
  const may = useMay();
  const { sim, direction, callback } = sms;
  const words = direction === 'from_sim' ? 'Answer' : sms.status === 'failed' ? 'Send again' : 'Send another';
  return (
    <div className="form">
      <blockquote className="words" data-direction={direction}>
        {sms.payload}
      </blockquote>
      {sms.failure && (
        <p className="notice notice-red">
          <strong>It failed.</strong> {sms.failure}
        </p>
      )}
      <Facts>
        <Fact name="Status">
          <SmsBadge sms={sms} />
          <div className="dim">{smsMeaning(sms)}</div>
        </Fact>
        <Fact name="Direction">
          <Direction direction={direction} />
        </Fact>
        <Fact name="SIM">
          <Link to="/sims/$id" params={{ id: sim.id }} search={{ show: 'messages' }} className="link">
            {sim.uniqueName && <div className="break">{sim.uniqueName}</div>}
            <span className="mono">{sim.iccid || 'Not yours any more'}</span>
          </Link>
        </Fact>
        <Fact name={direction === 'to_sim' ? 'Asked for' : 'Came in'}>
          <Time at={sms.createdAt} />
        </Fact>
        {direction === 'to_sim' && (
          <>
            {sms.updatedAt !== sms.createdAt && (
              <Fact name="Status since">
                <Time at={sms.updatedAt} />
              </Fact>
            )}
            <Fact name="Telecom asked">{sms.attempts === 0 ? <None>not yet</None> : times(sms.attempts)}</Fact>
            {sms.nextAttemptAt && (
              <Fact name="Asked again">
                <Ago at={sms.nextAttemptAt} />
              </Fact>
            )}
            {sms.status === 'queued' && sms.expiresAt && (
              <Fact name="Given up">
                <Time at={sms.expiresAt} />
              </Fact>
            )}
            <Fact name="Callback">
              {callback ? (
                <>
                  <span className="break">
                    {callback.method} {callback.url}
                  </span>
                  {may('developers.delivery.view') && (
                    <div>
                      <Link to="/developers/deliveries" search={{ about: sms.id }} className="link">
                        What was sent there
                      </Link>
                    </div>
                  )}
                </>
              ) : (
                <None />
              )}
            </Fact>
          </>
        )}
        <Fact name="Id">
          <Copy text={sms.id} label="id" />
        </Fact>
      </Facts>
      {may('commands.sms.send') && sim.iccid && (
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onWrite(sms)}>
            {words}
          </Button>
        </Group>
      )}
    </div>
  );
}

function times(n: number): string {
  return n === 1 ? 'once' : `${n} times`;
}
