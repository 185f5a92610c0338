import { expect, test } from 'vitest';
import { registrationRefusals } from '../inventory/index.ts';
import { publicId } from '../kit/ids.ts';
import { Refusal, refuse } from '../kit/refusal.ts';
import { ApiError, answerTo, errorBody } from './errors.ts';

test('an error has exactly the fields of the API', () => {
  expect(errorBody(new ApiError(400, 83001, 'No ICCID', 'Iccid'))).toEqual({
    code: 83001,
    message: 'No ICCID',
    more_info: 'https://www.twilio.com/docs/errors/83001',
    status: 400,
    detail: 'Iccid',
  });
  expect(Object.keys(errorBody(new ApiError(404, 20404, 'Gone')))).toEqual(['code', 'message', 'more_info', 'status']);
});

test.each([
  ['sim.not_registrable', 400, 83002],
  ['sim.status_not_allowed', 400, 83010],
  ['sim.plan_missing', 400, 83007],
  ['sim.fleet_needed', 400, 83008],
  ['sim.unique_name_taken', 400, 83011],
  ['unique_name.taken', 400, 83011],
  ['something.else', 400, 20001],
])('the refusal %s is %i with code %i', (code, status, number) => {
  const { error, fault } = answerTo(refuse.conflict(code, 'No.'));
  expect([error.status, error.code, fault]).toEqual([status, number, false]);
});

test('what is not found, forbidden or too much has the general codes', () => {
  expect(answerTo(refuse.notFound('fleet')).error).toMatchObject({ status: 404, code: 20404 });
  expect(answerTo(refuse.forbidden('permission.denied', 'No.')).error).toMatchObject({ status: 403, code: 20403 });
  const limited = answerTo(new Refusal('rate_limited', 'rate_limited', 'Slow.', { retryAfterSeconds: 3 }));
  expect(limited).toMatchObject({ error: { status: 429, code: 20429 }, retryAfterSeconds: 3 });
});

test('a SIM that is registered already is named by its SID', () => {
  const id = '0192f0a1-b2c3-7d4e-8f50-61728394a5b6';
  const refusal = refuse.conflict(registrationRefusals.alreadyYours, 'Yours.', { sim: publicId('sim', id) });
  expect(answerTo(refusal).error.message).toContain('HS0192f0a1b2c37d4e8f5061728394a5b6');
});

test('a fault of ours says nothing about itself', () => {
  const { error, fault } = answerTo(new Error('secret detail'));
  expect([error.status, error.code, fault]).toEqual([500, 20500, true]);
  expect(JSON.stringify(errorBody(error))).not.toContain('secret');
});
