import { describe, expect, it } from 'vitest';
import { AddressRefused, openGuard } from './guard.ts';

const looked = (guard: ReturnType<typeof openGuard>, name: string) =>
  new Promise<string>((resolve, reject) =>
    guard.lookup(name, { all: false }, (error, address) => (error ? reject(error) : resolve(String(address)))),
  );

describe('the guard', () => {
  const closed = openGuard([]);

  it.each([
    ...[
      'http://127.0.0.1/',
      'http://127.1/',
      'http://0x7f000001/',
      'http://2130706433/',
      'http://10.0.0.1:8080/',
      'http://172.31.9.9/',
    ],
    ...[
      'http://192.168.1.1/',
      'http://169.254.169.254/latest/meta-data',
      'http://100.64.0.1/',
      'http://0.0.0.0/',
      'http://224.0.0.1/',
    ],
    ...[
      'http://[::1]/',
      'http://[::]/',
      'http://[fe80::1]/',
      'http://[fd00::1]/',
      'http://[::ffff:10.0.0.1]/',
      'http://[64:ff9b::a00:1]/',
    ],
    ...['http://[2002:a00:1::]/', 'http://198.18.0.1/', 'http://255.255.255.255/'],
  ])('refuses %s', (url) => {
    expect(() => closed.check(new URL(url))).toThrow(AddressRefused);
  });

  it.each(['http://8.8.8.8/', 'https://1.1.1.1:8443/x', 'https://[2606:4700::1111]/', 'https://hooks.example.com/in'])(
    'lets %s through',
    (url) => {
      expect(() => closed.check(new URL(url))).not.toThrow();
    },
  );

  it('calls by http and https alone', () => {
    for (const url of ['ftp://8.8.8.8/', 'file:///etc/passwd', 'gopher://8.8.8.8/']) {
      expect(() => closed.check(new URL(url))).toThrow(AddressRefused);
    }
  });

  it('refuses a name that leads to a private address', async () => {
    await expect(looked(closed, 'localhost')).rejects.toThrow('The name localhost leads to a private address.');
  });

  it('opens what it was told to open, and no more', async () => {
    const lab = openGuard(['127.0.0.1/32', '::1/128', '10.1.0.0/16']);
    expect(['127.0.0.1', '::1']).toContain(await looked(lab, 'localhost'));
    expect(() => lab.check(new URL('http://10.1.2.3/'))).not.toThrow();
    for (const url of ['http://127.0.0.2/', 'http://10.2.0.1/'])
      expect(() => lab.check(new URL(url))).toThrow(AddressRefused);
  });

  it.each(['10.0.0.0/33', 'localhost', '10.0.0.0/8/8', '10.0.0.0/x', ''])('is not made of %j', (range) => {
    expect(() => openGuard([range])).toThrow(RangeError);
  });
});
