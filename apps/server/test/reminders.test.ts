import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as inventory from '../src/inventory/index.ts';
import { atomically } from '../src/kit/db.ts';
import { parsePublicId, publicId } from '../src/kit/ids.ts';
import { lookAtPrepaid } from '../src/reminders/index.ts';
import { setRate, taxDay } from '../src/tax/index.ts';
import { asking } from './asking.ts';
import { openMailServer, readLetter } from './mail-server.ts';
import type { Json } from './paying.ts';
import { openWorld, type World } from './world.ts';

/** docs/journeys/34-reminders.md, every loop running, a real mail server. */
let world: World;
let mail: Awaited<ReturnType<typeof openMailServer>>;
let planId: string;
let settings: string;

const { api, done, code, until } = asking(() => world);

beforeAll(async () => {
  mail = await openMailServer();
  world = await openWorld({
    now: new Date('2026-03-01T09:00:00Z'),
    mail: { url: mail.url, from: 'billing@sims.example' },
  });
  const validFrom = taxDay(world.ctx(), world.ctx().now);
  await setRate(world.ctx(), world.organization.id, { category: 'S', ratePpm: 190_000, reason: '', validFrom });
  const plan = await done('POST', 'plans', {
    ...{ name: 'Bundle', type: 'monthly_bundle', fee: '10.00', allowanceMb: '1', billingStart: 'assignment' },
    ...{ overageSizeMb: '1', overagePrice: '0.10' },
  });
  planId = plan.id;
  settings = `reminder-settings/${publicId('organization', world.organization.id)}`;
});
afterAll(async () => {
  expect(await world.drift()).toEqual([]);
  await world.close();
  await mail.close();
});

const company = (name: string, email: string | null = `${name.toLowerCase()}@example.com`) =>
  done('POST', 'companies', { name, currency: 'EUR', ...(email && { email }) });

/** An invoice of 10.00 and VAT, due in 14 days. */
async function invoice(of: Json): Promise<Json> {
  const stock = await world.stock(1);
  const ids = stock.map(({ id }) => id);
  await atomically(world.ctx(), (ctx) => inventory.register(ctx, ids, parsePublicId('company', of.id)!));
  for (const id of ids) await done('PUT', `sims/${publicId('sim', id)}/plan`, { plan: planId, effective: 'now' });
  const { items } = await done('POST', 'pre-bills', { companies: [of.id] });
  return done('POST', `pre-bills/${items[0].id}/approve`, { version: items[0].version });
}

type Seen = { subject: string; to: string; text: string; files: string[] };
const letters = (to: string): Seen[] =>
  mail.received
    .filter((one) => one.to.includes(to))
    .map(({ raw, to: [to] }) => {
      const { headers, body } = readLetter(raw);
      const text = body.replace(/=\r?\n/g, '').replaceAll('=C2=A0', ' ');
      return {
        ...{ subject: headers.get('subject')!, to: to!, text },
        files: [...body.matchAll(/filename="?([^"\r\n]+)/g)].map(([, name]) => name!),
      };
    });
const mailings = async (query: string): Promise<Json[]> => (await done('GET', `mailings?${query}`)).items;
/** When nothing of a company waits to be written any more. */
const settled = (of: Json, least = 0) =>
  until('its letters to be written', async () => {
    const all = await mailings(`company=${of.id}`);
    return (
      all.length >= least && all.every(({ state, letterState }) => state !== 'waiting' && letterState !== 'waiting')
    );
  });
const next = (of: Json) => done('GET', `invoices/${of.id}/reminders`);
/** The same time of day, some days later; whoever is to be reminded was, and their letters went out. */
async function pass(days: number, ...of: Json[]): Promise<void> {
  await world.advance({ days });
  for (const one of of) await settled(one);
}

describe('letters about money', () => {
  it('are none until somebody wants them, and are refused what no invoice could go by', async () => {
    const harbour = await company('Quiet');
    const one = await invoice(harbour);
    expect(await next(one)).toMatchObject({ why: 'off', next: null });
    const wrong: [object[], string][] = [
      [[{ days: 3 }, { days: 3 }], 'body.steps[1].days'],
      [[{ days: 3, action: 'stop' }, { days: 4 }], 'body.steps[0].action'],
      [[{ days: -3, fee: '1.00' }], 'body.steps[0].fee'],
      [[{ days: 3, fee: '0.001' }], 'body.steps[0].fee'],
      [[{ days: 3, words: { en: { subject: 'A', text: '{iban}' } } }], 'body.steps[0].words.en'],
    ];
    for (const [steps, field] of wrong) {
      expect((await api('PATCH', settings, { steps })).body.error).toMatchObject({
        code: 'reminder.steps_invalid',
        field,
      });
    }
    await done('POST', `invoices/${one.id}/credit-notes`, { reason: 'Not wanted' });
    await world.advance({ days: 18 });
    expect([await mailings(`company=${harbour.id}`), letters('quiet@example.com')]).toEqual([[], []]);
  });

  it('an invoice goes its steps: mailed, before it is due, after, with a fee; nothing twice, and never more than one a day', async () => {
    await done('PATCH', settings, {
      ...{ invoices: true, overdue: true },
      steps: [
        { days: -3 },
        { days: 3 },
        {
          days: 10,
          fee: '5.00',
          words: { en: { subject: 'Pay {number}', text: '{company}: {amount} with {fee}, due {due}' } },
        },
        { days: 20, action: 'stop' },
      ],
    });
    const one = await company('Harbour');
    const first = await invoice(one);
    await settled(one, 1);
    const at = 'harbour@example.com';
    expect(letters(at)).toMatchObject([
      { subject: `Invoice ${first.number} of World`, files: [`${first.number}.pdf`] },
    ]);
    const link = letters(at)[0]!.text.match(/http:\/\/127\.0\.0\.1:\d+(\/bill\/\S+)/)![1]!;
    expect((await fetch(`${world.url}${link}`)).status).toBe(200);
    const day = (days: number) =>
      new Date(Date.parse(`${first.dueOn}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
    expect(await next(first)).toMatchObject({ why: null, next: { on: day(-3), days: -3, action: 'letter' } });

    await pass(11, one);
    expect(letters(at)[1]!.subject).toContain(`Invoice ${first.number} is due on`);
    await pass(6, one);
    expect(letters(at)[2]).toMatchObject({
      subject: `Invoice ${first.number} is overdue`,
      files: [`${first.number}.pdf`],
    });
    const second = await invoice(one);
    await world.advance({ hours: 3 });
    await settled(one, 4);
    expect(letters(at).length).toBe(4);

    await pass(7, one);
    const fee = (await done('GET', `invoices?company=${one.id}`)).items[0];
    expect(fee).toMatchObject({
      net: '5.00',
      vat: '0.00',
      gross: '5.00',
      preBill: null,
      tax: { category: 'O' },
      state: 'open',
    });
    expect(letters(at)[4]).toMatchObject({
      subject: `Pay ${first.number}`,
      files: [`${fee.number}.pdf`, `${first.number}.pdf`],
    });
    expect(letters(at)[4]!.text).toContain('Harbour: EUR 16.90 with EUR 5.00, due');
    // Its fee goes with the reminder, not in a letter of its own.
    expect(await mailings(`invoice=${fee.id}`)).toEqual([]);
    const [reminded] = await mailings(`invoice=${first.id}&kind=overdue`);
    expect(reminded).toMatchObject({
      state: 'written',
      letterState: 'sent',
      to: at,
      fee: fee.id,
      about: [{ days: 10, left: '11.90' }],
    });

    // Two and three steps fall on one day: one letter, whose words are those of the highest step.
    await pass(4, one);
    await pass(10, one);
    const kinds = (await mailings(`company=${one.id}`)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'ended')).toHaveLength(1);
    expect(await next(first)).toMatchObject({ why: 'done', next: null });
    const days = (await mailings(`company=${one.id}&kind=overdue`)).map(({ day }) => day);
    expect(new Set(days).size).toBe(days.length);
    const marks = (await mailings(`company=${one.id}`)).flatMap(({ kind, about }) =>
      about.map((item: Json) => `${kind} ${item.id} ${item.days}`),
    );
    expect(new Set(marks).size).toBe(marks.length);
    expect(marks.filter((mark) => mark.includes(second.id)).length).toBeGreaterThan(1);
    const told = (await done('GET', 'events?limit=200')).items.map((event: Json) => event.name);
    expect(told).toEqual(expect.arrayContaining(['invoice.reminded', 'invoice.reminders_ended']));
  });

  it('who has paid, is credited, or contests it is left alone; a pause has an end', async () => {
    const two = await company('Mill');
    const [paid, contested, credited] = [await invoice(two), await invoice(two), await invoice(two)];
    const pause = `invoices/${contested.id}/reminder-pause`;
    await done('PUT', pause, { reason: 'The meter was wrong', disputed: true });
    expect(await next(contested)).toMatchObject({ why: 'disputed', reason: 'The meter was wrong', next: null });
    await done('POST', 'payments', { invoicePayment: { invoices: [paid.id] }, method: 'manual' });
    await done('POST', `invoices/${credited.id}/credit-notes`, { reason: 'A mistake' });
    await pass(18, two);
    expect(await mailings(`company=${two.id}&kind=overdue`)).toEqual([]);
    const kinds = (await mailings(`company=${two.id}`)).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['credit_note', 'invoice', 'invoice', 'invoice']);

    expect(await code('DELETE', `companies/${two.id}/reminder-pause`)).toBe('reminder_pause.not_found');
    await done('PUT', `companies/${two.id}/reminder-pause`, {
      reason: 'They pay at the end of the week',
      until: new Date(world.ctx().now.getTime() + 2 * 86_400_000).toISOString(),
    });
    await done('DELETE', pause);
    expect((await done('GET', `reminder-pauses?company=${two.id}`)).items).toMatchObject([{ about: two.id }]);
    await pass(1, two);
    expect(await mailings(`company=${two.id}&kind=overdue`)).toEqual([]);
    expect(await done('GET', `companies/${two.id}/reminders`)).toMatchObject({ why: 'paused', next: [] });
    await pass(2, two);
    // It came late, and still as the first: no step is jumped over.
    expect(await mailings(`company=${two.id}&kind=overdue`)).toMatchObject([
      { about: [{ id: contested.id, days: 3 }] },
    ]);
    // Paid between the decision and the next one: nothing comes.
    await done('POST', 'payments', { invoicePayment: { invoices: [contested.id] }, method: 'manual' });
    await pass(8, two);
    expect(await mailings(`company=${two.id}&kind=overdue`)).toHaveLength(1);
    expect(await next(contested)).toMatchObject({ why: 'over' });
  });

  it('a company has words and fees of its own, in its language; without an address it says so', async () => {
    const three = await company('Werk');
    const own = `reminder-settings/${three.id}`;
    expect(await done('PATCH', own, { invoices: false, steps: [{ days: 1 }] })).toMatchObject({
      ...{ invoices: false, overdue: true, own: { invoices: false, overdue: null, receipts: null } },
    });
    const details = await done('GET', `billing-details/${three.id}`);
    const { account: _, name: __, vatNumber: ___, writtenIn: ____, ...given } = details;
    await done('PUT', `billing-details/${three.id}`, { ...given, language: 'de', email: 'buch@werk.example' });
    const one = await invoice(three);
    await pass(15, three);
    const [letter] = letters('buch@werk.example');
    expect(letter!.text).toContain('Die Rechnung');
    expect(letter!.files).toEqual([`${one.number}.pdf`]);
    const shown = await done('POST', `${own}/preview`, { days: 1, language: 'de' });
    expect(shown.subject).toMatch(/^Rechnung .* ist überfällig$/);
    expect(await code('POST', `${own}/preview`, { days: 2 })).toBe('reminder.step_unknown');

    const four = await company('Nowhere', null);
    const other = await invoice(four);
    await settled(four, 1);
    expect(await mailings(`invoice=${other.id}`)).toMatchObject([
      { state: 'dropped', reason: 'No address for bills is known.', letter: null },
    ]);
    expect(await next(other)).toMatchObject({ why: 'address' });
    // What reaches nobody costs nothing.
    await done('PATCH', `reminder-settings/${four.id}`, { steps: [{ days: 1, fee: '5.00' }] });
    await pass(16, four);
    expect(await mailings(`company=${four.id}&kind=overdue`)).toMatchObject([{ state: 'dropped', fee: null }]);
    expect((await done('GET', `invoices?company=${four.id}`)).items).toHaveLength(1);
    await done('PATCH', `companies/${four.id}`, { email: 'now@example.com' });
    await done('POST', `invoices/${other.id}/mailings`);
    await until('it to be mailed', async () => letters('now@example.com').length === 1);
  });

  it('a receipt follows a payment, and holders of prepaid SIMs hear ten and five days before, unless they refill', async () => {
    await done('PATCH', settings, { receipts: true, overdue: false, invoices: false });
    const five = await company('Pier');
    const one = await invoice(five);
    const payment = await done('POST', 'payments', { invoicePayment: { invoices: [one.id] }, method: 'manual' });
    await until('the receipt', async () => letters('pier@example.com').length === 1);
    expect(letters('pier@example.com')[0]).toMatchObject({ subject: 'Receipt of World', files: [`${payment.id}.pdf`] });

    const plan = await done('POST', 'plans', {
      ...{ name: 'Prepaid', type: 'prepaid', validityDays: 30, refills: [{ mb: '1000', price: '10.00' }] },
    });
    const user = await done('POST', 'end-users', { companyId: five.id, email: 'ana@example.com', name: 'Ana' });
    const stock = await world.stock(2);
    const ids = stock.map(({ id }) => id);
    await atomically(world.ctx(), (ctx) => inventory.register(ctx, ids, parsePublicId('company', five.id)!));
    const sims = ids.map((id) => publicId('sim', id));
    const refill = async (sim: string) => {
      const option = (await done('GET', `sims/${sim}`)).prepaid.refills[0].id;
      await done('POST', `sims/bulk`, { ids: [sim], action: 'refill', refill: option });
    };
    for (const sim of sims) {
      await done('PATCH', `sims/${sim}`, { endUser: user.id });
      await done('PUT', `sims/${sim}/plan`, { plan: plan.id, effective: 'now' });
      await refill(sim);
      await done('POST', `sims/bulk`, { ids: [sim], action: 'activate' });
    }
    const look = async () => {
      await lookAtPrepaid(world.ctx());
      await settled(five);
    };
    await look();
    expect(letters('ana@example.com')).toEqual([]);
    await world.advance({ days: 21 });
    await look();
    await look();
    expect(letters('ana@example.com')).toMatchObject([{ subject: expect.stringContaining('Your data is good until') }]);
    expect(letters('ana@example.com')[0]!.text.match(/1 GB left/g)!.length).toBeGreaterThanOrEqual(2);
    await refill(sims[0]!);
    await world.advance({ days: 5 });
    await look();
    const [, five_] = letters('ana@example.com');
    expect(five_!.text).toContain('1 GB left');
    expect((await mailings(`company=${five.id}&kind=prepaid`))[0]!.about).toMatchObject([{ id: sims[1], days: -5 }]);
  });
});
