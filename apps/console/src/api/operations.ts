import type { AskedOfLines, CostSum, SimFilter } from './assignments.ts';
import { ApiError, get, type Page, post, type Query } from './http.ts';

export const operationStates = ['checking', 'checked', 'running', 'done', 'cancelled', 'failed'] as const;
export type OperationState = (typeof operationStates)[number];
export type OperationCommand = 'start' | 'cancel' | 'resume' | 'retry_failed';
export type RowOutcome = 'pending' | 'done' | 'failed';

/** What checking found of a file of SIMs. */
export type FileFound = {
  encoding?: string;
  separator?: string;
  used?: string[];
  ignored?: string[];
  missing?: string[];
  /** Of a filter: how many match. */
  matching?: number;
  /** Of plans for many SIMs: what they cost. */
  costs?: CostSum[];
};

export type Operation = {
  id: string;
  kind: string;
  name: string;
  state: OperationState;
  /**
   * Of an import: telecom and company. Of daily totals: whose they are, and the zone of their days. Of plans: what is asked. Of an
   * account that moves in: which, and from where.
   */
  parameters: {
    telecom?: string | null;
    company?: string | null;
    source?: string;
    zone?: string;
    account?: string;
  } & Partial<AskedOfLines & { filter: SimFilter }>;
  found: FileFound;
  columns: string[];
  /** Decimal strings. */
  progress: {
    bytes: string;
    bytesRead: string;
    rows: string;
    done: string;
    failed: string;
    waiting: string;
    warned: string;
  };
  error: { code: string; message: string } | null;
  can: OperationCommand[];
  createdBy: string;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  rowsKept: boolean;
};

export type OperationDetail = {
  operation: Operation;
  failures: { code: string; field: string | null; rows: string }[];
  /** What rows do, or did, in the words of the kind. */
  effects: { effect: string; rows: string }[];
};

export type OperationRow = {
  line: string;
  label: string;
  outcome: RowOutcome;
  code: string | null;
  field: string | null;
  reason: string | null;
  warning: string | null;
  effect: string | null;
  subject: string | null;
};

export const listOperations = (query: Query, signal?: AbortSignal) =>
  get<Page<Operation>>('/api/v1/operations', query, signal);
export const getOperation = (id: string, signal?: AbortSignal) =>
  get<OperationDetail>(`/api/v1/operations/${id}`, {}, signal);
export const listOperationRows = (id: string, query: Query, signal?: AbortSignal) =>
  get<Page<OperationRow>>(`/api/v1/operations/${id}/rows`, query, signal);
export const commandOperation = (id: string, command: OperationCommand) =>
  post<Operation>(`/api/v1/operations/${id}/${command.replace('_', '-')}`);
export const failedRowsAddress = (id: string) => `/api/v1/operations/${id}/rows.csv`;
export const allRowsAddress = (id: string) => `${failedRowsAddress(id)}?outcome=all`;

/**
 * Sends a file of SIMs as it is. `fetch` cannot tell how much has left, so this is an XMLHttpRequest.
 *
 * @param onSent hears the share that was sent, 0 to 1
 */
export function uploadSims(
  file: File,
  into: { telecom: string; company: string | null },
  onSent: (share: number) => void,
  signal: AbortSignal,
): Promise<Operation> {
  const query = new URLSearchParams({ telecom: into.telecom, name: file.name.slice(0, 255) });
  if (into.company) query.set('company', into.company);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/operations/sim-imports?${query}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('idempotency-key', crypto.randomUUID());
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status === 202) resolve(request.response as Operation);
      else reject(new ApiError(request.status, request.response?.error ?? {}));
    };
    request.onerror = () => reject(new ApiError(0, {}));
    request.onabort = () => reject(new DOMException('Aborted', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
