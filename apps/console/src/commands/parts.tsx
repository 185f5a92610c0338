import { IconArrowDownLeft, IconArrowUpRight } from '@tabler/icons-react';
import type { IpCommand, Sms } from '../api/commands.ts';
import { Badge } from '../ui/status.tsx';
import { readable } from './payload.ts';
import { directionWords, smsMeaning, smsStatuses } from './words.ts';

export function SmsBadge({ sms }: { sms: Pick<Sms, 'status' | 'nextAttemptAt' | 'failure'> }) {
  const { tone, word } = smsStatuses[sms.status];
  return (
    <Badge tone={tone} title={sms.failure ?? smsMeaning(sms)}>
      {word}
    </Badge>
  );
}

/** Which way a text went: an arrow with its word. */
export function Direction({ direction }: Pick<Sms, 'direction'>) {
  const Icon = direction === 'to_sim' ? IconArrowUpRight : IconArrowDownLeft;
  return (
    <span className="way">
      <Icon size={16} stroke={1.6} aria-hidden />
      {directionWords[direction]}
    </span>
  );
}

/** The SIM of a row: its name, where it has one, above its ICCID. */
export function SimCell({ sim: { iccid, uniqueName } }: Pick<Sms, 'sim'>) {
  return (
    <span className="two">
      {uniqueName && <span className="strong">{uniqueName}</span>}
      <span className={uniqueName ? 'mono sub' : 'mono'}>{iccid}</span>
    </span>
  );
}

/** What a datagram carries: as text where it is text, as base64 where it is not. */
export function Payload({
  command: { payload, payloadType },
}: {
  command: Pick<IpCommand, 'payload' | 'payloadType'>;
}) {
  const text = payloadType === 'text' ? payload : readable(payload);
  return text === null ? <span className="mono">{payload}</span> : text;
}
