import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMailServer, readLetter } from '../../test/mail-server.ts';
import type { Organization } from '../kit/ctx.ts';
import { atomically, rows, run, sql } from '../kit/db.ts';
import { type Id, publicId, toHex } from '../kit/ids.ts';
import { call, type TenancyWorld, tenancyWorld } from '../tenancy/testing.ts';
import { layOut } from './layout.ts';
import { afterTry, isAddress, type NewLetter, pauses } from './model.ts';
import { letterRoutes } from './routes.ts';
import { openSender } from './sender.ts';
import { getLetter, post, sweep } from './service.ts';
import { openSmtp } from './smtp.ts';

let world: TenancyWorld;
let organization: Organization;
let server: Awaited<ReturnType<typeof openMailServer>>;
let at = new Date('2026-03-01T12:00:00Z');

beforeAll(async () => {
  world = await tenancyWorld({ now: () => at });
  ({ organization } = await world.organization('Núcleo "Mobile", Inc.'));
  server = await openMailServer();
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const plain: NewLetter = {
  ...{ kind: 'receipt', to: { address: 'ana@example.com' }, subject: 'Receipt', text: 'Thank you.', language: 'en' },
};
const write = (letter: Partial<NewLetter> = {}) => post(world.as(organization), { ...plain, ...letter });
const read = (id: Id) => getLetter(world.as(organization), id);

/** One turn of the loop, to its end. */
async function turn(url: string | null = server.url): Promise<void> {
  const sender = openSender(url === null ? null : openSmtp({ url, from: 'billing@example.org' }, 'sims.example.org'));
  await sender.sendDue(world.runtime, organization);
  await sender.settle();
}
const last = () => readLetter(server.received.at(-1)!.raw);
const later = (ms: number) => {
  at = new Date(at.getTime() + ms);
};

describe('a letter', () => {
  it('is delivered whole, once, under an id made of ours', async () => {
    const content = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
    const id = await write({
      to: { address: 'ana@example.com', name: 'Ana, María' },
      subject: 'Ihr Beleg für 5 €',
      ...{ text: 'Danke für Ihre Zahlung.\n.\nEnde', html: '<p>Danke</p>', language: 'de' },
      attachments: [{ name: 'Beleg 1.pdf', contentType: 'application/pdf', content }],
    });
    await turn();
    await turn();
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ from: 'billing@example.org', to: ['ana@example.com'] });
    const { headers, body } = last();
    expect(headers.get('message-id')).toBe(`<ltr_${toHex(id)}@sims.example.org>`);
    expect([headers.get('date'), headers.get('content-language')]).toEqual(['Sun, 01 Mar 2026 12:00:00 +0000', 'de']);
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(body).toContain('text/plain');
    expect(body).toContain('<p>Danke</p>');
    const attached = /name="Beleg 1\.pdf"[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(body)![1]!;
    expect(Buffer.from(attached, 'base64').equals(content)).toBe(true);
    expect(await read(id)).toMatchObject({ state: 'sent', attempts: 1, settledAt: at });
  });

  it('of a key is one, however often it is posted, and none when its change is undone', async () => {
    const first = await write({ key: 'reminder:1' });
    expect(await write({ key: 'reminder:1', text: 'Again.' })).toBe(first);
    const undone = atomically(world.as(organization), async (ctx) => {
      await post(ctx, { ...plain, key: 'reminder:2' });
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    const before = server.received.length;
    await turn();
    expect(server.received.length - before).toBe(1);
  });

  it('can begin no header and name no second recipient', async () => {
    const evil = 'x\r\nBcc: eve@example.com\r\n\r\nhello';
    await write({ to: { address: 'ana@example.com', name: evil }, subject: evil });
    await turn();
    const { headers, body } = last();
    expect(server.received.at(-1)!.to).toEqual(['ana@example.com']);
    expect(headers.has('bcc')).toBe(false);
    expect(headers.get('subject')).toBe('x Bcc: eve@example.com hello');
    expect(body.trim()).toBe('Thank you.');
    for (const address of [
      ...[
        'a@example.com,eve@example.com',
        'a@example.com\r\nBcc: eve@example.com',
        'Ana <a@example.com>',
        'a b@example.com',
      ],
      ...['"a b"@example.com', 'a@b@example.com', 'a@', '@example.com', 'a@exam ple.com', 'a;b@example.com', ''],
    ]) {
      expect(isAddress(address)).toBe(false);
      await expect(write({ to: { address } })).rejects.toMatchObject({ code: 'mail.recipient_invalid' });
    }
    expect(['a@example.com', "o'brien+x@mail.example.co.uk", 'a@localhost', 'jörg@example.com'].every(isAddress)).toBe(
      true,
    );
  });

  it('that is refused for good is given up, and an event says so', async () => {
    server.rules.answer = () => ({ code: 550, text: 'no such mailbox' });
    const id = await write({ about: { type: 'end_user', id: organization.id } });
    await turn();
    expect(await read(id)).toMatchObject({ state: 'failed', attempts: 1 });
    expect((await read(id)).lastAnswer).toContain('no such mailbox');
    const events = await atomically(world.as(organization), (ctx) =>
      rows<{ data: object }>(
        ctx,
        sql`/* test */ select data from events where organization_id = ${organization.id} and name = 'letter.failed'`,
      ),
    );
    expect(events.at(-1)!.data).toMatchObject({ letter: publicId('letter', id), kind: 'receipt' });
    server.rules.answer = () => null;
  });

  it.each([
    ['is busy', 'busy', 'try later'],
    ['is not there', 'away', 'The mail server cannot be reached.'],
    ['refuses our password', 'wrong', 'The mail server refuses our user or password.'],
  ])('waits while the server %s, and is sent when that is over', async (_, what, words) => {
    if (what === 'busy') server.rules.answer = () => ({ code: 451, text: 'try later' });
    const url = { busy: server.url, away: 'smtp://127.0.0.1:1', wrong: `smtp://user:wrong@127.0.0.1:${server.port}` }[
      what
    ]!;
    const before = server.received.length;
    const id = await write();
    await turn(url);
    const waiting = await read(id);
    expect([waiting.state, waiting.attempts]).toEqual(['waiting', 1]);
    expect(waiting.lastAnswer).toContain(words);
    server.rules.answer = () => null;
    await turn();
    expect(server.received.length).toBe(before);
    later(40_000);
    await turn();
    expect(await read(id)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('whose sender died is sent by another, under the same id', async () => {
    const id = await write();
    await atomically(world.as(organization), (ctx) =>
      run(
        ctx,
        sql`/* test */ update letters set attempts = 1, next_attempt_at = ${new Date(at.getTime() + 180_000)}
             where organization_id = ${organization.id} and id = ${id}`,
      ),
    );
    await turn();
    expect((await read(id)).state).toBe('waiting');
    later(180_000);
    await turn();
    expect(last().headers.get('message-id')).toBe(`<ltr_${toHex(id)}@sims.example.org>`);
  });

  it('without a mail server is held, and sent when somebody says so', async () => {
    const { base } = await world.serve(letterRoutes);
    const key = await world.key(organization);
    const id = await write({ subject: 'Held back' });
    await turn(null);
    const ask = (method: string, path: string) => call(base, method, path, { key });
    const { body } = await ask('GET', '/api/v1/letters?state=held&search=held%20B');
    expect(body.items).toMatchObject([
      { id: publicId('letter', id), state: 'held', lastAnswer: 'No mail server is set.' },
    ]);
    const before = server.received.length;
    await turn();
    expect(server.received.length).toBe(before);
    const url = `/api/v1/letters/${publicId('letter', id)}`;
    expect((await ask('POST', `${url}/send`)).body).toMatchObject({ state: 'waiting', text: 'Thank you.' });
    expect((await ask('POST', `${url}/send`)).body.error.code).toBe('letter.waiting');
    await turn();
    expect((await ask('GET', url)).body).toMatchObject({ state: 'sent', to: 'ana@example.com', attachments: [] });
    const stranger = await world.key((await world.organization('Other')).organization);
    expect((await call(base, 'GET', url, { key: stranger })).status).toBe(404);
  });

  it('that signs somebody in is sealed, shown to nobody, and erased once it is sent', async () => {
    const id = await write({ secret: true, text: 'https://x/#token-1', until: new Date(at.getTime() + 900_000) });
    const kept = async () =>
      atomically(world.as(organization), (ctx) =>
        rows<{ text: string | null; sealed: Buffer | null }>(
          ctx,
          sql`/* test */ select text, sealed from letters where organization_id = ${organization.id} and id = ${id}`,
        ),
      );
    expect((await kept())[0]).toMatchObject({ text: null, sealed: expect.any(Buffer) });
    expect((await kept())[0]!.sealed!.includes('token-1')).toBe(false);
    expect((await read(id)).text).toBeNull();
    await turn();
    expect(last().body).toContain('https://x/#token-1');
    expect((await kept())[0]).toEqual({ text: null, sealed: null });
  });

  it('that is of no use any more is not sent; its link is erased, and after three months it is forgotten', async () => {
    const id = await write({ secret: true, text: 'https://x/#token-2', until: new Date(at.getTime() + 900_000) });
    later(900_001);
    const before = server.received.length;
    await turn();
    expect(server.received.length).toBe(before);
    expect(await read(id)).toMatchObject({ state: 'failed', lastAnswer: 'It is of no use any more.' });
    await sweep(world.as(organization));
    later(91 * 86_400_000);
    await sweep(world.as(organization));
    await expect(read(id)).rejects.toMatchObject({ code: 'letter.not_found' });
  });
});

it('tries for two days, and no longer', () => {
  const start = new Date('2026-03-01T00:00:00Z');
  let now = start;
  for (let attempt = 1; attempt <= pauses.length; attempt++) {
    const after = afterTry(attempt, { sent: false, final: false }, now, 0.5);
    expect(after.state).toBe('waiting');
    now = after.nextAttemptAt;
  }
  expect(afterTry(pauses.length + 1, { sent: false, final: false }, now, 0.5).state).toBe('failed');
  expect((now.getTime() - start.getTime()) / 86_400_000).toBeCloseTo(2, 0);
});

it('lays out the same words as text and as HTML, where nothing of a stranger is markup', () => {
  const { text, html } = layOut({
    ...{ greeting: 'Dear <b>Ana</b>,', paragraphs: ['One & two.', 'Line 1\nLine 2'], from: 'World "1"' },
    action: { label: 'Sign in', url: 'https://x.example/my/#a"b' },
  });
  expect(text).toBe(
    'Dear <b>Ana</b>,\n\nOne & two.\n\nLine 1\nLine 2\n\nSign in:\nhttps://x.example/my/#a"b\n\nWorld "1"\n',
  );
  expect(html).toContain('Dear &lt;b&gt;Ana&lt;/b&gt;,');
  expect(html).toContain('Line 1<br>Line 2');
  expect(html).toContain('href="https://x.example/my/#a&quot;b"');
});
