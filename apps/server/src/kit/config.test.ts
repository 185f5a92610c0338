import { expect, test } from 'vitest';
import { ConfigFault, readConfig } from './config.ts';

const ranges = (env: NodeJS.ProcessEnv) => readConfig(env).outgoingPrivate;

test('private ranges that may be called: none, or this machine with the demo, or those that are named', () => {
  expect(ranges({})).toEqual(['127.0.0.0/8', '::1']);
  expect(ranges({ SIMWRIGHT_DEMO: 'off' })).toEqual([]);
  expect(ranges({ OUTGOING_PRIVATE: '' })).toEqual([]);
  expect(ranges({ OUTGOING_PRIVATE: ' 10.0.0.0/8, fd00::/8 ,192.0.2.7' })).toEqual([
    '10.0.0.0/8',
    'fd00::/8',
    '192.0.2.7',
  ]);
});

test.each([
  '10.0.0.0/99',
  '10.0.0/8',
  'fd00::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  'internal',
  '1.2.3.4 5',
])('a range like %s refuses the start in one sentence', (wrong) => {
  const start = () => readConfig({ OUTGOING_PRIVATE: `10.0.0.0/8,${wrong}` });
  expect(start).toThrow(ConfigFault);
  expect(start).toThrow(`OUTGOING_PRIVATE has "${wrong}"; it must be ranges of addresses, like 10.0.0.0/8,fd00::/8.`);
});

test('mail: by nobody, or by a server and from an address; one without the other refuses the start', () => {
  expect(readConfig({}).mail).toBeNull();
  const given = { SMTP_URL: 'smtps://user:p%40ss@mail.example.com:465', MAIL_FROM: 'billing@example.com' };
  expect(readConfig(given).mail).toEqual({ url: given.SMTP_URL, from: given.MAIL_FROM });
  for (const wrong of ['http://mail.example.com', 'smtp://', 'mail.example.com', '']) {
    const start = () => readConfig({ ...given, SMTP_URL: wrong });
    expect(start).toThrow('SMTP_URL must be the address of a mail server');
  }
  for (const wrong of ['', 'Billing <billing@example.com>', 'a@b@example.com', 'a@example.com\r\nBcc: b@example.com']) {
    expect(() => readConfig({ ...given, MAIL_FROM: wrong })).toThrow('MAIL_FROM must be the address');
  }
});

test('data to devices: off, or any free port and this machine with the demo, or what is given', () => {
  const { ipCommands: demo } = readConfig({});
  expect(demo).toEqual({ host: '127.0.0.1', port: 0, ranges: ['127.0.0.0/8'] });
  expect(readConfig({ SIMWRIGHT_DEMO: 'off' }).ipCommands).toEqual({ host: '127.0.0.1', port: null, ranges: [] });
  expect(readConfig({ IP_COMMANDS_PORT: '0' }).ipCommands?.port).toBeNull();
  const given = { RADIUS_HOST: '192.0.2.1', IP_COMMANDS_PORT: '9000', IP_COMMANDS_RANGES: '100.64.0.0/10' };
  expect(readConfig(given).ipCommands).toEqual({ host: '192.0.2.1', port: 9000, ranges: ['100.64.0.0/10'] });
  expect(() => readConfig({ IP_COMMANDS_PORT: 'x' })).toThrow('IP_COMMANDS_PORT is "x"');
  expect(() => readConfig({ IP_COMMANDS_RANGES: 'x' })).toThrow('IP_COMMANDS_RANGES has "x"');
});
