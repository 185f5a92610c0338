import { z } from 'zod';
import { pageOf, pageQuery } from '../../kit/http/page.ts';
import { Amount, amount, Currency, idOf, listOf, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { transferKinds } from '../model.ts';
import type { Movement, WalletOverview } from './history.ts';
import { isAtFloor, overshootOf } from './model.ts';
import type { OwnedWallet } from './reads.ts';
import { vatTimes } from './vat/model.ts';

export const VatAtField = z.enum(vatTimes);

export const WalletReply = reply('Wallet', {
  id: idOf('wallet'),
  ledgerAccountId: idOf('ledger_account').meta({
    description: 'The same wallet in the ledger, where a debit is above zero.',
  }),
  owner: z.object({
    type: z.enum(['organization', 'company', 'end_user']),
    id: z.string(),
    name: z.string(),
    companyId: idOf('company').nullable(),
  }),
  currency: Currency,
  remaining: Amount.meta({ description: 'What is in it; below zero it is in debt.' }),
  held: Amount.meta({ description: 'Set aside by holds: debits that may be refused leave it.' }),
  available: Amount.meta({ description: 'remaining - held' }),
  floor: Amount.meta({ description: 'What fees, purchases and refills must leave; below zero is credit.' }),
  atFloor: z.boolean().meta({ description: 'At its floor or below: the lines that pay from it are blocked.' }),
  overshoot: Amount.meta({
    description: 'How far it stands below its floor: usage that has happened is booked whatever there is.',
  }),
  vatAt: VatAtField.meta({ description: 'When its money bears VAT: when it is refilled, or when it is spent.' }),
  untaxed: Amount.meta({
    description:
      'Spent on usage since VAT of it was last posted: within a minute. Zero where VAT is paid with the refill.',
  }),
  openedAt: Timestamp,
});

export const WalletPage = pageOf(WalletReply, 'WalletPage');

export function shownWallet({ wallet, owner }: OwnedWallet): z.output<typeof WalletReply> {
  const money = (micros: bigint) => amount(micros, wallet.currency);
  return {
    id: wallet.id,
    ledgerAccountId: wallet.id,
    owner: { type: owner.type, id: publicId(owner.type, owner.id), name: owner.name, companyId: owner.companyId },
    currency: wallet.currency,
    remaining: money(wallet.remainingMicros),
    held: money(wallet.heldMicros),
    available: money(wallet.remainingMicros - wallet.heldMicros),
    floor: money(wallet.floorMicros),
    atFloor: isAtFloor(wallet),
    overshoot: money(overshootOf(wallet)),
    vatAt: wallet.vatAt,
    untaxed: money(wallet.untaxedMicros),
    openedAt: wallet.openedAt!,
  };
}

export const OverviewReply = reply('WalletOverview', {
  from: Timestamp,
  to: Timestamp,
  currency: Currency,
  starting: Amount,
  credited: Amount.meta({ description: 'Paid in, given back, granted, and given by hand.' }),
  spentOnUsage: Amount,
  spentOnFees: Amount,
  vat: Amount.meta({ description: 'Of usage and fees, where the wallet bears VAT when it is spent.' }),
  debited: Amount.meta({ description: 'Paid for refills, refunded, expired, and taken by hand.' }),
  ending: Amount.meta({ description: 'starting + credited - spentOnUsage - spentOnFees - vat - debited' }),
  lowest: Amount.meta({ description: 'The least that was in it.' }),
  overshoot: Amount.meta({ description: 'How far usage went past the floor at most, by the floor of today.' }),
});

export function shownOverview(
  { wallet, overview }: OwnedWallet & { overview: WalletOverview },
  from: Date,
  to: Date,
): z.output<typeof OverviewReply> {
  const money = (micros: bigint) => amount(micros, wallet.currency);
  return {
    ...{ from, to, currency: wallet.currency },
    starting: money(overview.startingMicros),
    credited: money(overview.creditedMicros),
    spentOnUsage: money(overview.usageMicros),
    spentOnFees: money(overview.feesMicros),
    vat: money(overview.vatMicros),
    debited: money(overview.debitedMicros),
    ending: money(overview.endingMicros),
    lowest: money(overview.lowestMicros),
    overshoot: money(
      overshootOf({
        remainingMicros: overview.lowestByUsageMicros ?? wallet.floorMicros,
        floorMicros: wallet.floorMicros,
      }),
    ),
  };
}

export const movementKinds = z.enum(transferKinds);

export const MovementReply = reply('WalletMovement', {
  transferId: idOf('transfer'),
  at: Timestamp,
  kind: movementKinds,
  description: z.string(),
  note: z.string().nullable().meta({ description: 'What somebody wrote beside it.' }),
  madeBy: z.string().nullable().meta({ description: 'Who moved it by hand.' }),
  amount: Amount.meta({ description: 'What came is above zero, what went is below.' }),
  remaining: Amount.meta({ description: 'What was in it afterwards.' }),
  currency: Currency,
  key: z.string().meta({ description: 'Names what was booked; the same key is booked once.' }),
  sim: z
    .object({ id: idOf('sim'), iccid: z.string() })
    .nullable()
    .meta({ description: 'The SIM it is for, where it is for one.' }),
  fee: idOf('fee').nullable().meta({ description: 'The fee that it paid; its explanation has the rest.' }),
});

export const MovementPage = pageOf(MovementReply, 'WalletMovementPage');
export const MovementQuery = pageQuery({
  kind: listOf(movementKinds).optional(),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
});

/** What the rooms above know of a transfer, by its key. */
export type AboutTransfer = { description?: string; sim: { id: Id; iccid: string } | null; fee: Id | null };

export function shownMovement(
  movement: Movement,
  currency: string,
  about: AboutTransfer | undefined,
): z.output<typeof MovementReply> {
  const { amountMicros, remainingMicros, ...rest } = movement;
  return {
    ...rest,
    description: about?.description ?? describe(movement),
    amount: amount(amountMicros, currency),
    remaining: amount(remainingMicros, currency),
    currency,
    sim: about?.sim ?? null,
    fee: about?.fee ?? null,
  };
}

function describe({ kind, amountMicros, key }: Movement): string {
  switch (kind) {
    case 'usage':
      return 'Usage';
    case 'fee':
      return 'Fee';
    case 'refill':
      return amountMicros > 0n ? 'Paid in' : 'Paid for a refill';
    case 'payment':
      return 'Payment';
    case 'refund':
      if (!key.startsWith('part:')) return 'Refund';
      return amountMicros > 0n ? 'Bonus back' : 'Bonus taken back';
    case 'dispute':
      return 'Dispute';
    case 'grant':
      return key.endsWith(':bonus') ? 'Bonus' : 'Granted';
    case 'expiry':
      return 'Expired';
    case 'invoice':
      return 'Invoice';
    case 'credit_note':
      return 'Credit note';
    case 'vat':
      return amountMicros > 0n ? 'VAT back' : key.includes(':fee:') ? 'VAT of a fee' : 'VAT of usage';
    case 'adjustment':
      return amountMicros > 0n ? 'Credited' : 'Debited';
  }
}

const ownerId = z.union([idOf('company'), idOf('end_user'), idOf('organization')]);
const reason = text(1000).meta({ description: 'Why; shown in the history.' });

export const OpenWallet = request('OpenWallet', {
  owner: ownerId.meta({ description: 'A company, an end user, or the organization itself.' }),
  floor: Amount.default('0').meta({ description: 'What must stay; below zero is credit.' }),
  currency: Currency.optional().meta({ description: 'Of the owner, unless given; no other is taken.' }),
});
export const ChangeWallet = request('ChangeWallet', {
  floor: Amount.optional(),
  vatAt: VatAtField.optional().meta({ description: 'Changes only while nothing is in the wallet.' }),
});
export const CreditWallet = request('CreditWallet', {
  amount: Amount,
  reason,
  kind: z
    .enum(['refill', 'adjustment'])
    .default('adjustment')
    .meta({ description: 'Money that was paid in, or a correction by hand.' }),
});
export const DebitWallet = request('DebitWallet', { amount: Amount, reason });
