import { formatAmount } from '@simwright/measure';
import * as inventory from '../../src/inventory/index.ts';
import { parsePublicId, publicId } from '../../src/kit/ids.ts';
import { type Random, seeded } from '../../src/simulated/random.ts';
import { press } from '../paying.ts';
import { openWorld, type World } from '../world.ts';

const dayMs = 86_400_000;

// biome-ignore lint/suspicious/noExplicitAny: a test reads the body as it is on the wire.
type Body = any;

export type Seller = Awaited<ReturnType<typeof openSeller>>;
export type Customer = { name: string; id: string; currency: string; wallet: string; sims: Record<PlanName, string[]> };

const planForms = {
  superSim: { type: 'super_sim', fee: '2.00', pricePerMb: '0.10' },
  bundle: {
    ...{ type: 'monthly_bundle', fee: '9.99', activationFee: '1.50', allowanceMb: '300', overageSizeMb: '50' },
    ...{ overagePrice: '0.775', prorated: true, billingStart: 'assignment' },
  },
  perMb: {
    type: 'pay_per_mb',
    fee: '3.33',
    activationFee: '0.50',
    pricePerMb: '0.0123457',
    prorated: true,
    recurringScope: 'all',
  },
  unlimited: { type: 'unlimited', fee: '19.99', prorated: true },
  prepaid: {
    type: 'prepaid',
    validityDays: 30,
    refills: [
      { mb: '200', price: '4.995' },
      { mb: '900', price: '15.00' },
    ],
  },
  member: { type: 'static_pool', activationFee: '0.40' },
  sharing: { type: 'dynamic_pool', fee: '4.44', allowanceMb: '150', prorated: true, billingStart: 'assignment' },
  paygo: { type: 'paygo', fee: '1.11', pricePerMb: '0.0345678', billingStart: 'assignment' },
} as const;
export type PlanName = keyof typeof planForms;
export const planNames = Object.keys(planForms) as PlanName[];

/** An organization in Berlin on the first day of a quarter, with VAT, the built-in provider, and nobody to sell to yet. */
export async function openSeller(now: string, currencies: readonly string[]) {
  const world: World = await openWorld({ now: new Date(now), timeZone: 'Europe/Berlin' });
  const random: Random = seeded('a quarter');
  const ok = async (method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await world.api<Body>(method, `/api/v1/${path}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const own = publicId('organization', world.organization.id);
  await ok('POST', `tax/${own}/rates`, { category: 'S', percent: '21' });
  await ok('POST', 'payment-providers', { kind: 'sandbox', name: 'Sandbox' });
  await ok('PATCH', `billing-settings/${own}`, { approval: 'manual', graceDays: 3, termsDays: 14 });

  const plans = new Map<string, Record<PlanName, string>>();
  const refills = new Map<string, Record<'small' | 'large', string>>();
  for (const currency of currencies) {
    const ids = {} as Record<PlanName, string>;
    for (const name of planNames) {
      const form = { name: `${name} ${currency}`, ...inCurrency(planForms[name], currency) };
      const plan = await ok('POST', 'plans', { ...form, currency });
      ids[name] = plan.id;
      if (name === 'prepaid')
        refills.set(currency, { small: plan.version.refills[0].id, large: plan.version.refills[1].id });
    }
    plans.set(currency, ids);
  }
  const below = (bound: number) => Math.floor(random() * bound);
  let records = 0;
  return {
    ...{ world, ok, below, plans, refills },
    /** A day in Berlin, so many from today. */
    day: (days: number) => new Date(organizationNow(world).getTime() + days * dayMs).toISOString().slice(0, 10),
    /** Data of these SIMs up to now, some of it weeks late. */
    async use(sims: string[]): Promise<void> {
      const now = organizationNow(world).getTime();
      const made = sims.flatMap((sim) => {
        const days = below(10) === 0 ? 20 + below(15) : below(3);
        const occurredAt = new Date(now - days * dayMs - below(dayMs)).toISOString();
        const bytes = { bytesUp: String(below(20_000_000)), bytesDown: String(below(60_000_000)) };
        return [{ id: `record ${records++}`, sim, occurredAt, ...bytes, plmn: '26202' }];
      });
      await ok('POST', 'usage-records', { records: made });
    },
    /** Pays on the provider's page, with a card that may ask for 3-D Secure; back when it is done. */
    async payByCard(body: object, card: 'good' | 'secure' | 'silent' = 'good'): Promise<Body> {
      const { id } = await ok('POST', 'payments', { ...body, method: 'card' });
      const inState = (...states: string[]) =>
        world.until(`${id} to be ${states}`, async () => {
          const payment = await ok('GET', `payments/${id}`);
          return states.includes(payment.state) && payment;
        });
      const { actionUrl } = await inState('action_needed');
      await press(actionUrl, { card });
      if (card === 'secure') await press(actionUrl, { answer: 'confirm' });
      // Nobody tells of this one: the next look finds it.
      if (card === 'silent') await world.advance({ hours: 1 });
      return inState('succeeded');
    },
    one: <T>(of: readonly T[]): T => of[below(of.length)]!,

    /** A company with a line or more on each plan, two pools and a wallet. */
    async customer(name: string, currency: string, paymentType: string | null, perPlan: number): Promise<Customer> {
      const { id } = await ok('POST', 'companies', { name, currency });
      if (paymentType) await ok('PATCH', `billing-settings/${id}`, { paymentType });
      const wallet = await ok('POST', 'wallets', { owner: id, floor: amount('-2000', currency) });
      await ok('POST', `wallets/${wallet.id}/credits`, { amount: amount('40', currency), reason: 'To begin with' });
      const overage = { overageSizeMb: '20', overagePrice: amount('0.335', currency) };
      const pools = {
        member: (
          await ok('POST', 'pools', {
            name: `${name} static`,
            type: 'static',
            company: id,
            allowanceMb: '400',
            fee: amount('25', currency),
            ...overage,
          })
        ).id,
        sharing: (await ok('POST', 'pools', { name: `${name} dynamic`, type: 'dynamic', company: id, ...overage })).id,
      };
      const ids = plans.get(currency)!;
      const added = (await world.stock(planNames.length * perPlan)).map((sim) => sim.id);
      await inventory.register(world.ctx(), added, parsePublicId('company', id)!);
      const stocked = added.map((sim) => publicId('sim', sim));
      const sims = {} as Record<PlanName, string[]>;
      for (const [i, plan] of planNames.entries()) {
        sims[plan] = stocked.slice(i * perPlan, (i + 1) * perPlan);
        const pool = plan === 'member' || plan === 'sharing' ? { pool: pools[plan] } : {};
        await ok('POST', 'sims/bulk', {
          ids: sims[plan],
          action: 'assign_plan',
          effective: 'now',
          plan: ids[plan],
          ...pool,
        });
      }
      await ok('POST', 'sims/bulk', { ids: stocked, action: 'activate' });
      return { name, id, currency, wallet: wallet.id, sims };
    },
    close: () => world.close(),
  };
}

/** The organization's own time: the world's, and what its clock was moved ahead. */
function organizationNow(world: World): Date {
  return world.ctx().now;
}

/** Amounts of a currency without cents are a hundred times as much. */
export function amount(text: string, currency: string): string {
  if (currency !== 'JPY') return text;
  return formatAmount(BigInt(Math.round(Number(text) * 100)) * 1_000_000n, 'JPY');
}

function inCurrency(form: Record<string, unknown>, currency: string): Record<string, unknown> {
  const money = ['fee', 'activationFee', 'overagePrice'];
  return Object.fromEntries(
    Object.entries(form).map(([key, value]) => {
      if (money.includes(key)) return [key, amount(String(value), currency)];
      if (key !== 'refills') return [key, value];
      return [
        key,
        (value as { price: string }[]).map((refill) => ({ ...refill, price: amount(refill.price, currency) })),
      ];
    }),
  );
}
