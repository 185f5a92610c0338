import { expect, it } from 'vitest';
import { readBack } from './back.ts';

it('goes back to a page of ours, and to nothing else', () => {
  for (const back of ['/my', '/my/payment/pay_0192', '/transactions?open=txn_0192', '/i/aB-9_x']) {
    expect(readBack({ back })).toBe(back);
  }
  for (const back of [
    ...['', 'my', '//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/my/../api/v1'],
    ...['/pay/sandbox/x/y', '/api/v1/me', '/my?next=//evil.example', '/my"onclick', `/${'a'.repeat(200)}`, '/my\n//e'],
    ...[['/my'], undefined, 7],
  ]) {
    expect([back, readBack({ back })]).toEqual([back, null]);
  }
  expect(readBack(null)).toBeNull();
});
