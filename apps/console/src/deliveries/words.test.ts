import { expect, test } from 'vitest';
import { aboutWhat, answerWords, parametersOf } from './words.ts';

const form = 'application/x-www-form-urlencoded; charset=utf-8';

test('what was sent is shown as names and values where it is a form, in the body or in the address', () => {
  const body = 'SimSid=HS1&Payload=gr%C3%BC%C3%9Fe+%26+co';
  expect(parametersOf({ contentType: form, body, url: 'https://a.example/' })).toEqual([
    ['SimSid', 'HS1'],
    ['Payload', 'grüße & co'],
  ]);
  expect(parametersOf({ contentType: null, body: null, url: 'https://a.example/x?Status=sent' })).toEqual([
    ['Status', 'sent'],
  ]);
  expect(parametersOf({ contentType: null, body: null, url: 'https://a.example/x' })).toBeNull();
  expect(parametersOf({ contentType: 'application/json', body: '[]', url: 'https://a.example/x?a=b' })).toBeNull();
});

test('an answer is its status with what it said', () => {
  expect(answerWords(204, '')).toBe('HTTP 204');
  expect(answerWords(500, ' broken\n')).toBe('HTTP 500: broken');
  expect(answerWords(null, 'The address 10.0.0.1 is private.')).toBe('The address 10.0.0.1 is private.');
  expect(answerWords(null, null)).toBe('');
});

test('what it tells of leads to its page where there is one', () => {
  expect(aboutWhat('sms_0198')).toEqual({ word: 'Text', to: '/messages', search: { open: 'sms_0198' } });
  expect(aboutWhat('evt_0198')).toBeNull();
  expect(aboutWhat(null)).toBeNull();
});
