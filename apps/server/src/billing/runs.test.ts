import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { drift } from '../../test/world.ts';
import { mb, openBilling } from './testing.ts';

// Many accounts are made and billed one after the other.
vi.setConfig({ testTimeout: 120_000 });

let world: Awaited<ReturnType<typeof openBilling>>;
beforeAll(async () => {
  world = await openBilling();
});
afterEach(async () => expect(await drift(world.owner)).toEqual([]));
afterAll(() => world.close());

const told = (preBills: { kind: string; periodFrom: string; net: string; company: { name: string } }[]) =>
  preBills.map(({ kind, periodFrom, net, company }) => [company.name, kind, periodFrom, net]);

describe('a bill run', () => {
  it('bills each month of each account once, when its grace days are over; time that passes in leaps leaves no month out', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Runs');
    const [slow, quick] = [await seller.company('Slow', 1), await seller.company('Quick', 2)];
    await seller.company('Nothing', 0);
    await seller.call('PATCH', `billing-settings/${slow.publicId}`, { graceDays: 3 });
    expect((await seller.call('GET', `billing-settings/${slow.publicId}`)).body).toMatchObject({
      graceDays: 3,
      approval: 'manual',
      own: { graceDays: 3, approval: null },
    });
    await seller.to('2026-05-01T00:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills())).toEqual([['Quick', 'cycle', '2026-04-01', '21.00']]);
    await seller.to('2026-05-04T00:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills())).toEqual([
      ['Quick', 'cycle', '2026-04-01', '21.00'],
      ['Slow', 'cycle', '2026-04-01', '10.50'],
    ]);
    expect(await seller.bill()).toBe(0);
    await seller.to('2026-08-04T00:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills(`&company=${quick.publicId}`))).toEqual([
      ['Quick', 'cycle', '2026-04-01', '21.00'],
      ['Quick', 'cycle', '2026-05-01', '18.00'],
      ['Quick', 'cycle', '2026-06-01', '18.00'],
      ['Quick', 'cycle', '2026-07-01', '18.00'],
    ]);
    const { body } = await seller.call('GET', 'bill-series');
    expect(body.items[0]).toMatchObject({ kind: 'pre_bill', next: 'PB-000009' });
  });

  it('goes on where it was killed, approves where the account says so, and can be asked for by hand', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Killed');
    for (let i = 0; i < 45; i++) await seller.company(`Company ${i}`, 1);
    const { publicId: id } = await world.company(seller, { name: 'Last' });
    await seller.call('PATCH', `billing-settings/${await seller.organizationId()}`, {
      approval: 'automatic',
      graceDays: 10,
    });
    await seller.to('2026-05-02T00:00:00Z');
    expect(await seller.bill()).toBe(0);
    expect((await seller.call('POST', 'bill-runs', { month: '2026-05' })).body.error.code).toBe('bill_run.nothing_due');
    expect((await seller.call('POST', 'bill-runs', { month: '0000-01' })).status).toBe(400);
    const begun = await seller.call('POST', 'bill-runs', { month: '2026-04' });
    expect([begun.status, begun.body.kind, begun.body.state]).toEqual([202, 'bill_run', 'checking']);
    // Looked at, and one chunk of twenty done: the worker dies, and another one comes.
    expect(await seller.bill(2)).toBe(2);
    expect(await seller.preBills()).toHaveLength(20);
    await seller.bill();
    expect(await seller.preBills('&state=approved')).toHaveLength(45);
    const { body } = await seller.call('GET', 'invoices?limit=200');
    expect(new Set(body.items.map((invoice: { company: { id: string } }) => invoice.company.id)).size).toBe(45);
    expect(
      body.items
        .map((invoice: { number: string }) => invoice.number)
        .sort()
        .at(-1),
    ).toBe('INV-2026-00045');
    expect((await seller.call('GET', `invoices?company=${id}`)).body.items).toEqual([]);
    // Page by page of some days it is the same list.
    const days = 'from=2026-05-01T00:00:00Z&to=2026-06-01T00:00:00Z&limit=20';
    const listed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await seller.call('GET', `invoices?${days}${cursor && `&cursor=${cursor}`}`);
      listed.push(...page.body.items.map((invoice: { id: string }) => invoice.id));
      cursor = page.body.nextCursor;
    }
    expect(listed).toHaveLength(45);
    expect(new Set(listed)).toEqual(new Set(body.items.map((invoice: { id: string }) => invoice.id)));
    expect((await seller.call('GET', 'invoices?to=2026-05-01T00:00:00Z')).body.items).toEqual([]);
    await seller.to('2026-05-20T00:00:00Z');
    expect(await seller.bill()).toBe(0);
  });

  it('of an account waits for its periods to roll over, an hour at most for all; then that account is told of, and the others are billed', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Held');
    const [stuck] = [await seller.company('Stuck', 1), await seller.company('Free', 1)];
    // Somebody has this SIM, and does not let go of it.
    const holder = await world.owner.pool.connect();
    await holder.query('begin');
    await holder.query('select from sims where id = $1 for update', [stuck.sims[0]!.id]);
    await seller.to('2026-05-01T00:10:00Z');
    expect(await seller.bill()).toBe(0);
    await seller.to('2026-05-01T01:10:00Z');
    await seller.bill();
    expect(told(await seller.preBills())).toEqual([['Free', 'cycle', '2026-04-01', '10.50']]);
    expect(await seller.bill()).toBe(0);
    const events = await holder.query("select data ->> 'companyId' as id from events where name = 'bill_run.held_up'");
    expect(events.rows).toEqual([{ id: stuck.publicId }]);
    const waiting = async () => (await seller.call('GET', 'bill-runs/held-up')).body.items;
    expect(await waiting()).toEqual([
      { company: { id: stuck.publicId, name: 'Stuck' }, month: '2026-04', since: '2026-05-01T00:00:00.000Z' },
    ]);
    await holder.query('rollback');
    holder.release();
    await seller.to('2026-05-01T01:11:00Z');
    await seller.bill();
    expect(told(await seller.preBills(`&company=${stuck.publicId}`))).toEqual([
      ['Stuck', 'cycle', '2026-04-01', '10.50'],
    ]);
    expect(await waiting()).toEqual([]);
  });

  it('takes the zone of the company: its month ends when it ends there', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Zones');
    await seller.company('Tokyo', 1, { timeZone: 'Asia/Tokyo' });
    await seller.company('Honolulu', 1, { timeZone: 'Pacific/Honolulu' });
    await seller.to('2026-04-30T15:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills())).toEqual([['Tokyo', 'cycle', '2026-04-01', '10.50']]);
    await seller.to('2026-05-01T10:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills())).toHaveLength(2);
  });
});

describe('in advance', () => {
  it('Pre-Billing asks for the fees of a month before it, and for the rest after it; what was billed ahead is settled, and a fee that never came is given back', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Pre', { paymentType: 'pre_billing' });
    const company = await seller.company('Harbour', 2);
    await seller.to('2026-04-24T00:00:01Z');
    await seller.bill();
    // May's fees, seven days before; and April's, which were charged when the SIMs came in mid-month.
    const [ahead] = await seller.preBills();
    expect(ahead).toMatchObject({ kind: 'advance', periodFrom: '2026-05-01', net: '36.00' });
    expect((await seller.call('POST', `pre-bills/${ahead.id}/approve`, {})).status).toBe(200);
    expect(await seller.balances(company)).toEqual({ unbilled: '3.00', deferred: '-18.00', receivable: '43.56' });

    // One SIM is suspended before May, so that its fee is never charged.
    await world.send('POST', `/api/v1/sims/${company.sims[1]!.publicId}/suspension`, seller.key, { reason: 'Pause' });
    await world.use(seller, company.sims[0]!, { up: 3n * mb });
    await seller.to('2026-05-01T00:00:01Z');
    await seller.bill();
    const april = (await seller.preBills()).find((one) => one.kind === 'cycle');
    expect((await seller.call('GET', `pre-bills/${april.id}`)).body.kinds).toEqual([
      { kind: 'activation', items: 2, net: '3.00' },
      { kind: 'overage', items: 1, net: '0.25' },
    ]);
    await seller.call('POST', `pre-bills/${april.id}/approve`, {});
    await seller.to('2026-05-25T00:00:01Z');
    await seller.bill();
    // June's fee of the one; of the two fees of May that were billed ahead one was charged, and the other is given back.
    const june = (await seller.preBills('&kind=advance&state=pending'))[0];
    expect(june).toMatchObject({ periodFrom: '2026-06-01', net: '0.00', items: 2 });
    await seller.to('2026-06-01T00:00:01Z');
    await seller.bill();
    for (const one of await seller.preBills('&state=pending'))
      await seller.call('POST', `pre-bills/${one.id}/approve`, {});
    // Approved when June has begun: its fee is charged by now, and nothing is deferred.
    const { deferred, unbilled } = await seller.balances(company);
    expect([deferred, unbilled]).toEqual(['0.00', '0.00']);
  });

  it('makes no bill where all of it was billed ahead, and what was billed ahead is closed in the ledger', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Settled', { paymentType: 'pre_billing', activationFee: '0' });
    await seller.call('PATCH', `billing-settings/${await seller.organizationId()}`, { approval: 'automatic' });
    const company = await seller.company('Harbour', 1);
    await seller.to('2026-04-24T00:00:01Z');
    await seller.bill();
    await seller.to('2026-05-01T00:00:01Z');
    await seller.bill();
    expect(await seller.balances(company)).toEqual({ unbilled: '9.00', deferred: '-9.00', receivable: '21.78' });
    await seller.to('2026-05-25T00:00:01Z');
    await seller.bill();
    await seller.to('2026-06-01T00:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills())).toEqual([
      ['Harbour', 'advance', '2026-05-01', '18.00'],
      ['Harbour', 'advance', '2026-06-01', '9.00'],
    ]);
    expect(await seller.balances(company)).toEqual({ unbilled: '9.00', deferred: '-9.00', receivable: '32.67' });
  });

  it('a bill in advance that is approved when its month has begun takes what was charged instead', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Slow hand', { paymentType: 'pre_billing', activationFee: '0' });
    const company = await seller.company('Harbour', 1);
    await seller.to('2026-04-24T00:00:01Z');
    await seller.bill();
    await seller.to('2026-05-05T00:00:01Z');
    await seller.bill();
    const [ahead] = await seller.preBills();
    expect((await seller.call('POST', `pre-bills/${ahead.id}/approve`, {})).body.net).toBe('18.00');
    expect(await seller.balances(company)).toEqual({ unbilled: '0.00', receivable: '21.78' });
    await seller.to('2026-06-05T00:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills('&kind=cycle'))).toEqual([]);
  });

  it('Advanced Billing asks for the fees of a month on its first day, the first part of one with the next', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Advanced', { paymentType: 'advanced_billing' });
    const company = await seller.company('Harbour', 1);
    await world.use(seller, company.sims[0]!, { up: 3n * mb });
    await seller.bill();
    expect(await seller.preBills()).toEqual([]);
    await seller.to('2026-05-01T00:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills())).toEqual([
      ['Harbour', 'advance', '2026-05-01', '18.00'],
      ['Harbour', 'cycle', '2026-04-01', '1.75'],
    ]);
  });

  it('Manual is billed only when somebody asks, and an account may be billed otherwise than its plans say', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Manual', { paymentType: 'manual' });
    const [manual, post] = [await seller.company('Manual', 1), await seller.company('Post', 1)];
    await seller.call('PATCH', `billing-settings/${post.publicId}`, { paymentType: 'post_billing' });
    await seller.to('2026-05-01T00:00:01Z');
    await seller.bill();
    expect(told(await seller.preBills())).toEqual([['Post', 'cycle', '2026-04-01', '10.50']]);
    expect((await seller.collect(manual.publicId)).net).toBe('19.50');
  });
});

describe('many pre-bills', () => {
  it('are approved or rejected by an operation, each by itself: one that is refused stops no other', async () => {
    world.setNow('2026-04-10T00:00:00Z');
    const seller = await world.seller('Many');
    const companies = [];
    for (let i = 0; i < 14; i++) companies.push(await seller.company(`Company ${i}`, 1));
    await seller.to('2026-05-02T00:00:00Z');
    await seller.bill();
    const bills = await seller.preBills();
    const versionOf = ({ id, version }: { id: string; version: number }) => ({ id, version });
    expect((await seller.call('POST', 'pre-bills/bulk', { action: 'approve' })).body.error.code).toBe('pre_bill.which');

    // One was edited since it was seen, one approved by somebody else, one is named twice, and one is of nobody here.
    await seller.call('PATCH', `pre-bills/${bills[1].id}`, { note: 'Changed', edits: [] });
    await seller.call('PATCH', `pre-bills/${bills[1].id}`, {
      edits: [{ kind: 'line', name: 'Cable', quantity: '1', unitPrice: '2.00' }],
    });
    await seller.call('POST', `pre-bills/${bills[2].id}/approve`, { version: bills[2].version });
    const nobody = { id: `pbl_${'0'.repeat(32)}` };
    const named = [...bills.slice(0, 5), bills[0]].map(versionOf);
    const asked = { action: 'approve', preBills: [...named.toReversed(), nobody] };
    const begun = await seller.call('POST', 'pre-bills/bulk', asked);
    expect([begun.status, begun.body.kind]).toEqual([202, 'pre_bill_settlement']);
    await seller.settle();
    const { body } = await seller.call('GET', `operations/${begun.body.id}`);
    const { operation } = body;
    expect(operation).toMatchObject({ state: 'done', progress: { rows: '6', done: '3', failed: '3' } });
    const { body: failed } = await seller.call('GET', `operations/${operation.id}/rows?outcome=failed`);
    expect(failed.items.map((row: { code: string }) => row.code).sort()).toEqual([
      'pre_bill.approved',
      'pre_bill.changed',
      'pre_bill.not_found',
    ]);
    // Numbers are in the order of the pre-bills.
    const invoices = (await seller.call('GET', 'invoices?limit=50')).body.items;
    const of = (bill: { id: string }) => invoices.find((one: { preBill: string }) => one.preBill === bill.id).number;
    expect([of(bills[0]), of(bills[3]), of(bills[4])]).toEqual([of(bills[0]), of(bills[3]), of(bills[4])].sort());

    const rest = { action: 'reject', reason: 'Not this month', matching: { company: companies[6]!.publicId } };
    await seller.call('POST', 'pre-bills/bulk', rest);
    await seller.settle();
    await seller.call('POST', 'pre-bills/bulk', { action: 'approve', late: 'accept', matching: {} });
    // Looked at, and begun with: the worker dies, and another one comes.
    expect(await seller.settle(2)).toBe(2);
    await seller.settle();
    const states = (await seller.preBills()).map((one) => one.state);
    expect([states.filter((state) => state === 'approved').length, states.includes('pending')]).toEqual([13, false]);
    expect(states.filter((state) => state === 'rejected')).toHaveLength(1);
    expect((await seller.call('GET', 'invoices?limit=50')).body.items).toHaveLength(13);
  });
});
