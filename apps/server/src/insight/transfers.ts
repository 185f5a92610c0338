import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { AboutTransfer } from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import * as periods from '../periods/index.ts';

const refillWords: Record<payments.Method, string> = {
  ...{ card: 'Refill by card', wallet: 'Refill of a SIM', company_wallet: 'Refill of a SIM', manual: 'Refill by hand' },
};
const refundWords: Record<payments.Method, string> = {
  ...{ card: 'Refund to the card', manual: 'Refund by hand' },
  ...{ wallet: 'Refund of a SIM’s refill', company_wallet: 'Refund of a SIM’s refill' },
};
const feeWords = { recurring: 'Recurring fee', activation: 'Activation fee' } as const;

/**
 * What transfers are about, where their keys name one thing: `period:<period>:fee:<kind>` is a fee of a SIM (with `vat:` before it, VAT of it), `payment:<id>:<part>` and
 * `refund:<id>:<part>` what was paid and what went back.
 */
export async function aboutTransfers(ctx: Ctx, keys: string[]): Promise<Map<string, AboutTransfer>> {
  return reading(ctx, async (ctx) => new Map([...(await aboutFees(ctx, keys)), ...(await aboutPayments(ctx, keys))]));
}

async function aboutPayments(ctx: Ctx, keys: string[]): Promise<Map<string, AboutTransfer>> {
  const refundIds = [...new Set(keys.flatMap((key) => idIn('refund', key) ?? []))];
  const refunds = refundIds.length
    ? await payments.listRefunds(ctx, { ids: refundIds }, { limit: refundIds.length })
    : [];
  const ofRefund = new Map(refunds.map((refund) => [refund.id, refund.paymentId]));
  const paymentOf = (key: string) => idIn('payment', key) ?? ofRefund.get(idIn('refund', key) ?? '');
  const ids = [...new Set(keys.flatMap((key) => paymentOf(key) ?? []))];
  if (ids.length === 0) return new Map();
  const found = new Map((await payments.listPayments(ctx, { ids }, { limit: ids.length })).map((p) => [p.id, p]));
  const lines = [...found.values()].filter((payment) => payment.purpose === 'line_refill');
  const iccids = await iccidsOf(
    ctx,
    lines.map((payment) => payment.subjectId),
  );
  return new Map(
    keys.flatMap((key): [string, AboutTransfer][] => {
      const payment = found.get(paymentOf(key) ?? '');
      if (!payment) return [];
      const back = key.endsWith(':back');
      const words = key.startsWith('payment:') ? refillWords : refundWords;
      const iccid = iccids.get(payment.subjectId);
      const sim = iccid ? { id: payment.subjectId, iccid } : null;
      return [[key, { description: back ? 'Refund refused' : words[payment.method], sim, fee: null }]];
    }),
  );
}

function idIn(what: 'payment' | 'refund', key: string): Id | null {
  const [named, id] = key.split(':');
  return named === what && id ? id : null;
}

async function aboutFees(ctx: Ctx, keys: string[]): Promise<Map<string, AboutTransfer>> {
  const periodIds = [...new Set(keys.flatMap((key) => periodOf(key) ?? []))];
  if (periodIds.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    // At most a recurring and an activation fee each.
    const fees = await periods.feesOf(ctx, { periodIds, limit: periodIds.length * 2 });
    const iccids = await iccidsOf(
      ctx,
      fees.flatMap((fee) => fee.lineId ?? []),
    );
    const about = new Map(
      fees.map(({ lineId, ...fee }): [string, AboutTransfer] => {
        const iccid = lineId && iccids.get(lineId);
        const sim = lineId && iccid ? { id: lineId, iccid } : null;
        return [periods.feeKey(fee), { description: feeWords[fee.kind], sim, fee: fee.id }];
      }),
    );
    // VAT of a fee has the key of the fee in its own.
    return new Map(
      keys.flatMap((key): [string, AboutTransfer][] => {
        const fee = about.get(key.slice(Math.max(0, key.indexOf('period:'))));
        if (!fee) return [];
        const vat = key.startsWith('vat:');
        return [[key, vat ? { ...fee, description: `VAT of ${lowered(fee.description)}` } : fee]];
      }),
    );
  });
}

function lowered(words = 'fee'): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function periodOf(key: string): Id | null {
  return /(?:^|^vat:.*:)period:([0-9a-f-]{36}):fee:/.exec(key)?.[1] ?? null;
}

/** Of SIMs that the caller may see. */
async function iccidsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, string>> {
  const ids = [...new Set(lineIds)];
  if (ids.length === 0) return new Map();
  const sims = await inventory.listSims(ctx, { ids }, { limit: ids.length });
  return new Map(sims.map((sim) => [sim.id, sim.iccid]));
}
