import type { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
import { within } from '../../kit/under-way.ts';
import { AccountingFault } from '../door.ts';
import type { XeroAddresses } from './addresses.ts';
import { faultOf, isObject } from './faults.ts';

/** A call ends within this; what comes later nobody hears. */
export const callMs = 30_000;

/**
 * The accounting part of the official SDK, with one token. It is loaded when somebody is connected: it takes 35 MB that the others need
 * not have.
 */
export async function xeroClient(at: XeroAddresses, access: string): Promise<AccountingApi> {
  const { AccountingApi: Api } = await import('xero-node/dist/gen/api/accountingApi.js');
  const api = new Api();
  api.basePath = `${at.api}/api.xro/2.0`;
  api.accessToken = access;
  return api;
}

/** What the SDK answers. What it throws, a text of JSON, becomes a fault; without an answer nobody knows what happened there. */
export async function asked<T>(work: Promise<{ body: T }>): Promise<T> {
  try {
    return (await within(callMs, work)).body;
  } catch (thrown) {
    const told = read(thrown);
    if (!told) {
      const words = thrown instanceof Error ? thrown.message : 'no answer';
      throw new AccountingFault('later', 'xero.no_answer', `Xero gave no answer: ${words.slice(0, 300)}`);
    }
    throw faultOf(told.statusCode, told.headers, told.body);
  }
}

function read(thrown: unknown): { statusCode: number; headers: Record<string, unknown>; body: unknown } | null {
  if (typeof thrown !== 'string') return null;
  try {
    const { response } = JSON.parse(thrown) as { response?: unknown };
    if (!isObject(response) || typeof response.statusCode !== 'number') return null;
    return {
      statusCode: response.statusCode,
      headers: isObject(response.headers) ? response.headers : {},
      body: response.body,
    };
  } catch {
    return null;
  }
}
