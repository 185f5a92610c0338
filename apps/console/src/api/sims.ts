import { del, get, type Page, patch, post, postText, type Query } from './http.ts';
import type { PlanType } from './plans.ts';
import type { Session, UsageRecord } from './usage.ts';

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
  'Active',
  'Activation Ready',
  'Blank',
  'Pending',
  'Suspended',
  'Invalid',
  'Not Available',
  'Archived',
];

export type Lifecycle = 'blank' | 'ready' | 'active' | 'suspended' | 'archived';
export type BlockReason = 'data_limit' | 'balance' | 'validity' | 'fee_unpaid' | 'imei' | 'rule' | 'manual';
type Named = { id: string; name: string };

export type SimRow = {
  id: string;
  iccid: string;
  iccidCheckDigit: 'ok' | 'wrong' | 'absent';
  imsi: string | null;
  msisdn: string | null;
  imei: string | null;
  form: 'physical' | 'esim';
  uniqueName: string | null;
  status: ShownStatus;
  statusReason: string | null;
  lifecycle: Lifecycle;
  blocks: { reason: BlockReason; openedAt: string }[];
  /** Null: the telecom cannot tell. */
  online: boolean | null;
  telecom: Named;
  company: Named | null;
  fleet: Named | null;
  plan: (Named & { type: PlanType }) | null;
  /** The pool whose data it shares, and what is left of its month. */
  pool: (Named & { allowanceBytes: string; leftBytes: string; daysLeft: number }) | null;
  labels: string[];
  note: string;
  registered: boolean;
  usedBytes: string;
  limitBytes: string | null;
  leftBytes: string | null;
  daysLeft: number | null;
  monthBytes: string;
  lastSeenAt: string | null;
  createdAt: string;
};

export type Fee = { id: string; kind: string; amount: string; at: string };

export type Period = {
  id: string;
  kind: 'ready' | 'active';
  state: 'open' | 'closed';
  startsAt: string;
  endsAt: string | null;
  planName: string;
  planVersion: number;
  usedBytes: string;
  allowanceBytes: string | null;
  leftBytes: string | null;
  messages: string;
  seconds: string;
  charge: string;
  fees: Fee[];
  /** Posted beside it: corrections, credits. */
  adjusted: string;
  total: string;
  currency: string;
};

export type OpenBlock = {
  id: string;
  reason: BlockReason;
  /** Why it is there, as a sentence. */
  text: string;
  detail: Record<string, unknown>;
  openedAt: string;
  openedBy: string;
  /** What lifts it, as a sentence. */
  liftedBy: string;
};

export type Sim = SimRow & {
  eid: string | null;
  imeiSeenAt: string | null;
  registeredAt: string | null;
  updatedAt: string;
  /** The SIM's own limit; the lowest of it, the fleet's and the plan's holds. */
  dataLimitBytes: string | null;
  carrier: {
    connector: 'none' | 'radius' | 'simulated';
    link: 'none' | 'checking' | 'ok' | 'error';
    linkReason: string | null;
    desired: string | null;
    reported: string | null;
    outstanding: { kind: string; want: string | null; since: string; attempts: number } | null;
  };
  blocksDetail: OpenBlock[];
  /** Whose it is. */
  endUser: { id: string; name: string } | null;
  planSince: string | null;
  /** The change of plan that waits for the end of the period. */
  planChange: {
    id: string;
    plan: Named | null;
    pool: Named | null;
    at: string | null;
    askedAt: string;
    askedBy: string;
  } | null;
  /** What is left of what was bought, and what can be. */
  prepaid: {
    /** Below zero: overused, and taken from the next refill. */
    balanceBytes: string;
    /** Null: its days count from the first usage, or the next refill. */
    validUntil: string | null;
    validityDays: number;
    refills: { id: string; amountBytes: string; price: string; currency: string }[];
  } | null;
  suspension: { reason: string; openedAt: string; openedBy: string } | null;
  /** The open one, or the last one. */
  period: Period | null;
  /** The open one, or the last one. */
  session: Session | null;
  superSimSid: string;
};

export type DiagnosisAction =
  | 'assign_plan'
  | 'put_in_fleet'
  | 'make_ready'
  | 'activate'
  | 'unblock'
  | 'raise_limit'
  | 'open_pool'
  | 'open_wallet'
  | 'refill'
  | 'recheck'
  | 'open_telecom'
  | 'replay'
  | 'none';

export type Diagnosis = {
  verdict: string;
  title: string;
  explanation: string;
  since: string | null;
  action: { kind: DiagnosisAction; label: string };
  checks: { name: string; ok: boolean | null; detail: string }[];
};

export type UsagePoint = {
  startsAt: string;
  plmn: string | null;
  networkName: string | null;
  country: string | null;
  bytesUp: string;
  bytesDown: string;
  messages: string;
  seconds: string;
  charge: string;
};

export type UsageSeries = {
  unit: 'hour' | 'day';
  timeZone: string;
  points: UsagePoint[];
  currency: string;
  totalBytes: string;
  totalMessages: string;
  totalSeconds: string;
  totalCharge: string;
};

export type BlockEntry = {
  id: string;
  reason: BlockReason;
  detail: Record<string, unknown>;
  openedAt: string;
  openedBy: string;
  liftedAt: string | null;
  liftedBy: string | null;
};

export type TimelineKind = 'status' | 'session' | 'charge' | 'block' | 'change' | 'carrier' | 'usage';

export type TimelineEntry = {
  id: string;
  at: string;
  kind: TimelineKind;
  /** Of the event, or of the change in the audit log. */
  name: string;
  title: string;
  detail: Record<string, unknown>;
  actor: string | null;
};

export type DataLimit = {
  usedBytes: string;
  limitBytes: string | null;
  percentage: string | null;
  limitFrom: 'sim' | 'fleet' | 'plan' | 'pool' | null;
  resetsAt: string | null;
  reached: boolean;
};

export type SimResult = {
  line: number;
  iccid: string;
  outcome: 'added' | 'refused';
  id: string | null;
  code: string | null;
  message: string | null;
  warnings: string[];
  registrationCode: string | null;
};

export type BulkAction = 'ready' | 'activate' | 'suspend' | 'archive' | 'set_fleet' | 'set_labels' | 'refill';
export type BulkRequest = {
  ids: string[];
  action: BulkAction;
  fleet?: string;
  labels?: string[];
  refill?: string;
  note?: string;
};
export type BulkResult = { id: string; outcome: 'done' | 'refused'; code: string | null; message: string | null };

export type SimChanges = {
  uniqueName?: string | null;
  note?: string;
  labels?: string[];
  company?: string | null;
  endUser?: string | null;
  fleet?: string | null;
  dataLimitBytes?: string | null;
};

const sims = '/api/v1/sims';

export const listSims = (query: Query, signal?: AbortSignal) => get<Page<SimRow>>(sims, query, signal);
export const countSims = (query: Query, signal?: AbortSignal) =>
  get<{ total: number; exact: boolean; byStatus: { status: ShownStatus; sims: number }[] }>(
    `${sims}/counts`,
    query,
    signal,
  );
export type SimFacet = 'status' | 'telecom' | 'company' | 'fleet' | 'plan' | 'registered' | 'blocked';
export type SimFacets = Record<SimFacet, { value: string | boolean | null; sims: number }[]>;
export const countSimFacets = (query: Query, signal?: AbortSignal) => get<SimFacets>(`${sims}/facets`, query, signal);
export const getSim = (id: string) => get<Sim>(`${sims}/${id}`);
export const getDiagnosis = (id: string) => get<Diagnosis>(`${sims}/${id}/diagnosis`);
export const getDataLimit = (id: string) => get<DataLimit>(`${sims}/${id}/data-limit`);
export const getUsage = (id: string, query: Query) => get<UsageSeries>(`${sims}/${id}/usage`, query);
export const listPeriods = (id: string, query: Query) => get<Page<Period>>(`${sims}/${id}/periods`, query);
export const listSimSessions = (id: string, query: Query) => get<Page<Session>>(`${sims}/${id}/sessions`, query);
export const listUsageRecords = (id: string, query: Query) =>
  get<Page<UsageRecord>>(`${sims}/${id}/usage-records`, query);
export const listBlocks = (id: string, query: Query) => get<Page<BlockEntry>>(`${sims}/${id}/blocks`, query);
export const listTimeline = (id: string, query: Query) => get<Page<TimelineEntry>>(`${sims}/${id}/timeline`, query);
export const getRegistrationCode = (id: string) => get<{ registrationCode: string }>(`${sims}/${id}/registration-code`);

export const importSims = (telecom: string, csv: string, dryRun: boolean) =>
  postText<{ results: SimResult[]; added: number; refused: number }>(
    `${sims}/import`,
    { telecom, ...(dryRun && { dryRun }) },
    csv,
    'text/csv',
  );
export const registerByCode = (input: { iccid: string; registrationCode: string; company?: string }) =>
  post<Sim>(`${sims}/registrations`, input);
export const registerSim = (id: string, company: string | null) =>
  post<Sim>(`${sims}/${id}/registration`, company === null ? {} : { company });
export const updateSim = (id: string, changes: SimChanges) => patch<Sim>(`${sims}/${id}`, changes);
export const setStatus = (id: string, status: 'ready' | 'active' | 'suspended' | 'archived', reason?: string) =>
  post<Sim>(`${sims}/${id}/status`, reason ? { status, reason } : { status });
export const suspendSim = (id: string, reason: string) =>
  post<Sim>(`${sims}/${id}/suspension`, reason ? { reason } : {});
export const resumeSim = (id: string) => del<Sim>(`${sims}/${id}/suspension`);
export const blockSim = (id: string, note: string) =>
  post<Sim>(`${sims}/${id}/blocks`, { reason: 'manual', ...(note && { note }) });
export const unblockSim = (id: string) => del<Sim>(`${sims}/${id}/blocks/manual`);
export const recheckSim = (id: string) => post<Sim>(`${sims}/${id}/recheck`);
export const bulkSims = (request: BulkRequest, key?: string) =>
  post<{ results: BulkResult[] }>(`${sims}/bulk`, request, key);
