import type { LineState } from '../model.ts';
import {
  type Answer,
  type Caps,
  type Carried,
  type CarrierConnector,
  type CarrierSim,
  CarrierUnreachable,
  type SettingsAnswer,
} from './contract.ts';
import { orderByEs2plus } from './es2plus.ts';

/** The carrier API of the simulated telecom: a process of its own on this machine, reached as a real carrier would be. */
export const caps: Caps = {
  stateAt: 'carrier',
  network: true,
  text: true,
  walls: false,
  profiles: true,
  settings: [
    { name: 'base-settings', version: '1.0.0' },
    { name: 'base-settings', version: '1.1.0' },
    { name: 'roaming-list', version: '2026.1' },
  ],
};

const maxReplyBytes = 64 * 1024;

type Reply = { status: number; body: Record<string, unknown> };

/**
 * A client of the simulated telecom. `baseUrl` and `token` are made anew at every start and handed in, never stored.
 * A request may take `timeoutMs` (default 5,000); redirects are not followed.
 */
export function simulatedConnector(options: { baseUrl: string; token: string; timeoutMs?: number }): CarrierConnector {
  const base = options.baseUrl.replace(/\/+$/, '');

  async function call(method: 'GET' | 'POST', path: string, json?: object): Promise<Reply> {
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${options.token}`, ...(json ? { 'content-type': 'application/json' } : {}) },
        body: json ? JSON.stringify(json) : undefined,
        redirect: 'error',
        signal: AbortSignal.timeout(options.timeoutMs ?? 5_000),
      });
      const body = await readBounded(response);
      if (response.status === 401 || response.status === 403) {
        throw new CarrierUnreachable(`The carrier refused our credentials (HTTP ${response.status}).`);
      }
      if (response.status >= 500) throw new CarrierUnreachable(`The carrier answered HTTP ${response.status}.`);
      return { status: response.status, body: parseObject(body) };
    } catch (error) {
      throw error instanceof CarrierUnreachable ? error : new CarrierUnreachable(sayWhy(error));
    }
  }

  async function ask<T>(
    request: () => Promise<Reply>,
    read: (reply: Reply) => T,
    unreachable: (why: string) => T,
  ): Promise<T> {
    try {
      return read(await request());
    } catch (error) {
      if (error instanceof CarrierUnreachable) return unreachable(error.message);
      throw error;
    }
  }
  const again = (text: string): Answer => ({ kind: 'again', text, unreachable: true });
  const later = (text: string): Carried => ({ kind: 'later', text });

  return {
    caps,

    async verify() {
      // Any answer to a SIM that cannot exist proves the address and the token.
      await call('GET', '/sims/000000000000000000');
    },

    async getSim(ref) {
      const { status, body } = await call('GET', `/sims/${encodeURIComponent(ref.iccid)}`);
      if (status === 404) return null;
      if (status !== 200) throw new CarrierUnreachable(`The carrier answered HTTP ${status}.`);
      return readSim(ref.iccid, body);
    },

    setState: (ref, want, operationKey) =>
      ask(
        () =>
          call('POST', `/sims/${encodeURIComponent(ref.iccid)}/state`, {
            state: want === 'active' ? 'active' : 'suspended',
            operation: operationKey,
          }),
        ({ status, body }) => {
          if (status === 404) return { kind: 'refused', text: 'The carrier knows no such SIM.', unknownSim: true };
          if (status === 429) return { kind: 'again', text: 'The carrier asks us to slow down.' };
          if (status !== 200 && status !== 202)
            return { kind: 'refused', text: `The carrier answered HTTP ${status}.` };
          return readOperation(body);
        },
        again,
      ),

    getOperation: (reference) =>
      ask(
        () => call('GET', `/operations/${encodeURIComponent(reference)}`),
        ({ status, body }) => {
          if (status === 404) return { kind: 'forgotten', text: 'The carrier lost the operation; it is asked again.' };
          if (status !== 200) return { kind: 'again', text: `The carrier answered HTTP ${status}.` };
          return readOperation(body);
        },
        again,
      ),

    sendText: (ref, text, key) =>
      ask(
        () => call('POST', `/sims/${encodeURIComponent(ref.iccid)}/texts`, { text, key }),
        ({ status, body }) => {
          if (status === 404) return { kind: 'failed', text: 'The carrier knows no such SIM.' };
          if (status === 429) return later('The carrier asks us to slow down.');
          if (status !== 200 && status !== 202) return { kind: 'failed', text: `The carrier answered HTTP ${status}.` };
          return readText(body, key);
        },
        later,
      ),

    textStatus: (reference) =>
      ask(
        () => call('GET', `/texts/${encodeURIComponent(reference)}`),
        ({ status, body }) => {
          // It took the text and has forgotten it: sent a second time it might arrive twice.
          if (status === 404) return { kind: 'sent', reference: null };
          if (status !== 200) return later(`The carrier answered HTTP ${status}.`);
          return readText(body, reference);
        },
        later,
      ),

    orderProfile: (order, key) =>
      orderByEs2plus((name, body) => call('POST', `/gsma/rsp2/es2plus/${name}`, body), order, key),

    updateSettings: (ref, settings, key) =>
      askSettings(
        () => call('POST', `/sims/${encodeURIComponent(ref.iccid)}/settings`, { ...settings, operation: key }),
        { kind: 'failed', text: 'The carrier knows no such SIM.' },
      ),

    settingsStatus: (reference) =>
      askSettings(() => call('GET', `/settings/${encodeURIComponent(reference)}`), { kind: 'forgotten' }),
  };
}

async function askSettings(request: () => Promise<Reply>, unknown: SettingsAnswer): Promise<SettingsAnswer> {
  try {
    const { status, body } = await request();
    if (status === 404) return unknown;
    if (status === 429) return { kind: 'later', text: 'The carrier asks us to slow down.' };
    if (status !== 200 && status !== 202) return { kind: 'failed', text: `The carrier answered HTTP ${status}.` };
    return readSettings(body);
  } catch (error) {
    if (error instanceof CarrierUnreachable) return { kind: 'later', text: error.message };
    throw error;
  }
}

function readSettings({ operation, status }: Record<string, unknown>): SettingsAnswer {
  if (status === 'done') return { kind: 'done' };
  if (status === 'failed') return { kind: 'failed', text: 'The SIM did not take it.' };
  const known = status === 'waiting' || status === 'running';
  if (known && typeof operation === 'string' && operation.length > 0 && operation.length <= 200) {
    return { kind: status, reference: operation };
  }
  return { kind: 'later', text: 'The carrier answered with an update we do not understand.' };
}

function readSim(iccid: string, body: Record<string, unknown>): CarrierSim {
  const { imsi, state } = body;
  if (body.iccid !== iccid || typeof state !== 'string' || (imsi != null && !/^[0-9]{6,15}$/.test(String(imsi)))) {
    throw new CarrierUnreachable('The carrier answered with a SIM we do not understand.');
  }
  const states: Record<string, LineState> = { active: 'active', suspended: 'inactive' };
  return { iccid, imsi: imsi == null ? null : String(imsi), state: states[state] ?? 'unknown', raw: state };
}

function readOperation({ operation, status }: Record<string, unknown>): Answer {
  if (status === 'done') return { kind: 'done', text: 'done' };
  if (status === 'pending' && typeof operation === 'string' && operation.length > 0 && operation.length <= 200) {
    return { kind: 'pending', reference: operation };
  }
  return { kind: 'again', text: 'The carrier answered with an operation we do not understand.' };
}

function readText({ key, status, failure }: Record<string, unknown>, asked: string): Carried {
  if (key !== asked) return { kind: 'later', text: 'The carrier answered with a text we do not understand.' };
  if (status === 'sent') return { kind: 'sent', reference: asked };
  if (status === 'delivered') return { kind: 'delivered' };
  if (status === 'failed') {
    return { kind: 'failed', text: typeof failure === 'string' ? failure.slice(0, 500) : 'The carrier gave it up.' };
  }
  return { kind: 'later', text: 'The carrier answered with a status we do not understand.' };
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > maxReplyBytes) throw new CarrierUnreachable(`The carrier sent more than ${maxReplyBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseObject(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: not JSON is as little an answer as JSON of another shape.
  }
  throw new CarrierUnreachable('The carrier answered with something that is not a JSON object.');
}

function sayWhy(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'The carrier did not answer in time.';
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  return cause?.code ? `The carrier cannot be reached (${cause.code}).` : 'The carrier cannot be reached.';
}
