import { z } from 'zod';
import { Amount, Bytes, Count, Currency, idOf, reply, Timestamp, TimeZone } from '../../kit/http/schemas.ts';
import { PoolType, TermsReply } from '../../pools/index.ts';
import { ShownStatus, tally } from '../schemas.ts';

export const MonthReply = reply('PoolMonth', {
  id: idOf('pool_period'),
  state: z.enum(['open', 'closed']),
  startsAt: Timestamp,
  endsAt: Timestamp.meta({ description: 'Half-open.' }),
  daysLeft: tally.meta({ description: 'Started days until the month ends; 0 once it is closed.' }),
  termsVersion: tally.meta({ description: 'The version of the terms that this month began with.' }),
  currency: Currency,
  allowanceBytes: Bytes.meta({ description: 'The balance: the pool’s own, or what its members brought.' }),
  usedBytes: Bytes,
  leftBytes: Bytes,
  overageBytes: Bytes,
  overageBlocks: Count.meta({ description: 'Started blocks beyond the balance; 0 where overage is free.' }),
  overageSizeBytes: Bytes.nullable(),
  limitUsedBytes: Bytes.meta({ description: 'What counts for the data limit: without late usage.' }),
  limitReached: z.boolean(),
  contributions: tally.meta({ description: 'Members that brought a balance to a dynamic pool this month.' }),
  fees: Amount.meta({ description: 'The fee of a static pool, or the fees of the members of a dynamic one.' }),
  activationFees: Amount,
  charge: Amount.meta({ description: 'Of overage.' }),
  total: Amount.meta({ description: 'Fees and overage so far.' }),
});

export const ForecastReply = reply('PoolForecast', {
  basisHours: tally.meta({
    description: 'The hours that the pace is taken from: seven days, or less of a young pool.',
  }),
  bytesPerDay: Bytes,
  slowBytesPerDay: Bytes.meta({ description: 'The quietest of the days that count.' }),
  fastBytesPerDay: Bytes.meta({ description: 'The busiest of the days that count.' }),
  exhaustedAt: Timestamp.nullable().meta({
    description: 'Null: it lasts to the end of the month, or is used up already.',
  }),
  earliestAt: Timestamp.nullable(),
  latestAt: Timestamp.nullable(),
  usedAtEndBytes: Bytes,
  chargeAtEnd: Amount.meta({ description: 'What overage comes to by the end of the month.' }),
});

export const PoolReply = reply('Pool', {
  id: idOf('pool'),
  name: z.string(),
  type: PoolType,
  company: z
    .object({ id: idOf('company'), name: z.string() })
    .nullable()
    .meta({ description: 'Null: the organization’s own.' }),
  currency: Currency,
  timeZone: TimeZone.meta({ description: 'Its months are calendar months of this zone.' }),
  dataLimitBytes: Bytes.nullable(),
  labels: z.array(z.string()),
  note: z.string(),
  members: tally,
  terms: TermsReply.meta({ description: 'The latest ones, which its next month is on.' }),
  month: MonthReply.nullable().meta({ description: 'The running one; null: none runs any more.' }),
  forecast: ForecastReply.nullable().meta({ description: 'Null: nothing was used in the last seven days.' }),
  createdAt: Timestamp,
  archivedAt: Timestamp.nullable(),
});

export const BurnDownReply = reply('PoolBurnDown', {
  timeZone: TimeZone,
  startsAt: Timestamp,
  endsAt: Timestamp,
  points: z
    .array(
      z.object({
        at: Timestamp,
        usedBytes: Bytes.nullable().meta({ description: 'Until then; null: it is to come.' }),
        leftBytes: Bytes.nullable(),
        forecastLeftBytes: Bytes.nullable(),
        slowLeftBytes: Bytes.nullable().meta({ description: 'At the pace of the quietest day.' }),
        fastLeftBytes: Bytes.nullable().meta({ description: 'At the pace of the busiest day.' }),
      }),
    )
    .meta({ description: 'The beginnings of the local days of the month, and now.' }),
});

export const MemberReply = reply('PoolMember', {
  sim: z.object({ id: idOf('sim'), iccid: z.string(), uniqueName: z.string().nullable(), status: ShownStatus }),
  plan: z.object({ id: idOf('plan'), name: z.string() }),
  joinedAt: Timestamp,
  leftAt: Timestamp.nullable(),
  usedBytes: Bytes.meta({ description: 'Of the pool in its running month.' }),
  share: z.string().nullable().meta({ description: 'Percent of what the pool used in it.', example: '12.5' }),
  contribution: z
    .object({ allowanceBytes: Bytes, fee: Amount })
    .nullable()
    .meta({ description: 'What it brought to the running month of a dynamic pool.' }),
});
