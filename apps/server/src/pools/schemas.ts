import { z } from 'zod';
import { Amount, Bytes, Count, Currency, idOf, reply, request, Timestamp, text } from '../kit/http/schemas.ts';

/** A whole number of things: what PostgreSQL's int holds. */
const tally = z.int().min(0).max(2_147_483_647);

export const PoolType = z.enum(['static', 'dynamic']);
const paymentType = z.enum(['pre_billing', 'advanced_billing', 'post_billing', 'manual']);

const terms = {
  allowanceMb: Count.nullable().meta({ description: 'The balance of a month; null for a dynamic pool.' }),
  fee: Amount.nullable().meta({ description: 'The price of a month; null for a dynamic pool.' }),
  overageSizeMb: Count.nullable(),
  overagePrice: Amount.nullable().meta({ description: 'Price of one block of overage; every started block counts.' }),
  paymentType,
};

export const TermsReply = reply('PoolTerms', {
  id: idOf('pool_version'),
  version: tally,
  currency: Currency,
  ...terms,
  unitBase: z.literal([1000, 1024]).meta({ description: 'One MB of these terms is this number squared, in bytes.' }),
  createdAt: Timestamp,
});

const changes = {
  allowanceMb: Count.nullable().optional(),
  fee: Amount.nullable().optional(),
  overageSizeMb: Count.nullable().optional(),
  overagePrice: Amount.nullable().optional(),
  paymentType: paymentType.optional(),
};
const own = {
  dataLimitBytes: Bytes.nullable()
    .optional()
    .refine((value) => value !== 0n, { error: 'more than 0 bytes; null for no limit' }),
  labels: z.array(text(100)).max(50).optional(),
  note: z.string().max(4000).optional(),
};

export const CreatePool = request('CreatePool', {
  name: text(200),
  type: PoolType,
  company: idOf('company')
    .nullable()
    .optional()
    .meta({ description: 'Whose pool it is; null: the organization’s own.' }),
  ...own,
  ...changes,
});
export const UpdatePool = request('UpdatePool', { name: text(200).optional(), ...own });
export const ChangeTerms = request('ChangePoolTerms', changes);
