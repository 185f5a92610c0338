import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { CarrierUnreachable } from './contract.ts';
import { simulatedConnector } from './simulated.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A carrier that answers everything with `respond`. */
async function carrier(respond: RequestListener) {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return simulatedConnector({ baseUrl, token: 'token', timeoutMs: 200 });
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };

const sim = { iccid: '8949000000000000001', imsi: null };

describe('bad answers are no answer, and never a fault', () => {
  const bad: Record<string, RequestListener> = {
    silence: () => {},
    'half an answer': (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
    },
    'a hang-up': (request) => request.socket.destroy(),
    'an endless body': (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    },
    'not JSON': (_request, response) => response.end('<html>'),
    'a JSON list': json(200, []),
    'a fault': json(500, {}),
    'a redirect': (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    'wrong credentials': json(401, {}),
  };
  test.each(Object.entries(bad))('%s', async (_name, respond) => {
    const connector = await carrier(respond);
    await expect(connector.verify()).rejects.toBeInstanceOf(CarrierUnreachable);
    await expect(connector.getSim(sim)).rejects.toBeInstanceOf(CarrierUnreachable);
    expect(await connector.setState(sim, 'active', 'key')).toMatchObject({ kind: 'again', unreachable: true });
    expect(await connector.getOperation('key')).toMatchObject({ kind: 'again', unreachable: true });
    const order = { iccid: sim.iccid, eid: null, withCode: true };
    expect(await connector.orderProfile!(order, 'key')).toMatchObject({ kind: 'later' });
    expect(await connector.updateSettings!(sim, { name: 'a', version: '1' }, 'key')).toMatchObject({ kind: 'later' });
    expect(await connector.settingsStatus!('key')).toMatchObject({ kind: 'later' });
    expect(await connector.sendText!(sim, 'ping', 'key')).toMatchObject({ kind: 'later' });
    expect(await connector.textStatus!('key')).toMatchObject({ kind: 'later' });
  });

  test.each([
    { iccid: sim.iccid, imsi: 5, state: 'active' },
    { iccid: sim.iccid, imsi: 'x', state: 'active' },
    { iccid: 'another', imsi: null, state: 'active' },
    { iccid: sim.iccid, imsi: null, state: 7 },
    {},
  ])('a SIM like %o', async (body) => {
    const connector = await carrier(json(200, body));
    await expect(connector.getSim(sim)).rejects.toBeInstanceOf(CarrierUnreachable);
  });

  test.each([{ status: 'pending', operation: 5 }, { status: 'pending', operation: '' }, { status: 'whatever' }, {}])(
    'an operation like %o',
    async (body) => {
      const connector = await carrier(json(202, body));
      expect(await connector.setState(sim, 'active', 'key')).toMatchObject({ kind: 'again' });
    },
  );
});

test.each([
  [404, { kind: 'refused', unknownSim: true }, { kind: 'forgotten' }],
  [409, { kind: 'refused' }, { kind: 'again' }],
  [429, { kind: 'again' }, { kind: 'again' }],
])('HTTP %i means %o to a change and %o to a question', async (status, change, question) => {
  const connector = await carrier(json(status, {}));
  expect(await connector.setState(sim, 'active', 'key')).toMatchObject(change);
  expect(await connector.getOperation('key')).toMatchObject(question);
});

test.each([
  [200, { key: 'key', status: 'sent' }, { kind: 'sent', reference: 'key' }],
  [200, { key: 'key', status: 'delivered' }, { kind: 'delivered' }],
  [200, { key: 'key', status: 'failed', failure: 'switched off' }, { kind: 'failed', text: 'switched off' }],
  [200, { key: 'key', status: 'failed', failure: 5 }, { kind: 'failed', text: 'The carrier gave it up.' }],
  [200, { key: 'another', status: 'delivered' }, { kind: 'later' }],
  [200, { key: 'key', status: 'exploded' }, { kind: 'later' }],
  [200, {}, { kind: 'later' }],
  [429, {}, { kind: 'later' }],
])('HTTP %i with %o says of a text %o', async (status, body, carried) => {
  const connector = await carrier(json(status, body));
  expect(await connector.sendText!(sim, 'ping', 'key')).toMatchObject(carried);
  expect(await connector.textStatus!('key')).toMatchObject(carried);
});

test('a SIM that the carrier does not know takes no text; one that it has forgotten is asked about no more', async () => {
  const connector = await carrier(json(404, {}));
  expect(await connector.sendText!(sim, 'ping', 'key')).toMatchObject({ kind: 'failed' });
  expect(await connector.textStatus!('key')).toEqual({ kind: 'sent', reference: null });
  const odd = await carrier(json(409, {}));
  expect(await odd.sendText!(sim, 'ping', 'key')).toMatchObject({ kind: 'failed' });
});

test('a status we have no word for is unknown, and none is null', async () => {
  const odd = await carrier(json(200, { iccid: sim.iccid, imsi: null, state: 'in-transit' }));
  expect(await odd.getSim(sim)).toEqual({ iccid: sim.iccid, imsi: null, state: 'unknown', raw: 'in-transit' });
  expect(await (await carrier(json(404, {}))).getSim(sim)).toBeNull();
});

const header = (status: string, statusCodeData?: object) => ({
  header: { functionExecutionStatus: { status, ...(statusCodeData && { statusCodeData }) } },
});
const succeeded = header('Executed-Success');

test.each([
  [
    { ...succeeded, smdpAddress: 'dp.example', matchingId: 'A-1' },
    { kind: 'available', matchingId: 'A-1' },
  ],
  [{ ...succeeded, smdpAddress: 'dp.example', matchingId: 'A 1' }, { kind: 'later' }],
  [{ ...succeeded, smdpAddress: 'https://dp.example/', matchingId: 'A-1' }, { kind: 'later' }],
  [{}, { kind: 'later' }],
  [header('Failed'), { kind: 'refused', code: 'failed' }],
  [
    header('Failed', { subjectCode: '8.2.1', reasonCode: '3.9', message: 'No.' }),
    { kind: 'refused', code: '8.2.1/3.9', text: 'No.' },
  ],
  [header('Failed', { subjectCode: {}, reasonCode: 'x' }), { kind: 'refused', code: '?/?' }],
])('an SM-DP+ that answers %o', async (body, ordered) => {
  const connector = await carrier(json(200, body));
  const order = { iccid: sim.iccid, eid: null, withCode: true };
  expect(await connector.orderProfile!(order, 'key')).toMatchObject(ordered);
});
