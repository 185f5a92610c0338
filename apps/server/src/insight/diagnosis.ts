import { formatBytes, type UnitBase } from '@simwright/measure';
import type { LineLink } from '../carriers/index.ts';
import type { Block, BlockReason, Lifecycle, Suspension } from '../inventory/index.ts';
import { latestOf } from './calendar.ts';
import { blockLiftedBy, blockText, isOfPool, isOfWallet, rejectionWords } from './words.ts';

/** Everything that can keep a SIM from carrying data, as it is known now. */
export type DiagnosisFacts = {
  now: Date;
  unitBase: UnitBase;
  lifecycle: Lifecycle;
  registered: boolean;
  telecom: string;
  link: Pick<LineLink, 'link' | 'linkReason' | 'desired' | 'reported' | 'held'> | null;
  plan: string | null;
  inFleet: boolean;
  blocks: Pick<Block, 'reason' | 'openedAt' | 'openedBy' | 'detail'>[];
  suspension: Pick<Suspension, 'reason' | 'openedAt' | 'openedBy'> | null;
  attachment: { acceptedAt: Date | null; rejectedAt: Date | null; rejectedReason: string | null } | null;
  /** The open session, or the last one. */
  session: { open: boolean; startedAt: Date; lastReceivedAt: Date; endedText: string | null; network: string } | null;
  unrated: { rows: number; words: string; since: Date } | null;
  lastUsageAt: Date | null;
  /** Of a ready line: what it used for free, and the total that makes it active (null: the first usage does). */
  ready: { usedBytes: bigint; exitBytes: bigint | null } | null;
};

export const verdicts = [
  'archived',
  'not_integrated',
  'rejected_by_telecom',
  'not_registered',
  'no_plan',
  'not_activated',
  'suspended',
  'blocked',
  'waiting_for_telecom',
  'never_attached',
  'network_not_allowed',
  'attach_refused',
  'attached_no_session',
  'unrated_usage',
  'waiting_first_usage',
  'working',
  'no_traffic',
  'offline',
] as const;
export type Verdict = (typeof verdicts)[number];

export const actionKinds = [
  'register',
  'assign_plan',
  'put_in_fleet',
  'make_ready',
  'activate',
  'unblock',
  'raise_limit',
  'open_pool',
  'open_wallet',
  'refill',
  'recheck',
  'open_telecom',
  'open_profile',
  'replay',
  'none',
] as const;
export type ActionKind = (typeof actionKinds)[number];

export type Check = { name: string; ok: boolean | null; detail: string };
export type Finding = {
  verdict: Verdict;
  title: string;
  explanation: string;
  since: Date | null;
  action: { kind: ActionKind; label: string };
};
export type Diagnosis = Finding & { checks: Check[] };

/** Usage within this time counts as "it works now". */
export const recentMs = 24 * 3_600_000;

/** Why is there no usage? The first cause that holds, with the next step; and every check that was made. Pure. */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  for (const cause of causes) {
    const finding = cause(facts);
    if (finding) return { ...finding, checks: checksOf(facts) };
  }
  return { ...offline(facts), checks: checksOf(facts) };
}

const none = { kind: 'none', label: '' } as const;

/** In the order in which they are asked: what comes first hides what comes after it. */
const causes: ((facts: DiagnosisFacts) => Finding | null)[] = [
  archived,
  notIntegrated,
  rejectedByTelecom,
  notRegistered,
  noPlan,
  notActivated,
  suspended,
  blocked,
  waitingForTelecom,
  neverAttached,
  attachRefused,
  attachedNoSession,
  unratedUsage,
  waitingFirstUsage,
  working,
  noTraffic,
];

function archived({ lifecycle }: DiagnosisFacts): Finding | null {
  if (lifecycle !== 'archived') return null;
  const explanation = 'An archived SIM is out of use for good; its history stays.';
  return { verdict: 'archived', title: 'This SIM is archived', explanation, since: null, action: none };
}

function notIntegrated({ link, telecom }: DiagnosisFacts): Finding | null {
  if (link && link.link !== 'none') return null;
  return {
    verdict: 'not_integrated',
    title: 'The telecom is not integrated',
    explanation: `${telecom} is kept for records only: nothing reaches its network from here, and no usage comes back.`,
    since: null,
    action: { kind: 'open_telecom', label: 'Open the telecom' },
  };
}

function rejectedByTelecom({ link, telecom }: DiagnosisFacts): Finding | null {
  if (link?.link !== 'error') return null;
  return {
    verdict: 'rejected_by_telecom',
    title: 'The telecom rejected this SIM',
    explanation: `${telecom} says: ${link.linkReason ?? 'no reason was given.'} Set it right there, then check again.`,
    since: null,
    action: { kind: 'recheck', label: 'Check again' },
  };
}

function notRegistered({ registered }: DiagnosisFacts): Finding | null {
  if (registered) return null;
  return {
    verdict: 'not_registered',
    title: 'The SIM is in stock',
    explanation: 'It belongs to no account yet. Register it, for a company or for the organization itself.',
    since: null,
    action: { kind: 'register', label: 'Register' },
  };
}

function noPlan({ plan, inFleet }: DiagnosisFacts): Finding | null {
  if (plan !== null) return null;
  return {
    verdict: 'no_plan',
    title: 'The SIM is on no plan',
    explanation: 'Without a plan nobody could say what its usage costs, so it carries none.',
    since: null,
    action: inFleet
      ? { kind: 'assign_plan', label: 'Assign a plan' }
      : { kind: 'put_in_fleet', label: 'Put into a fleet' },
  };
}

function notActivated({ lifecycle }: DiagnosisFacts): Finding | null {
  if (lifecycle !== 'blank') return null;
  return {
    verdict: 'not_activated',
    title: 'The SIM is not activated',
    explanation: 'Make it ready: it may connect, and its first usage makes it active.',
    since: null,
    action: { kind: 'make_ready', label: 'Make ready' },
  };
}

function suspended({ lifecycle, suspension }: DiagnosisFacts): Finding | null {
  if (lifecycle !== 'suspended') return null;
  const why = suspension?.reason ? `: ${suspension.reason}` : '';
  return {
    verdict: 'suspended',
    title: 'The SIM is suspended',
    explanation: suspension ? `Suspended by ${suspension.openedBy}${why}.` : 'It was paused.',
    since: suspension?.openedAt ?? null,
    action: { kind: 'activate', label: 'Activate' },
  };
}

const lifts: Record<BlockReason, { kind: ActionKind; label: string }> = {
  manual: { kind: 'unblock', label: 'Lift the block' },
  data_limit: { kind: 'raise_limit', label: 'Raise the data limit' },
  rule: none,
  balance: { kind: 'refill', label: 'Refill' },
  validity: { kind: 'refill', label: 'Refill' },
  fee_unpaid: none,
  imei: none,
};

function liftOf(block: DiagnosisFacts['blocks'][number]): { kind: ActionKind; label: string } {
  if (isOfPool(block)) return { kind: 'open_pool', label: 'Open the pool' };
  return isOfWallet(block) ? { kind: 'open_wallet', label: 'Open the wallet' } : lifts[block.reason];
}

/** The oldest block speaks; lifting another one would not help. */
function blocked({ blocks }: DiagnosisFacts): Finding | null {
  const first = blocks.toSorted((a, b) => a.openedAt.getTime() - b.openedAt.getTime())[0];
  if (!first) return null;
  return {
    verdict: 'blocked',
    title: 'The SIM is blocked',
    explanation: `${blockText(first)}. What lifts it: ${lower(blockLiftedBy(first))}`,
    since: first.openedAt,
    action: liftOf(first),
  };
}

function waitingForTelecom({ link, telecom }: DiagnosisFacts): Finding | null {
  const checking = link?.link === 'checking';
  const off = link?.desired === 'active' && link.reported !== 'active';
  if (!checking && !off) return null;
  return {
    verdict: 'waiting_for_telecom',
    title: 'The telecom has not confirmed it yet',
    explanation: checking
      ? `${telecom} was asked whether it knows this SIM and has not answered yet.`
      : link?.held
        ? `It came with an account of another vendor, and ${telecom} is told nothing of it until that is switched over.`
        : `${telecom} was asked to switch this SIM on and has not said that it is.`,
    since: null,
    action: { kind: 'open_telecom', label: 'Open the telecom' },
  };
}

function neverAttached({ attachment, session, lastUsageAt }: DiagnosisFacts): Finding | null {
  if (attachment || session || lastUsageAt) return null;
  return {
    verdict: 'never_attached',
    title: 'The device never came to a network',
    explanation:
      'No network has asked about this SIM. Is it in the device, is the device on and in coverage, is roaming on, and is the APN set?',
    since: null,
    action: none,
  };
}

function attachRefused(facts: DiagnosisFacts): Finding | null {
  const { attachment, session } = facts;
  const at = attachment?.rejectedAt;
  if (!at || latestOf(at, attachment.acceptedAt, session?.lastReceivedAt) !== at) return null;
  const reason = attachment.rejectedReason ?? '';
  const words = rejectionWords[reason] ?? 'no reason was kept';
  if (reason === 'network_not_allowed') {
    return {
      verdict: 'network_not_allowed',
      title: 'The network is not allowed',
      explanation: `The device was refused: ${words}.`,
      since: at,
      action: { kind: 'open_profile', label: 'Open the network access profile' },
    };
  }
  const over = stillHolds(reason, facts) ? '' : ' That is over; the device has not tried again since.';
  return {
    verdict: 'attach_refused',
    title: 'The device was refused when it came last',
    explanation: `At that time ${words}.${over}`,
    since: at,
    action: none,
  };
}

/** Whether why a device was refused would refuse it now too. A fleet's data may be off still: nobody told us. */
function stillHolds(reason: string, { blocks, lifecycle, registered }: DiagnosisFacts): boolean {
  switch (reason) {
    case 'blocked':
      return blocks.length > 0;
    case 'suspended':
    case 'archived':
      return lifecycle === reason;
    case 'not_activated':
      return lifecycle === 'blank';
    case 'not_registered':
      return !registered;
    default:
      return reason === 'data_disabled';
  }
}

function attachedNoSession({ attachment, session }: DiagnosisFacts): Finding | null {
  const at = attachment?.acceptedAt;
  if (!at || session?.open || (session && session.lastReceivedAt >= at)) return null;
  return {
    verdict: 'attached_no_session',
    title: 'Let in, but no data session',
    explanation: 'The device came to a network and was let in, but has opened no data session. Check its APN.',
    since: at,
    action: none,
  };
}

function unratedUsage({ unrated }: DiagnosisFacts): Finding | null {
  if (!unrated) return null;
  return {
    verdict: 'unrated_usage',
    title: 'There is usage, but it is not charged',
    explanation: `${unrated.rows} ${unrated.rows === 1 ? 'update waits' : 'updates wait'} under unrated usage. ${unrated.words}`,
    since: unrated.since,
    action: { kind: 'replay', label: 'Replay' },
  };
}

function waitingFirstUsage({ lifecycle, ready, session, unitBase }: DiagnosisFacts): Finding | null {
  if (lifecycle !== 'ready') return null;
  const used = ready?.usedBytes ?? 0n;
  const until = ready?.exitBytes ?? null;
  const explanation =
    until === null || used === 0n
      ? 'It is active at the operator and may connect; there was no usage yet. The first usage makes it Active.'
      : `It has used ${formatBytes(used, unitBase)} for free. At ${formatBytes(until, unitBase)} it becomes Active and is charged.`;
  return {
    verdict: 'waiting_first_usage',
    title: 'Ready, and waiting for its first usage',
    explanation,
    since: session?.startedAt ?? null,
    action: none,
  };
}

function working({ now, lastUsageAt, session }: DiagnosisFacts): Finding | null {
  if (!lastUsageAt || now.getTime() - lastUsageAt.getTime() > recentMs) return null;
  return {
    verdict: 'working',
    title: 'It works',
    explanation: session?.open ? `In session in ${session.network}.` : 'Not in session at the moment.',
    since: lastUsageAt,
    action: none,
  };
}

function noTraffic({ session }: DiagnosisFacts): Finding | null {
  if (!session?.open) return null;
  return {
    verdict: 'no_traffic',
    title: 'In session, but nothing is sent',
    explanation: `The device has a session in ${session.network}, and no traffic comes through it. Only the device can tell why.`,
    since: session.startedAt,
    action: none,
  };
}

function offline({ session, lastUsageAt }: DiagnosisFacts): Finding {
  const how = session?.endedText ? ` (${session.endedText})` : '';
  return {
    verdict: 'offline',
    title: 'The device is not connected',
    explanation: `Nothing stands in its way: its last session is over${how}, and it has not opened a new one.`,
    since: session?.lastReceivedAt ?? lastUsageAt,
    action: none,
  };
}

function checksOf(facts: DiagnosisFacts): Check[] {
  const { link, lifecycle, attachment, session, unrated, lastUsageAt, now } = facts;
  const check = (name: string, ok: boolean | null, detail: string): Check => ({ name, ok, detail });
  const refused = attachRefused(facts);
  const came = attachment !== null || session !== null;
  return [
    check('Telecom', link?.link === 'ok', linkDetail(facts)),
    check('Account', facts.registered, facts.registered ? 'Registered' : 'In stock'),
    check('Plan', facts.plan !== null, facts.plan ?? 'None'),
    check('Lifecycle', lifecycle === 'ready' || lifecycle === 'active', upper(lifecycle)),
    check('Blocks', facts.blocks.length === 0, facts.blocks.map(blockText).join(' · ') || 'None'),
    check('Network', came ? !refused : null, refused?.explanation ?? (came ? 'Let in' : 'The device never came')),
    check('Session', session ? session.open : null, session?.open ? `Open in ${session.network}` : 'None open'),
    check('Usage charged', unrated === null, unrated ? `${unrated.rows} unrated` : 'Nothing is left unrated'),
    check(
      'Traffic',
      lastUsageAt ? now.getTime() - lastUsageAt.getTime() <= recentMs : null,
      lastUsageAt ? `Last at ${lastUsageAt.toISOString()}` : 'None so far',
    ),
  ];
}

function linkDetail({ link, telecom }: DiagnosisFacts): string {
  switch (link?.link ?? 'none') {
    case 'ok':
      return `${telecom} knows it`;
    case 'checking':
      return `${telecom} has not answered yet`;
    case 'error':
      return link?.linkReason ?? 'Rejected';
    case 'none':
      return `${telecom} is not integrated`;
  }
}

function lower(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function upper(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
