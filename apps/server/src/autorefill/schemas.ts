import { z } from 'zod';
import { pageOf } from '../kit/http/page.ts';
import { Amount, amount, Bytes, Currency, idOf, reply, request, Timestamp } from '../kit/http/schemas.ts';
import { publicId } from '../kit/ids.ts';
import type { Owner } from '../tenancy/index.ts';
import { mostADay, payerKinds, reasons } from './model.ts';
import type { Attempt, AutoRefill } from './sql.ts';

export const reason = z.enum(reasons);
const Payers = z.array(z.enum(payerKinds)).min(1).max(4).meta({
  description:
    'Who pays, in this order the first that can: the card or wallet of who holds it, or of the company they are of. A wallet is paid for by cards.',
});
const cooldown = z.int().min(0).max(10_080);
const wanted = {
  payers: Payers,
  cooldownMinutes: cooldown.default(5).meta({ description: 'Between one refill and the next.' }),
  dailyCap: Amount.nullable()
    .default(null)
    .meta({
      description: `Charged on one day at most, VAT within, in the organization’s time zone. ${mostADay} charges a day are made at most in any case.`,
    }),
  monthlyCap: Amount.nullable().default(null),
};
const lineSize = {
  below: Bytes.meta({ description: 'Less data than this sets it off.', example: '100000000' }),
  refill: z.string().min(1).max(100).meta({ description: 'One of the refills of its plan, by its id.' }),
};
export const SetSimAutoRefill = request('SetSimAutoRefill', { ...lineSize, ...wanted });
export const SetWalletAutoRefill = request('SetWalletAutoRefill', {
  below: Amount.meta({ description: 'Less money than this sets it off.' }),
  amount: Amount.optional().meta({ description: 'What comes then, as often as it takes; or else upTo.' }),
  upTo: Amount.optional().meta({ description: 'What it is filled up to.' }),
  ...wanted,
});

export const AutoRefillReply = reply('AutoRefill', {
  id: idOf('auto_refill'),
  state: z.enum(['on', 'suspended', 'off']).meta({
    description:
      'suspended: payers refused five times in a row; it is resumed by hand, or when another card is stored.',
  }),
  sim: idOf('sim').nullable(),
  iccid: z.string().nullable(),
  wallet: idOf('wallet').nullable(),
  owner: z.string().meta({ description: 'Id of the account that holds it.' }),
  ownerName: z.string(),
  belowBytes: Bytes.nullable(),
  refill: z.string().nullable(),
  below: Amount.nullable(),
  amount: Amount.nullable(),
  upTo: Amount.nullable(),
  currency: Currency,
  payers: Payers,
  cooldownMinutes: cooldown,
  dailyCap: Amount.nullable(),
  monthlyCap: Amount.nullable(),
  reason: reason.nullable().meta({
    description: 'What the last look found in the way of a charge; null: nothing, or nobody has looked yet.',
  }),
  lookedAt: Timestamp.nullable(),
  setAt: Timestamp,
  setBy: z.string(),
});
export const AutoRefillWhy = reply('AutoRefillWhy', {
  reason: z.string(),
  text: z.string().meta({ description: 'Why it does what it does, or does not, at this moment.' }),
  until: Timestamp.nullable().meta({ description: 'When that changes by itself.' }),
});
export const AutoRefillPage = pageOf(AutoRefillReply, 'AutoRefillPage');
export const AttemptReply = reply('AutoRefillAttempt', {
  id: idOf('auto_refill_attempt'),
  state: z.enum(['none', 'open', 'action_needed', 'succeeded', 'failed']).meta({
    description: 'none: there should have been a refill, and message says why there was none.',
  }),
  had: z.string().meta({ description: 'What was there: bytes of a SIM, an amount of a wallet.' }),
  payer: z.enum(payerKinds).nullable(),
  payment: idOf('payment').nullable(),
  times: z.int().min(1).max(10).nullable(),
  gross: Amount,
  currency: Currency,
  reason: z.string().nullable(),
  message: z.string().nullable(),
  actionUrl: z.string().nullable().meta({ description: 'Where its payer has something to do.' }),
  createdAt: Timestamp,
  settledAt: Timestamp.nullable(),
});
export const AttemptPage = pageOf(AttemptReply, 'AutoRefillAttemptPage');

export function shown(of: AutoRefill, owner: Owner | undefined, iccid: string | null) {
  const show = (micros: bigint | null) => (micros === null ? null : amount(micros, of.currency));
  return {
    ...{ id: of.id, state: of.state, sim: of.lineId, iccid, wallet: of.walletId },
    ...{ owner: owner ? publicId(owner.type, owner.id) : '', ownerName: owner?.name ?? '' },
    ...{ belowBytes: of.lowBytes, refill: of.optionId },
    ...{ below: show(of.lowMicros), amount: show(of.amountMicros), upTo: show(of.upToMicros), currency: of.currency },
    ...{ payers: of.payers, cooldownMinutes: of.cooldownMinutes },
    ...{ dailyCap: show(of.dailyCapMicros), monthlyCap: show(of.monthlyCapMicros) },
    ...{ reason: of.reason, lookedAt: of.lookedAt, setAt: of.setAt, setBy: of.setBy },
  };
}

export function shownAttempt(a: Attempt & { actionUrl: string | null }, of: AutoRefill) {
  return {
    ...{ id: a.id, state: a.state, payer: a.payer, payment: a.paymentId, times: a.times },
    had: of.lineId ? a.had.toString() : amount(a.had, a.currency),
    ...{ gross: amount(a.grossMicros, a.currency), currency: a.currency, reason: a.reason, message: a.message },
    ...{ actionUrl: a.actionUrl, createdAt: a.createdAt, settledAt: a.settledAt },
  };
}
