import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Api, openApi, type TestOrganization } from '../../insight/testing.ts';
import { publicId } from '../../kit/ids.ts';
import { createCompany } from '../../tenancy/index.ts';
import { taxRoutes } from '../routes.ts';
import { setNumber, setRate } from '../service.ts';
import { askVies, carryChecks, nextTry } from './checks.ts';
import { openVies, readAnswer, type Vies } from './door.ts';
import { isInVies, malformedAs } from './formats.ts';

/** A local server that answers as the Commission's REST API does. */
let register: Server;
let vies: Vies;
let asked: string[] = [];
let says: { status: number; body: unknown; stop?: boolean } = { status: 200, body: {} };
let api: Api;
let base: string;
let seller: TestOrganization;

const approximate = { name: '---', street: '---', postalCode: '---', city: '---', companyType: '---', matchName: 3 };
const answer = (isValid: boolean, more: object = {}) => ({
  ...{ isValid, requestDate: '2026-04-01T08:00:00.000Z', userError: isValid ? 'VALID' : 'INVALID' },
  ...{
    name: '---',
    address: '---',
    requestIdentifier: '',
    vatNumber: '123456789B01',
    viesApproximate: approximate,
    ...more,
  },
});

beforeAll(async () => {
  register = createServer((request, response) => {
    asked.push(request.url!);
    if (says.stop) return request.socket.destroy();
    response.writeHead(says.status, { 'content-type': 'application/json' });
    response.end(typeof says.body === 'string' ? says.body : JSON.stringify(says.body));
  });
  await new Promise<void>((resolve) => register.listen(0, '127.0.0.1', resolve));
  vies = openVies(`http://127.0.0.1:${(register.address() as AddressInfo).port}/rest-api`);
  api = await openApi();
  ({ base } = await api.serve((http) => taxRoutes(http)));
  seller = await api.open('Seller');
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await api.close();
  await new Promise((resolve) => register.close(resolve));
});

const ctx = () => api.as(seller.organization);
const carry = () => carryChecks(api.runtime, seller.organization, vies);
let made = 0;

async function company(number = '123456789B01', country = 'NL') {
  made += 1;
  const { id } = await createCompany(ctx(), { name: `Buyer ${made}` });
  await setNumber(ctx(), id, { country, number });
  return id;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads it as it is on the wire.
async function seen(id: string, path = '', method = 'GET'): Promise<{ status: number; body: any }> {
  const url = `${base}/api/v1/tax/${publicId('company', id)}${path}`;
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${seller.key}` } });
  return { status: response.status, body: await response.json() };
}

describe('a check at VIES', () => {
  it('is a row, then a question, then a result with its number, name and date', async () => {
    api.setNow('2026-04-01T08:00:00Z');
    const id = await company();
    expect((await seen(id, '/number/vies', 'POST')).body.checks).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    await askVies(ctx(), id);
    says = {
      status: 200,
      body: answer(true, {
        name: 'ACME B.V.',
        address: 'STRAAT 1\n1234AB AMSTERDAM',
        requestIdentifier: 'WAPIAAAAXYZ',
      }),
    };
    expect(await carry()).toBe(1);
    expect(asked).toEqual(['/rest-api/ms/NL/vat/123456789B01']);
    const { body } = await seen(id);
    expect(body.number).toMatchObject({
      valid: true,
      checkedHow: 'vies',
      checkedBy: 'VIES',
      reference: 'WAPIAAAAXYZ',
      checkedAt: '2026-04-01T08:00:00.000Z',
    });
    expect(body.checks).toMatchObject([
      {
        state: 'answered',
        valid: true,
        name: 'ACME B.V.',
        address: 'STRAAT 1\n1234AB AMSTERDAM',
        attempts: 1,
        problem: null,
      },
    ]);
    expect(await carry()).toBe(0);
    // With a number of our own, the answer is to us.
    await setNumber(ctx(), seller.organization.id, { country: 'DE', number: '136695976' });
    await askVies(ctx(), id);
    says = { status: 200, body: answer(false) };
    await carry();
    expect(asked.at(-1)).toBe('/rest-api/ms/NL/vat/123456789B01?requesterMemberStateCode=DE&requesterNumber=136695976');
    expect((await seen(id)).body.number).toMatchObject({ valid: false, checkedHow: 'vies' });
  });

  it('is asked again while VIES cannot tell, so often and no more; then somebody finds out', async () => {
    api.setNow('2026-04-02T08:00:00Z');
    const id = await company();
    await askVies(ctx(), id);
    const troubles = [
      { status: 200, body: answer(false, { userError: 'MS_UNAVAILABLE' }) },
      { status: 200, body: answer(false, { userError: 'MS_MAX_CONCURRENT_REQ' }) },
      { status: 200, body: answer(false, { userError: 'TIMEOUT' }) },
      { status: 429, body: 'Too Many Requests' },
      { status: 500, body: { actionSucceed: false, errorWrappers: [{ error: 'SERVICE_UNAVAILABLE' }] } },
      { status: 0, body: '', stop: true },
      { status: 200, body: '<html>maintenance</html>' },
    ];
    const words = [
      'MS_UNAVAILABLE',
      'MS_MAX_CONCURRENT_REQ',
      'TIMEOUT',
      'HTTP_429',
      'SERVICE_UNAVAILABLE',
      'UNREACHABLE',
      'UNREADABLE',
    ];
    for (const [i, trouble] of troubles.entries()) {
      says = trouble;
      expect(await carry()).toBe(1);
      const [check] = (await seen(id)).body.checks;
      expect(check).toMatchObject({ problem: words[i], attempts: i + 1, valid: null });
      expect(await carry()).toBe(0);
      if (i < troubles.length - 1) api.setNow(check.nextAttemptAt);
      else expect(check).toMatchObject({ state: 'by_hand', nextAttemptAt: null });
    }
    expect((await seen(id)).body.number).toMatchObject({ valid: null });
  });

  it('ends at once where asking again tells nothing, and takes nothing from reverse charge that stands', async () => {
    api.setNow('2026-04-04T08:00:00Z');
    for (const problem of ['INVALID_INPUT', 'VAT_BLOCKED', 'IP_BLOCKED', 'INVALID_REQUESTER_INFO']) {
      const id = await company();
      await askVies(ctx(), id);
      says = { status: 200, body: answer(false, { userError: problem }) };
      await carry();
      expect((await seen(id)).body.checks).toMatchObject([{ state: 'by_hand', problem }]);
    }
    const id = await company();
    await askVies(ctx(), id);
    says = { status: 200, body: answer(true) };
    await carry();
    await setRate(ctx(), id, { validFrom: '2026-04-04', category: 'AE', ratePpm: 0, reason: 'Reverse charge' });
    api.setNow('2026-04-04T09:00:00Z');
    await askVies(ctx(), id);
    says = { status: 200, body: answer(false) };
    await carry();
    const { body } = await seen(id);
    expect(body.number).toMatchObject({ valid: true });
    expect(body.checks[0]).toMatchObject({ state: 'answered', valid: false, problem: 'tax.reverse_charge_stands' });
  });

  it('forgets what it was told of a number that the account has no more, and knows its own countries', async () => {
    const id = await company();
    await askVies(ctx(), id);
    await setNumber(ctx(), id, { country: 'NL', number: '999999999B01' });
    says = { status: 200, body: answer(true) };
    await carry();
    expect((await seen(id)).body.number).toMatchObject({ number: '999999999B01', valid: null });
    const swiss = await company('CHE123456789', 'CH');
    expect(await seen(swiss, '/number/vies', 'POST')).toMatchObject({
      status: 409,
      body: { error: { code: 'tax.number_not_in_vies' } },
    });
    await expect(setNumber(ctx(), id, { country: 'DE', number: '12345678' })).rejects.toMatchObject({
      code: 'tax.number_malformed',
    });
  });
});

describe('how numbers are written', () => {
  const good = [
    ...[
      'ATU12345678',
      'BE0123456789',
      'BG123456789',
      'CY12345678L',
      'CZ12345678',
      'DE123456789',
      'DK12345678',
      'EE123456789',
    ],
    ...[
      'EL123456789',
      'ESA1234567Z',
      'ES12345678Z',
      'FI12345678',
      'FRXX123456789',
      'HR12345678901',
      'HU12345678',
      'IE1234567WA',
    ],
    ...[
      'IE1S23456L',
      'IT12345678901',
      'LT123456789',
      'LT123456789012',
      'LU12345678',
      'LV12345678901',
      'MT12345678',
      'NL123456789B01',
    ],
    ...[
      'PL1234567890',
      'PT123456789',
      'RO12',
      'SE123456789012',
      'SI12345678',
      'SK1234567890',
      'XI123456789',
      'XIGD123',
    ],
  ];
  it.each(good)('%s is well written, and one more digit is not', (text) => {
    const [country, number] = [text.slice(0, 2), text.slice(2)];
    expect([isInVies(country), malformedAs(country, number)]).toEqual([true, null]);
    expect(malformedAs(country, `${number}12345678901`)).not.toBeNull();
  });

  it('others are nobody’s to judge here', () => {
    expect([isInVies('CH'), malformedAs('CH', 'CHE123'), isInVies('GR'), isInVies('constructor')]).toEqual([
      false,
      null,
      false,
      false,
    ]);
  });
});

it('an answer is read by what VIES says, never by a false alone', () => {
  expect(readAnswer(200, JSON.stringify({ isValid: false }))).toEqual({ kind: 'later', problem: 'UNREADABLE' });
  expect(readAnswer(200, JSON.stringify({ isValid: false, userError: 'SERVER_BUSY' }))).toEqual({
    kind: 'later',
    problem: 'SERVER_BUSY',
  });
  expect(readAnswer(400, JSON.stringify({ errorWrappers: [{ error: 'INVALID_INPUT' }] }))).toEqual({
    kind: 'never',
    problem: 'INVALID_INPUT',
  });
  const now = new Date('2026-01-01T00:00:00Z');
  expect([nextTry(1, now)?.toISOString(), nextTry(7, now)]).toEqual(['2026-01-01T00:01:00.000Z', null]);
});
