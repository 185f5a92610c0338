import { get, type Page, post, type Query } from './http.ts';

export type Direction = 'to_sim' | 'from_sim';
export type SmsStatus = 'queued' | 'sent' | 'delivered' | 'received' | 'failed';

export type Sms = {
  id: string;
  sim: { id: string; iccid: string; uniqueName: string | null };
  company: string | null;
  direction: Direction;
  payload: string;
  status: SmsStatus;
  failure: string | null;
  callback: { method: 'GET' | 'POST'; url: string } | null;
  attempts: number;
  /** Null: its telecom is not asked about it any more. */
  nextAttemptAt: string | null;
  expiresAt: string | null;
  createdAt: string;
  updatedAt: string;
};

/** Data to a SIM or from it: what one datagram carries. */
export type IpCommand = Pick<
  Sms,
  'id' | 'sim' | 'direction' | 'payload' | 'failure' | 'callback' | 'attempts' | 'createdAt' | 'updatedAt'
> & {
  status: IpStatus;
  /** Text, or base64 of bytes. */
  payloadType: 'text' | 'binary';
  deviceAddress: string | null;
  devicePort: number;
  errorCode: number | null;
};
export type IpStatus = 'queued' | 'sent' | 'received' | 'failed';

export type UnplacedState = 'open' | 'placed' | 'dismissed';
export type UnplacedReason = 'unknown_sim' | 'unknown_text' | 'not_one_message' | 'key_used' | 'unreadable';

export type Unplaced = {
  id: string;
  telecomId: string;
  key: string;
  kind: 'text' | 'report' | 'unreadable';
  about: string;
  reason: UnplacedReason;
  detail: string;
  body: string;
  state: UnplacedState;
  command: string | null;
  receivedAt: string;
  settledAt: string | null;
  settledBy: string | null;
};

export const smsAddress = '/api/v1/sms-commands';
export const listSms = (query: Query, signal?: AbortSignal) => get<Page<Sms>>(smsAddress, query, signal);
export const getSms = (id: string) => get<Sms>(`${smsAddress}/${id}`);
export const sendSms = (input: { sim: string; payload: string }) => post<Sms>(smsAddress, input);

const ipCommands = '/api/v1/ip-commands';
export const listIpCommands = (query: Query, signal?: AbortSignal) => get<Page<IpCommand>>(ipCommands, query, signal);
export const getIpCommand = (id: string) => get<IpCommand>(`${ipCommands}/${id}`);
export const sendIpCommand = (input: Pick<IpCommand, 'payload' | 'payloadType' | 'devicePort'> & { sim: string }) =>
  post<IpCommand>(ipCommands, input);

const unplaced = '/api/v1/unplaced-messages';
export const listUnplaced = (query: Query, signal?: AbortSignal) => get<Page<Unplaced>>(unplaced, query, signal);
export const replayUnplaced = (input: { ids?: string[]; telecom?: string; reason?: string }) =>
  post<{ placed: number; kept: number }>(`${unplaced}/replay`, input);
export const dismissUnplaced = (ids: string[]) => post<{ dismissed: number }>(`${unplaced}/dismiss`, { ids });
