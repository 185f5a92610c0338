import { bigintAsText } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { query, rows, run, sql, type Tx } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import type { SessionUpdate } from '../usage/index.ts';
import type { ReceivedRecord } from './records.ts';
import type { Restatement } from './restatements.ts';
import { asKept } from './updates.ts';

/** Usage as it reached us, its times on the organization's clock. */
export type Arrival = { update: SessionUpdate } | { record: ReceivedRecord } | { restatement: Restatement };

/** Keeps arrivals for the holder of their shard, in the caller's database transaction. */
export async function storeArrivals(ctx: Ctx, shard: number, arrivals: Arrival[]): Promise<void> {
  // Ids of one millisecond have no order of their own; these keep the order in which the arrivals came.
  const ids = arrivals.map(() => newId(ctx)).sort();
  await run(
    ctx,
    sql`/* charging.store_arrivals */ insert into usage_arrivals (organization_id, shard, id, arrival, stored_at)
        select ${ctx.organization.id}, ${shard}::smallint, u.*, ${ctx.now}::timestamptz
          from unnest(${ids}::uuid[], ${arrivals.map(toText)}::jsonb[]) as u`,
  );
}

/** The organizations whose usage waits for this shard; asked on the writer's own connection. */
export async function organizationsWithArrivals(writer: Pick<Tx, 'query'>, shard: number): Promise<Id[]> {
  const found = await query<{ id: Id }>(
    writer,
    sql`/* charging.organizations_with_arrivals */ select id from organizations_with_arrivals(${shard}::smallint) as id`,
  );
  return found.map((row) => row.id);
}

/** The arrivals that have waited longest. */
export async function listArrivals(ctx: Ctx, shard: number, limit: number): Promise<{ id: Id; arrival: Arrival }[]> {
  const found = await rows<{ id: Id; arrival: Stored }>(
    ctx,
    sql`/* charging.list_arrivals */ select id, arrival from usage_arrivals
         where organization_id = ${ctx.organization.id} and shard = ${shard}::smallint order by id limit ${limit}`,
  );
  return found.map(({ id, arrival }) => ({ id, arrival: fromStored(arrival) }));
}

/** Takes arrivals off the table, in the database transaction that charges them. Returns how many were still there. */
export async function removeArrivals(ctx: Ctx, shard: number, ids: Id[]): Promise<number> {
  return run(
    ctx,
    sql`/* charging.remove_arrivals */ delete from usage_arrivals
         where organization_id = ${ctx.organization.id} and shard = ${shard}::smallint and id = any(${ids}::uuid[])`,
  );
}

/** JSON keeps a bigint, an instant and bytes as text. */
type Texts<T> = { [K in keyof T]: T[K] extends bigint | Date ? string : T[K] };
type StoredRecord = Texts<Omit<ReceivedRecord, 'claim'>> & {
  claim: Texts<Omit<ReceivedRecord['claim'], 'bodyHash'>>;
} & {
  bodyHash: string;
};
type Stored = { update: Texts<SessionUpdate> } | { record: StoredRecord } | { restatement: Texts<Restatement> };

function toText(arrival: Arrival): string {
  if ('update' in arrival) return JSON.stringify({ update: asKept(arrival.update) }, bigintAsText);
  if ('restatement' in arrival) return JSON.stringify(arrival, bigintAsText);
  const { claim, ...record } = arrival.record;
  const { bodyHash, ...named } = claim;
  return JSON.stringify({ record: { ...record, claim: named, bodyHash: bodyHash.toString('hex') } }, bigintAsText);
}

function fromStored(stored: Stored): Arrival {
  if ('update' in stored) {
    const { update } = stored;
    return {
      update: {
        ...update,
        up: BigInt(update.up),
        down: BigInt(update.down),
        eventTime: new Date(update.eventTime),
        receivedAt: new Date(update.receivedAt),
      },
    };
  }
  if ('restatement' in stored) {
    const { restatement } = stored;
    return {
      restatement: {
        ...restatement,
        bytesUp: BigInt(restatement.bytesUp),
        bytesDown: BigInt(restatement.bytesDown),
        units: BigInt(restatement.units),
        toldAt: new Date(restatement.toldAt),
        receivedAt: new Date(restatement.receivedAt),
      },
    };
  }
  const { bodyHash, claim, ...record } = stored.record;
  return {
    record: {
      ...record,
      claim: { ...claim, bodyHash: Buffer.from(bodyHash, 'hex') },
      bytesUp: BigInt(record.bytesUp),
      bytesDown: BigInt(record.bytesDown),
      units: BigInt(record.units),
      occurredAt: new Date(record.occurredAt),
      receivedAt: new Date(record.receivedAt),
    },
  };
}
