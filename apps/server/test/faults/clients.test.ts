import { randomInt, randomUUID } from 'node:crypto';
import { parseAmount } from '@simwright/measure';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as inventory from '../../src/inventory/index.ts';
import { atomically } from '../../src/kit/db.ts';
import { parsePublicId, publicId } from '../../src/kit/ids.ts';
import { asking } from '../asking.ts';
import { openWorld, type World } from '../world.ts';

/**
 * Sixty-four clients at ten wallets at once, each with keys of its own, retries after timeouts, and the same request several times
 * in parallel. Whatever they do: one effect of each key, no debit that may be refused below the floor and what is held, and every
 * account adds up. `CLIENTS_SECONDS=60` is the long one.
 */
const seconds = Number(process.env.CLIENTS_SECONDS ?? 5);
const clients = 64;
const walletsInAll = 10;

// biome-ignore lint/suspicious/noExplicitAny: a test reads it as it is on the wire.
type Json = Record<string, any>;
type Answer = { status: number; body: Json };
type Till = { id: string; path: string; floor: bigint; iccid: string; simId: string };

let world: World;
const tills: Till[] = [];
const micros = (text: string): bigint => {
  const parsed = parseAmount(text, 'EUR');
  if (!parsed.ok) throw new Error(`${text} is no amount`);
  return parsed.value;
};
const { done } = asking(() => world);

beforeAll(async () => {
  world = await openWorld();
  const plan = await done('POST', 'plans', { name: 'PAYGO', type: 'paygo', fee: '0.00', pricePerMb: '0.10' });
  const sims = await world.stock(walletsInAll);
  for (const [i, sim] of sims.entries()) {
    const company = await done('POST', 'companies', { name: `Till ${i}`, currency: 'EUR' });
    const floor = ['0.00', '-5.00', '2.00'][i % 3]!;
    const { id } = await done('POST', 'wallets', { owner: company.id, floor });
    const simId = publicId('sim', sim.id);
    await atomically(world.ctx(), (ctx) => inventory.register(ctx, [sim.id], parsePublicId('company', company.id)!));
    await done('POST', `wallets/${id}/credits`, { amount: '20.00', reason: 'at the start', kind: 'refill' });
    await done('PUT', `sims/${simId}/plan`, { plan: plan.id });
    tills.push({ id, path: `wallets/${id}`, floor: micros(floor), iccid: sim.iccid, simId });
  }
});
afterAll(() => world?.close());

const pick = <T>(from: readonly T[]): T => from[randomInt(from.length)]!;
const cents = (most: number): string => (randomInt(1, most) / 100).toFixed(2);

let retried = 0;
let givenUp = 0;

/** One request of one key, again and again until it is answered; sometimes several at once, sometimes not waited for. */
async function ask(key: string, path: string, body: Json): Promise<Answer> {
  const once = async (patienceMs: number): Promise<Answer | null> => {
    try {
      const response = await fetch(`${world.url}/api/v1/${path}`, {
        ...{ method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(patienceMs) },
        headers: {
          authorization: `Bearer ${world.apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
      });
      const answer = { status: response.status, body: (await response.json()) as Json };
      const later = answer.status >= 500 || answer.body.error?.code === 'idempotency.in_progress';
      return later ? null : answer;
    } catch {
      givenUp += 1;
      return null;
    }
  };
  const way = randomInt(10);
  if (way === 0) {
    const answers = (await Promise.all([once(30_000), once(30_000), once(30_000)])).filter((answer) => answer !== null);
    // A refusal leaves no key behind, so another attempt may find the money there.
    const good = answers.filter((answer) => answer.status < 300);
    // A record of usage is known by its own id, and the repeat says so.
    const same = new Set(good.map((answer) => JSON.stringify(answer.body))).size < 2;
    expect([path, same || path.startsWith('usage-records')]).toEqual([path, true]);
    if (good[0]) return good[0];
  }
  if (way === 1) await once(randomInt(1, 25));
  for (;;) {
    const answer = await once(30_000);
    if (answer) return answer;
    retried += 1;
  }
}

type Done = { key: string; what: string; till: Till; body: Json; answer: Answer };
const log: Done[] = [];
const holds = new Map<Till, string[]>();
const used = new Map<Till, bigint>();

/** What a client does next, and what it comes to. */
async function act(): Promise<void> {
  const till = pick(tills);
  const key = randomUUID();
  const keep = async (what: string, path: string, body: Json, of = till): Promise<Answer> => {
    const answer = await ask(key, path, body);
    log.push({ key, what, till: of, body, answer });
    return answer;
  };
  const soon = () => new Date(world.now().getTime() + randomInt(2_000, 5_000)).toISOString();
  switch (
    pick(['debit', 'debit', 'debit', 'credit', 'refill', 'ask', 'grant', 'hold', 'hold', 'end', 'end', 'usage', 'back'])
  ) {
    case 'credit':
      await keep('credit', `${till.path}/credits`, { amount: cents(300), reason: key });
      return;
    case 'debit':
      await keep('debit', `${till.path}/debits`, { amount: cents(900), reason: key });
      return;
    case 'ask':
      await keep('adjustment', `${till.path}/adjustments`, {
        kind: pick(['credit', 'debit']),
        amount: cents(400),
        reason: key,
      });
      return;
    case 'grant':
      await keep('grant', `${till.path}/grants`, { amount: cents(300), reason: key, expiresAt: soon() });
      return;
    case 'refill':
      await keep('refill', 'payments', {
        walletRefill: { wallet: till.id, amount: (randomInt(50, 300) / 100).toFixed(2) },
        method: 'manual',
        note: key,
      });
      return;
    case 'hold': {
      const placed = await keep('hold', `${till.path}/holds`, { amount: cents(500), reason: key, until: soon() });
      if (placed.status === 201) holds.set(till, [...(holds.get(till) ?? []), placed.body.id]);
      return;
    }
    case 'end': {
      const hold = holds.get(till)?.shift();
      if (!hold) return;
      const capture = randomInt(2) === 0;
      if (capture) await keep('capture', `${till.path}/holds/${hold}/capture`, { reason: key });
      else await keep('release', `${till.path}/holds/${hold}/release`, {});
      return;
    }
    case 'usage': {
      const bytes = BigInt(randomInt(1, 4_000_000));
      const record = {
        id: key,
        iccid: till.iccid,
        occurredAt: world.now().toISOString(),
        bytesUp: '0',
        bytesDown: String(bytes),
        plmn: '26201',
      };
      const { body } = await ask(key, 'usage-records?source=clients', { records: [record] });
      expect(['charged', 'repeated']).toContain(body.results[0].outcome);
      used.set(till, (used.get(till) ?? 0n) + bytes);
      return;
    }
    case 'back': {
      const refills = log.filter((one) => one.what === 'refill' && one.answer.status === 201);
      const paid = refills.length > 0 && pick(refills);
      if (paid)
        await keep('refund', `payments/${paid.answer.body.id}/refunds`, { amount: '0.20', reason: key }, paid.till);
    }
  }
}

it(
  'gives each key one effect, and keeps every floor and every sum',
  async () => {
    const moving = ['credit', 'debit', 'adjustment', 'grant', 'refill', 'capture', 'refund'];
    const end = Date.now() + seconds * 1000;
    // For so long, and until each of them was done and a debit refused: a busy machine gets fewer through.
    const lacks = () =>
      moving.some((kind) => !log.some(({ what, answer }) => what === kind && answer.status < 300)) ||
      !log.some(({ what, answer }) => what === 'debit' && answer.status >= 400);
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (Date.now() < end || (lacks() && Date.now() < end + 120_000)) await act();
      }),
    );
    // Holds and grants have ends of their own.
    await world.until('all that ends', async () => {
      const left = await world.owner.pool.query(
        `select (select count(*) from wallet_holds where state = 'open') + (select count(*) from wallet_parts where closed_at is null and kind <> 'paid'
               and unspent_micros > 0) as waiting`,
      );
      return Number(left.rows[0].waiting) === 0;
    });

    // One effect of each key that was answered well, none of the others.
    const noted = await world.owner.pool.query(
      `select t.note, count(*) as times, -sum(e.amount_micros) as amount from transfers t
       join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
       join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id and a.kind = 'wallet'
      where t.kind <> 'expiry' group by t.note`,
    );
    const effects = new Map(noted.rows.map((row) => [row.note, row]));
    const counts: Record<string, { done: number; refused: number }> = {};
    const expected = new Map(tills.map((till) => [till, micros('20.00')]));
    for (const { key, what, till, body, answer } of log) {
      counts[what] ??= { done: 0, refused: 0 };
      const good = answer.status < 300;
      counts[what][good ? 'done' : 'refused'] += 1;
      if (!good) expect([what, answer.body.error.code]).toEqual([what, expect.stringMatching(refusals)]);
      if (!moving.includes(what)) continue;
      expect([what, key, Number(effects.get(key)?.times ?? 0)]).toEqual([what, key, good ? 1 : 0]);
      if (!good) continue;
      const amount = BigInt(effects.get(key)!.amount);
      const asked = body.amount ?? body.walletRefill?.amount;
      const whole = asked && what !== 'refund' ? micros(asked) : null;
      if (whole !== null) expect([what, amount < 0n ? -amount : amount]).toEqual([what, whole]);
      expected.set(till, expected.get(till)! + amount);
    }
    const placed = await world.owner.pool.query('select reason, count(*) as times from wallet_holds group by reason');
    expect(placed.rows.every((row) => Number(row.times) === 1)).toBe(true);
    expect(placed.rows.length).toBe(counts.hold?.done);

    // What was moved is what is there, the parts are all of it, and usage is what was handed in.
    for (const till of tills) {
      const id = parsePublicId('wallet', till.id);
      const { rows } = await world.owner.pool.query(
        `select coalesce(sum(e.amount_micros) filter (where t.kind = 'usage'), 0) as usage,
              coalesce(sum(e.amount_micros) filter (where t.kind = 'expiry'), 0) as expired,
              coalesce(bool_and(-e.balance_after >= $2::bigint) filter (where e.amount_micros > 0 and t.kind not in ('usage', 'expiry')), true) as kept
         from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id where e.ledger_account_id = $1`,
        [id, till.floor],
      );
      expect(rows[0].kept).toBe(true);
      const wallet = await done('GET', till.path);
      expect(micros(wallet.remaining)).toBe(expected.get(till)! - BigInt(rows[0].usage) - BigInt(rows[0].expired));
      expect(wallet.held).toBe('0.00');
      const { balances, remaining } = await done('GET', `${till.path}/balances`);
      const together = balances.reduce((sum: bigint, one: Json) => sum + micros(one.remaining), 0n);
      expect(together).toBe(micros(remaining) > 0n ? micros(remaining) : 0n);
      const sim = await done('GET', `sims/${till.simId}`);
      expect(BigInt(sim.period?.usedBytes ?? 0)).toBe(used.get(till) ?? 0n);
    }
    const whole = await world.owner.pool.query('select coalesce(sum(amount_micros), 0) as sum from entries');
    expect(BigInt(whole.rows[0].sum)).toBe(0n);
    expect(await world.drift()).toEqual([]);
    for (const what of moving) expect([what, (counts[what]?.done ?? 0) > 0]).toEqual([what, true]);
    expect(counts.debit!.refused).toBeGreaterThan(0);
    if (process.env.CLIENTS_SECONDS)
      console.log(JSON.stringify({ seconds, asked: log.length, counts, retried, givenUp }));
  },
  (seconds + 300) * 1000,
);

const refusals =
  /^(wallet\.insufficient_funds|wallet\.paid_money_spent|wallet_hold\.(ended|end_invalid)|wallet_part\.(too_many|ends_in_the_past)|refund\.(too_much|refunded_already))$/;
