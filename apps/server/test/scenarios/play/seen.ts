import { type Micros, parseAmount } from '@simwright/measure';
import { query, sql } from '../../../src/kit/db.ts';
import { type Id, parsePublicId } from '../../../src/kit/ids.ts';
import type { Line, Product } from './product.ts';

type Period = {
  kind: 'ready' | 'active';
  open: boolean;
  startsAt: Date;
  endsAt: Date | null;
  usedBytes: bigint;
  leftBytes: bigint | null;
};

/** What there is of a SIM, a pool or a wallet at one moment. What happened is what was not there a moment before. */
export type Seen = {
  status: string;
  /** The current or most recent. */
  period: Period | null;
  fees: Map<string, { kind: 'fee' | 'activation'; micros: Micros }>;
  charged: Micros;
  adjusted: Micros;
  due: Micros;
  wallet: Micros;
  blocks: Map<string, { reason: string; lifted: boolean }>;
  unrated: Map<string, string>;
  records: number;
  unknownNetwork: number;
  fairUse: number;
};

const nothing: Seen = {
  ...{ status: '', period: null, fees: new Map(), charged: 0n, adjusted: 0n, due: 0n, wallet: 0n },
  ...{ blocks: new Map(), unrated: new Map(), records: 0, unknownNetwork: 0, fairUse: 0 },
};

/** Everything that a scenario may be about, by name. */
export async function seeAll(product: Product): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (const [name, line] of product.lines) seen.set(name, await seeLine(product, line));
  for (const { name } of product.scenario.pools) seen.set(name, await seePool(product, product.ids.pools.get(name)));
  for (const { name } of product.scenario.companies) {
    const wallet = product.ids.wallets.get(name);
    const { body } = wallet ? await product.ask<{ remaining: string }>('GET', `/api/v1/wallets/${wallet}`) : {};
    seen.set(name, { ...nothing, wallet: body ? microsOf(body.remaining, product) : 0n });
  }
  return seen;
}

/** A line as the API shows it; fees, and what stands beside its periods, as the books have it. */
async function seeLine(product: Product, { id, path }: Line): Promise<Seen> {
  type Page<T> = { items: T[]; nextCursor: string | null };
  type PeriodReply = { [K in 'startsAt' | 'usedBytes' | 'charge']: string } & {
    kind: Period['kind'];
    state: 'open' | 'closed';
    endsAt: string | null;
    leftBytes: string | null;
  };
  const page = async <T>(rest: string) => {
    const { items, nextCursor } = (await product.ask<Page<T>>('GET', rest)).body;
    if (nextCursor !== null) throw new Error(`a scenario is larger than one page of ${rest}`);
    return items;
  };
  const [sim, periods, blocks, records, unrated, fees, books] = await Promise.all([
    product.ask<{ status: string }>('GET', path),
    page<PeriodReply>(`${path}/periods?limit=200`),
    page<{ id: string; reason: string; liftedAt: string | null }>(`${path}/blocks?limit=200`),
    page<unknown>(`${path}/usage-records?limit=200`),
    page<{ id: string; reason: string }>(`/api/v1/unrated?limit=200&sim=${path.split('/').at(-1)}`),
    feesOf(product, id, null),
    booksOf(product, id),
  ]);
  // A line that is used in the very instant in which it became ready has two that begin together.
  const last = periods.find(({ state }) => state === 'open') ?? periods[0];
  return {
    ...{ status: sim.body.status, fees, ...books },
    period: last
      ? {
          ...{ kind: last.kind, open: last.state === 'open', startsAt: new Date(last.startsAt) },
          endsAt: last.endsAt === null ? null : new Date(last.endsAt),
          usedBytes: BigInt(last.usedBytes),
          leftBytes: last.leftBytes === null ? null : BigInt(last.leftBytes),
        }
      : null,
    charged: periods.reduce((sum, { charge }) => sum + microsOf(charge, product), 0n),
    wallet: 0n,
    blocks: new Map(blocks.map((block) => [block.id, { reason: block.reason, lifted: block.liftedAt !== null }])),
    unrated: new Map(unrated.map((row) => [row.id, row.reason])),
    records: records.length,
  };
}

/** Of a pool, its months. */
async function seePool(product: Product, publicId: string | undefined): Promise<Seen> {
  if (publicId === undefined) return nothing;
  const id = parsePublicId('pool', publicId)!;
  const { owner } = product.world;
  type Month = { startsAt: Date; endsAt: Date; state: string; allowance: bigint; used: bigint; charge: bigint };
  const months = await query<Month>(
    owner.pool,
    sql`select starts_at, ends_at, state, allowance_bytes as allowance, used_bytes as used, charge_micros as charge
          from pool_periods where pool_id = ${id} order by starts_at desc`,
  );
  const [adjusted] = await query<{ micros: bigint }>(
    owner.pool,
    sql`select coalesce(sum(amount_micros), 0)::bigint as micros from adjustments where pool_id = ${id} and line_id is null`,
  );
  const [last] = months;
  return {
    ...nothing,
    fees: await feesOf(product, null, id),
    charged: months.reduce((sum, { charge }) => sum + charge, 0n),
    adjusted: adjusted!.micros,
    period: last
      ? {
          ...{ kind: 'active', open: last.state === 'open', startsAt: last.startsAt, endsAt: last.endsAt },
          usedBytes: last.used,
          leftBytes: last.allowance > last.used ? last.allowance - last.used : 0n,
        }
      : null,
  };
}

/** Fees of a line, in its own periods and in months of pools; or those of a pool itself. */
async function feesOf({ world }: Product, lineId: Id | null, poolId: Id | null): Promise<Seen['fees']> {
  const rows = await query<{ id: string; kind: string; micros: bigint }>(
    world.owner.pool,
    lineId === null
      ? sql`select id, kind, amount_micros as micros from fees where pool_id = ${poolId} and line_id is null`
      : sql`select id, kind, amount_micros as micros from fees where line_id = ${lineId}`,
  );
  return new Map(
    rows.map(({ id, kind, micros }) => [id, { kind: kind === 'recurring' ? 'fee' : 'activation', micros }]),
  );
}

type Books = Pick<Seen, 'adjusted' | 'due' | 'unknownNetwork' | 'fairUse'>;

async function booksOf({ world }: Product, lineId: Id): Promise<Books> {
  const [row] = await query<{ adjusted: bigint; due: bigint; unknown: bigint; fair: bigint }>(
    world.owner.pool,
    sql`select (select coalesce(sum(amount_micros), 0) from adjustments where line_id = ${lineId})::bigint as adjusted,
               (select coalesce(sum(amount_micros), 0) from due_fees where line_id = ${lineId} and settled_at is null)::bigint as due,
               (select count(*) from usage_records where line_id = ${lineId} and unknown_network)::bigint as unknown,
               (select count(*) from events where subject_id = ${lineId} and name = 'sim.fair_use_reached')::bigint as fair`,
  );
  const { adjusted, due, unknown, fair } = row!;
  return { adjusted, due, unknownNetwork: Number(unknown), fairUse: Number(fair) };
}

function microsOf(text: string, { scenario }: Product): Micros {
  const read = parseAmount(text, scenario.currency);
  if (!read.ok) throw new Error(`the API wrote an amount that is none: ${text}`);
  return read.value;
}
