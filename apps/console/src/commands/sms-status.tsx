import { IconArrowDownLeft, IconArrowUpRight } from '@tabler/icons-react';
import type { Sms } from '../api/commands.ts';
import { Badge } from '../ui/status.tsx';
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
