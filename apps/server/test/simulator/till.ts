import { purposes } from '../../src/app/purposes.ts';
import type { Ctx } from '../../src/kit/ctx.ts';
import { query, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as payments from '../../src/payments/index.ts';
import type { ProviderDoor } from '../../src/payments/providers.ts';
import { sign, signatureHeader } from '../../src/payments/sandbox/notices.ts';
import * as tax from '../../src/tax/index.ts';
import type { Tenant } from './tenant.ts';
import type { Simulation } from './world.ts';

/** How a provider is to talk to: as it should be, away, or it does what it is asked for and its answers are lost. */
export type Mood = 'well' | 'away' | 'unheard';

/** What the provider has told and nobody has got yet, and what was got: a wire may lose, repeat and reorder it. */
export type Letter = { providerId: Id; payload: string };

/** One organization's payments: its provider, the wire between the two, and how many payments were asked for. */
export type Till = {
  provider: payments.PaymentProvider;
  carrying: payments.Carrying;
  carrier: payments.Carrier;
  setMood(mood: Mood): void;
  post: Letter[];
  told: Letter[];
  asked: number;
};

/** The built-in provider, connected, with VAT that does not divide evenly. */
export async function openTill(ctx: Ctx): Promise<Till> {
  await tax.setRate(ctx, ctx.organization.id, {
    ...{ validFrom: tax.taxDay(ctx, ctx.now), category: 'S', ratePpm: 190_000, reason: '' },
  });
  const provider = await payments.connectProvider(ctx, 'sandbox', 'Sandbox');
  let mood: Mood = 'well';
  const doors = payments.openDoors('http://127.0.0.1');
  const carrying = { hands: purposes, doors: { ...doors, sandbox: moody(doors.sandbox, () => mood) } };
  return {
    ...{ provider, carrying, carrier: payments.openCarrier(carrying), post: [], told: [], asked: 0 },
    setMood: (wanted) => {
      mood = wanted;
    },
  };
}

/** The door of a provider that has moods. What it reads of its own notices needs no wire. */
function moody(door: ProviderDoor, mood: () => Mood): ProviderDoor {
  const faulty = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      const now = mood();
      if (now === 'away') throw new Error('the provider is away');
      const answer = await call(...args);
      if (now === 'unheard') throw new Error('the answer was lost');
      return answer;
    };
  };
  return {
    ...door,
    ...{ pay: faulty(door.pay), look: faulty(door.look), cancel: faulty(door.cancel) },
    ...{
      refund: faulty(door.refund),
      lookRefund: faulty(door.lookRefund),
      disputes: faulty(door.disputes),
      enroll: faulty(door.enroll),
    },
    ...{ setUp: faulty(door.setUp), lookCard: faulty(door.lookCard), forget: faulty(door.forget) },
  };
}

/** Asks the provider for all that is due, and waits for what comes of it. */
export async function carry(world: Simulation, tenant: Tenant, mood: Mood = 'well'): Promise<number> {
  const { carrier, setMood } = tenant.till;
  setMood(mood);
  try {
    const taken = await carrier.carryDue(world.runtime, tenant.ctx().organization);
    await carrier.settle();
    return taken;
  } finally {
    await carrier.settle();
    setMood('well');
  }
}

export async function drain(world: Simulation, tenant: Tenant): Promise<number> {
  return payments.drainNotices(world.runtime, tenant.ctx().organization, tenant.till.carrying);
}

/** What the provider has to tell by now is on its way. */
export async function collectPost(world: Simulation, tenant: Tenant): Promise<void> {
  const ctx = tenant.ctx();
  const letters = await query<Letter & { id: Id }>(
    world.owner.pool,
    sql`update sandbox_notices set sent_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and sent_at is null and due_at <= ${ctx.now}
        returning id, provider_id, payload`,
  );
  tenant.till.post.push(...letters.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
}

/** A letter arrives, signed as its provider signs, or as somebody else would. @returns whether it was believed */
export async function arrive(tenant: Tenant, { providerId, payload }: Letter, secret?: string): Promise<boolean> {
  const { till } = tenant;
  const headers = { [signatureHeader]: sign(secret ?? till.provider.secrets.signing, payload) };
  return payments.receiveNotice(tenant.ctx(), till.carrying.doors, providerId, headers, payload);
}

/**
 * Whatever was lost on the wire stays lost: hours pass, the provider is asked again and again, and after a day everybody knows what
 * became of everything. Returns what is still not known then: nothing.
 */
export async function comeToRest(world: Simulation, tenants: Tenant[]): Promise<Id[]> {
  for (let hour = 0; hour < 40; hour++) {
    for (const tenant of tenants) {
      await drain(world, tenant);
      await carry(world, tenant);
    }
    if ((await unsettled(world, tenants)).length === 0) return [];
    await world.move(3_600_000);
  }
  return unsettled(world, tenants);
}

async function unsettled(world: Simulation, tenants: Tenant[]): Promise<Id[]> {
  const organizations = tenants.map((tenant) => tenant.ctx().organization.id);
  const found = await query<{ id: Id }>(
    world.owner.pool,
    sql`select id from payments where organization_id = any(${organizations}::uuid[]) and state in ('created', 'pending', 'action_needed')
        union all
        select id from payment_refunds where organization_id = any(${organizations}::uuid[]) and state in ('created', 'pending')
        union all
        select id from payment_inbox where organization_id = any(${organizations}::uuid[]) and state = 'waiting'
        union all
        -- What a bank has decided by now, or only asked for.
        select n.id from sandbox_notices n
         cross join lateral (select n.payload::jsonb ->> 'disputed' as payment, n.payload::jsonb ->> 'state' as state) t
          left join payment_disputes d on d.organization_id = n.organization_id and d.provider_id = n.provider_id
                                      and d.reference = 'sbx_' || substr(t.payment, 5) || '_dispute'
         where n.organization_id = any(${organizations}::uuid[]) and n.due_at <= ${world.now()} and t.payment is not null
           and d.state is distinct from t.state and (t.state <> 'open' or d.id is null)`,
  );
  return found.map(({ id }) => id);
}
