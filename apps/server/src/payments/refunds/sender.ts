import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Doors } from '../kinds.ts';
import type { Payment } from '../model.ts';
import type { PaymentProvider, ProviderDoor } from '../providers.ts';
import * as payments from '../sql.ts';
import type { Refund, RefundFact } from './model.ts';
import { applyRefundFact } from './service.ts';
import * as store from './sql.ts';

/** Refunds of one organization that are asked for, or about, at a time. */
const atOnce = 20;
/** Longer than a provider's call: what a dead process had taken falls due again then. */
const leaseMs = 60_000;

/**
 * Asks providers to give money back, and about what they have not answered: one round of one organization, in the manner of
 * `carryPayments`. Returns how many it took.
 */
export async function carryRefunds(
  runtime: Runtime,
  organization: Organization,
  { doors }: { doors: Doors },
): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('payments'));
  const due = await atomically(fresh(), (ctx) => store.claimDue(ctx, atOnce, new Date(ctx.now.getTime() + leaseMs)));
  if (due.length === 0) return 0;
  const [of, providers] = await atomically(fresh(), async (ctx) => {
    const ids = [...new Set(due.map((refund) => refund.paymentId))];
    const found = await payments.listPayments(ctx, { ids }, { limit: ids.length });
    return [
      new Map(found.map((payment) => [payment.id, payment])),
      new Map((await payments.listProviders(ctx)).map((provider) => [provider.id, provider])),
    ];
  });
  await Promise.all(
    due.map(async (refund) => {
      const payment = of.get(refund.paymentId)!;
      const provider = providers.get(payment.providerId!);
      if (!provider) return;
      const fact = await ask(doors[provider.kind], fresh, provider, payment, refund);
      const outcome = await applyRefundFact(fresh(), refund, fact);
      if (outcome !== 'applied') await atomically(fresh(), (ctx) => store.lookLater(ctx, refund));
      if (outcome === 'differs') runtime.log.error({ refund: refund.id }, 'a refund came to another amount');
    }),
  );
  return due.length;
}

/** One question to a provider. */
async function ask(
  door: ProviderDoor,
  fresh: () => Ctx,
  provider: PaymentProvider,
  payment: Payment,
  refund: Refund,
): Promise<RefundFact> {
  try {
    if (refund.state === 'created') return await door.refund(fresh, provider, payment, refund);
    return await door.lookRefund(fresh, provider, payment, refund);
  } catch (error) {
    return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) };
  }
}
