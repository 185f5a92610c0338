import { z } from 'zod';
import { planTypes } from '../catalog/index.ts';
import { ShownStatusName } from '../inventory/index.ts';
import { Amount, Bytes, Currency, idOf, NetBytes, reply, Timestamp } from '../kit/http/schemas.ts';
import { PeriodReply } from '../periods/index.ts';

/** The shapes of a SIM as people see it, in a list and whole. */

export const ShownStatus = ShownStatusName;

const Named = <K extends Parameters<typeof idOf>[0]>(kind: K) => z.object({ id: idOf(kind), name: z.string() });
const BlockReason = z.enum(['data_limit', 'balance', 'validity', 'fee_unpaid', 'imei', 'rule', 'manual']);

/** A whole number of things: what PostgreSQL's int holds. */
export const tally = z.int().min(0).max(2_147_483_647);

const rowShape = {
  id: idOf('sim'),
  superSimSid: z.string().meta({ description: 'The SIM in the Super SIM API (HS…).' }),
  iccid: z.string(),
  iccidCheckDigit: z.enum(['ok', 'wrong', 'absent']),
  imsi: z.string().nullable(),
  msisdn: z.string().nullable(),
  imei: z.string().nullable(),
  form: z.enum(['physical', 'esim']),
  uniqueName: z.string().nullable(),
  status: ShownStatus,
  statusReason: z.string().nullable().meta({ description: 'One short sentence: why it is so.' }),
  lifecycle: z.enum(['blank', 'ready', 'active', 'suspended', 'archived']),
  blocks: z.array(z.object({ reason: BlockReason, openedAt: Timestamp })),
  online: z.boolean().nullable().meta({ description: 'Null: this telecom cannot tell.' }),
  telecom: Named('telecom'),
  company: Named('company').nullable(),
  fleet: Named('fleet').nullable(),
  plan: z.object({ id: idOf('plan'), name: z.string(), type: z.enum(planTypes) }).nullable(),
  pool: z
    .object({ id: idOf('pool'), name: z.string(), allowanceBytes: Bytes, leftBytes: Bytes, daysLeft: tally })
    .nullable()
    .meta({ description: 'The pool whose data it shares, and what is left of its month.' }),
  labels: z.array(z.string()),
  note: z.string(),
  registered: z.boolean(),
  usedBytes: NetBytes.meta({ description: 'In the current billing period.' }),
  limitBytes: Bytes.nullable(),
  leftBytes: NetBytes.nullable().meta({
    description: 'Of the allowance, the prepaid balance or the pool; null: the plan has none.',
  }),
  daysLeft: tally.nullable().meta({ description: 'Started days until the period, or the month of the pool, ends.' }),
  monthBytes: NetBytes.meta({ description: 'In this calendar month.' }),
  lastSeenAt: Timestamp.nullable(),
  createdAt: Timestamp,
};

export const SimRow = reply('SimRow', rowShape);

export const SessionReply = reply('Session', {
  id: idOf('session'),
  state: z.enum(['open', 'closed', 'stale']),
  startedAt: Timestamp,
  lastEventAt: Timestamp,
  endedAt: Timestamp.nullable(),
  plmn: z.string().nullable(),
  networkName: z.string().nullable(),
  country: z.string().nullable(),
  rat: z.string().nullable(),
  apn: z.string().nullable(),
  framedIp: z.string().nullable(),
  imei: z.string().nullable(),
  bytesUp: Bytes,
  bytesDown: Bytes,
  terminateCause: z
    .int()
    .min(0)
    .max(255)
    .nullable()
    .meta({ description: 'Acct-Terminate-Cause, RFC 2866 section 5.10.' }),
  terminateText: z.string().nullable(),
  epoch: tally.meta({ description: 'How often the counters of the network started again.' }),
});

const state = z.enum(['active', 'inactive', 'unknown']).nullable();

/** A block that is open, in words. */
export const BlockReply = z.object({
  id: idOf('block'),
  reason: BlockReason,
  text: z.string(),
  detail: z.record(z.string(), z.unknown()),
  openedAt: Timestamp,
  openedBy: z.string(),
  liftedBy: z.string().meta({ description: 'What lifts it.' }),
});

export const SimReply = reply('Sim', {
  ...rowShape,
  eid: z.string().nullable(),
  imeiSeenAt: Timestamp.nullable(),
  registeredAt: Timestamp.nullable(),
  updatedAt: Timestamp,
  dataLimitBytes: Bytes.nullable().meta({ description: 'The limit of the SIM itself.' }),
  carrier: z.object({
    connector: z.enum(['none', 'radius', 'simulated']),
    link: z.enum(['none', 'checking', 'ok', 'error']),
    linkReason: z.string().nullable(),
    desired: state,
    reported: state,
    outstanding: z
      .object({
        kind: z.enum(['set_state', 'disconnect']),
        want: z.enum(['active', 'inactive']).nullable(),
        since: Timestamp,
        attempts: tally,
      })
      .nullable(),
  }),
  blocksDetail: z.array(BlockReply),
  suspension: z.object({ reason: z.string(), openedAt: Timestamp, openedBy: z.string() }).nullable(),
  planSince: Timestamp.nullable(),
  planChange: z
    .object({
      id: idOf('plan_change'),
      plan: Named('plan').nullable().meta({ description: 'Null: the plan ends.' }),
      pool: Named('pool').nullable(),
      at: Timestamp.nullable().meta({ description: 'The end of the running period; a refill puts it off.' }),
      askedAt: Timestamp,
      askedBy: z.string(),
    })
    .nullable()
    .meta({ description: 'The change of plan that waits for the end of the period.' }),
  endUser: Named('end_user').nullable().meta({ description: 'Whose it is.' }),
  prepaid: z
    .object({
      balanceBytes: NetBytes.meta({
        description: 'Below zero: used beyond what was bought, and taken from the next refill.',
      }),
      validUntil: Timestamp.nullable().meta({
        description: 'Null: its days count from the first usage, or the next refill.',
      }),
      validityDays: tally,
      refills: z.array(z.object({ id: z.string(), amountBytes: Bytes, price: Amount, currency: Currency })),
    })
    .nullable()
    .meta({ description: 'What is left of what was bought, and what can be.' }),
  period: PeriodReply.nullable().meta({ description: 'The open one, or the last one.' }),
  session: SessionReply.nullable().meta({ description: 'The open one, or the last one.' }),
});
