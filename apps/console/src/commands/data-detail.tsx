import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getIpCommand, type IpCommand } from '../api/commands.ts';
import { useMay } from '../app/session.ts';
import { count } from '../format/words.ts';
import { Copy } from '../ui/copy.tsx';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { Direction, Payload } from './parts.tsx';
import { bytesIn } from './payload.ts';
import { ipStatuses } from './words.ts';

/** One datagram and what became of it. */
export function DataDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({ queryKey: ['data', 'one', id], queryFn: () => getIpCommand(id) });
  return (
    <Drawer opened onClose={onClose} title="Data" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Detail command={query.data} /> : <Pending query={query} lines={6} />}
    </Drawer>
  );
}

function Detail({ command }: { command: IpCommand }) {
  const may = useMay();
  const { status, direction, deviceAddress, devicePort, payload, payloadType } = command;
  const { sim, callback } = command;
  return (
    <div className="form">
      <blockquote className="words" data-direction={direction}>
        <Payload command={command} />
      </blockquote>
      {command.failure && (
        <p className={`notice ${status === 'failed' ? 'notice-red' : 'notice-amber'}`}>
          {command.failure} {command.errorCode && <span className="nowrap">Code {command.errorCode}</span>}
        </p>
      )}
      <Facts>
        <Fact name="Status">
          <Badge tone={ipStatuses[status].tone}>{ipStatuses[status].word}</Badge>
          <div className="dim">{ipStatuses[status].meaning}</div>
        </Fact>
        <Fact name="Direction">
          <Direction direction={direction} />
        </Fact>
        <Fact name="SIM">
          <Link to="/sims/$id" params={{ id: sim.id }} className="link">
            {sim.uniqueName && <div className="break">{sim.uniqueName}</div>}
            <span className="mono">{sim.iccid || 'Not yours any more'}</span>
          </Link>
        </Fact>
        <Fact name="Device">
          {deviceAddress ? (
            <Copy text={`${deviceAddress}:${devicePort}`} label="address" />
          ) : (
            <None>port {devicePort}; no address yet</None>
          )}
        </Fact>
        <Fact name="Size">{count(bytesIn(payload, payloadType) ?? 0, 'byte')}</Fact>
        {payloadType === 'binary' && (
          <Fact name="Base64">
            <Copy text={payload} label="base64" />
          </Fact>
        )}
        <Fact name={direction === 'to_sim' ? 'Asked for' : 'Came in'}>
          <Time at={command.createdAt} />
        </Fact>
        {command.updatedAt !== command.createdAt && (
          <Fact name="Status since">
            <Time at={command.updatedAt} />
          </Fact>
        )}
        {direction === 'to_sim' && (
          <Fact name="Callback">
            {callback ? (
              <span className="break">
                {callback.method} {callback.url}
              </span>
            ) : (
              <None />
            )}
          </Fact>
        )}
        {may('developers.delivery.view') && (callback || direction === 'from_sim') && (
          <Fact name="Deliveries">
            <Link to="/developers/deliveries" search={{ about: command.id }} className="link">
              What was sent of it
            </Link>
          </Fact>
        )}
        <Fact name="Id">
          <Copy text={command.id} label="id" />
        </Fact>
      </Facts>
    </div>
  );
}
