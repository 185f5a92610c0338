import type { Id } from '../kit/ids.ts';

export type Lifecycle = 'blank' | 'ready' | 'active' | 'suspended' | 'archived';
export type BlockReason = 'data_limit' | 'balance' | 'validity' | 'fee_unpaid' | 'imei' | 'rule' | 'manual';
export type CarrierLink = 'none' | 'checking' | 'ok' | 'error';

/** The one word people see. The list and its order of precedence are product.md's. */
export type ShownStatus =
  | 'Archived'
  | 'Not Available'
  | 'Pending'
  | 'Invalid'
  | 'Blank'
  | 'Suspended'
  | 'Activation Ready'
  | 'Active';

export const shownStatuses: readonly ShownStatus[] = [
  'Pending',
  'Invalid',
  'Active',
  'Suspended',
  'Not Available',
  'Blank',
  'Activation Ready',
  'Archived',
];

export type SuperSimStatus = 'new' | 'ready' | 'active' | 'inactive' | 'scheduled';

export type Sim = {
  id: Id;
  telecomId: Id;
  iccid: string;
  iccidCheckDigit: 'ok' | 'wrong' | 'absent';
  imsi: string | null;
  msisdn: string | null;
  eid: string | null;
  imei: string | null;
  imeiSeenAt: Date | null;
  form: 'physical' | 'esim';
  uniqueName: string | null;
  note: string;
  labels: string[];
  companyId: Id | null;
  endUserId: Id | null;
  fleetId: Id | null;
  dataLimitBytes: bigint | null;
  lifecycle: Lifecycle;
  registeredAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: bigint;
};

export type Fleet = {
  id: Id;
  companyId: Id | null;
  uniqueName: string | null;
  networkAccessProfileId: Id;
  planId: Id;
  dataEnabled: boolean;
  /** Decimal megabytes, always: the Super SIM API's unit. */
  dataLimitMb: bigint;
  ipCommandsUrl: string | null;
  ipCommandsMethod: 'GET' | 'POST';
  smsCommandsEnabled: boolean;
  smsCommandsUrl: string | null;
  smsCommandsMethod: 'GET' | 'POST';
  createdAt: Date;
  updatedAt: Date;
};

export type NetworkAccessProfile = {
  id: Id;
  companyId: Id | null;
  uniqueName: string | null;
  /** PLMNs (`26201`); empty: every network is allowed. */
  networks: string[];
  createdAt: Date;
  updatedAt: Date;
};

export type Block = {
  id: Id;
  lineId: Id;
  reason: BlockReason;
  detail: Record<string, unknown>;
  openedAt: Date;
  openedBy: string;
  liftedAt: Date | null;
  liftedBy: string | null;
};

export type PlanAssignment = {
  id: Id;
  lineId: Id;
  planId: Id;
  planVersionId: Id;
  /** The pool whose data it shares. */
  poolId: Id | null;
  source: 'fleet' | 'staff';
  startsAt: Date;
  endsAt: Date | null;
  assignedBy: string;
};

/** The facts a status is computed from. `pending`: a carrier operation for a change of lifecycle is outstanding. */
export type StatusFacts = {
  lifecycle: Lifecycle;
  link: CarrierLink;
  pending: boolean;
  openBlocks: readonly BlockReason[];
};

/** The word that is shown; first match wins. */
export function shownStatus({ lifecycle, link, pending, openBlocks }: StatusFacts): ShownStatus {
  if (lifecycle === 'archived') return 'Archived';
  if (link === 'none') return 'Not Available';
  if (link === 'checking' || pending) return 'Pending';
  if (link === 'error') return 'Invalid';
  if (lifecycle === 'blank') return 'Blank';
  if (lifecycle === 'suspended' || openBlocks.some((reason) => reason !== 'data_limit')) return 'Suspended';
  return lifecycle === 'ready' ? 'Activation Ready' : 'Active';
}

/** The Super SIM API's word. A data-limit block leaves it `active`. */
export function superSimStatus(lifecycle: Lifecycle, pending: boolean): SuperSimStatus {
  if (pending) return 'scheduled';
  switch (lifecycle) {
    case 'blank':
      return 'new';
    case 'ready':
      return 'ready';
    case 'active':
      return 'active';
    case 'suspended':
    case 'archived':
      return 'inactive';
  }
}

const allowed: Record<Lifecycle, readonly Lifecycle[]> = {
  blank: ['ready', 'active', 'archived'],
  ready: ['active', 'suspended', 'archived'],
  active: ['suspended', 'archived'],
  suspended: ['active', 'archived'],
  archived: [],
};

/** blank → ready → active ⇄ suspended, any → archived; nothing returns to blank or ready. */
export function canBecome(from: Lifecycle, to: Lifecycle): boolean {
  return allowed[from].includes(to);
}

/** Whether the network may carry this line's data: lifecycle ready or active, and no open block. */
export function usageAllowed(lifecycle: Lifecycle, openBlocks: readonly BlockReason[]): boolean {
  return (lifecycle === 'ready' || lifecycle === 'active') && openBlocks.length === 0;
}

const mb = 1_000_000n;

/** The lowest of the SIM's own limit, its fleet's and its plan's, in bytes; null: none is set. */
export function effectiveDataLimit(
  simBytes: bigint | null,
  fleetMb: bigint | null,
  planBytes: bigint | null,
): { bytes: bigint; from: 'sim' | 'fleet' | 'plan' } | null {
  const fleetBytes = fleetMb === null ? null : fleetMb * mb;
  let bytes = simBytes;
  let from: 'sim' | 'fleet' | 'plan' = 'sim';
  if (fleetBytes !== null && (bytes === null || fleetBytes < bytes)) {
    bytes = fleetBytes;
    from = 'fleet';
  }
  if (planBytes !== null && (bytes === null || planBytes < bytes)) {
    bytes = planBytes;
    from = 'plan';
  }
  return bytes === null ? null : { bytes, from };
}

/** What lifts a block, in the words of the person who asks. */
export function liftedByWhat(reason: BlockReason): string {
  switch (reason) {
    case 'data_limit':
      return 'The next billing period, or a higher data limit.';
    case 'balance':
      return 'A refill.';
    case 'validity':
      return 'A refill, which starts the validity anew.';
    case 'fee_unpaid':
      return 'Paying the fee that is due: credit the wallet.';
    case 'imei':
      return 'Putting the SIM back into its device, or allowing the new one.';
    case 'rule':
      return 'The rule that set it, or staff.';
    case 'manual':
      return 'Staff.';
  }
}
