import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { seal, unseal } from '../../kit/seal.ts';
import type { Client, Grant } from '../door.ts';
import type { Connection } from './model.ts';

type Sealed = Omit<Connection, 'client' | 'grant' | 'code'> & {
  clientId: string;
  secretSealed: Buffer;
  grantSealed: Buffer | null;
  codeSealed: Buffer | null;
};

const columns = sql`id, kind, state, client_id, secret_sealed, grant_sealed, code_sealed, state_hash, asked_until, refreshed_at, paused_until, books,
  book_id, book_name, book_link, chart, chart_at, chart_due, to_char(push_from, 'YYYY-MM-DD') as push_from, filled_until, problem, created_at, created_by,
  connected_at`;

/** The purposes that secrets are sealed for. */
const secretFor = (id: Id) => `accounting_connections ${id} secret`;
const grantFor = (id: Id) => `accounting_connections ${id} grant`;
const codeFor = (id: Id) => `accounting_connections ${id} code`;

function opened({ clientId, secretSealed, grantSealed, codeSealed, ...rest }: Sealed): Connection {
  const { id } = rest;
  const grant = grantSealed && (JSON.parse(unseal(grantFor(id), grantSealed).toString()) as Grant);
  return {
    ...rest,
    client: { id: clientId, secret: unseal(secretFor(id), secretSealed).toString() },
    grant: grant && { ...grant, until: new Date(grant.until) },
    code: codeSealed && unseal(codeFor(id), codeSealed).toString(),
  };
}

/** The connection of the organization, unless it is gone. */
export async function findConnection(ctx: Ctx): Promise<Connection | null> {
  const found = await row<Sealed>(
    ctx,
    sql`/* accounting.find_connection */ select ${columns} from accounting_connections
         where organization_id = ${ctx.organization.id} and state <> 'gone'`,
  );
  return found && opened(found);
}

/** The same, ours until the database transaction ends. */
export async function lockConnection(ctx: Ctx): Promise<Connection | null> {
  const found = await row<Sealed>(
    ctx,
    sql`/* accounting.lock_connection */ select ${columns} from accounting_connections
         where organization_id = ${ctx.organization.id} and state <> 'gone' for no key update`,
  );
  return found && opened(found);
}

/** False: there is one already. */
export async function insertConnection(ctx: Ctx, id: Id, client: Client, pushFrom: string): Promise<boolean> {
  const inserted = await run(
    ctx,
    sql`/* accounting.insert_connection */ insert into accounting_connections
          (organization_id, id, kind, state, client_id, secret_sealed, push_from, created_at, created_by)
        values (${ctx.organization.id}, ${id}, 'xero', 'asked', ${client.id}, ${seal(ctx, secretFor(id), client.secret)}, ${pushFrom}::date, ${ctx.now},
                ${ctx.actor.name})
        on conflict (organization_id) where state <> 'gone' do nothing`,
  );
  return inserted === 1;
}

/** Writes all of a connection that changes. What lets us in is sealed anew. */
export async function saveConnection(ctx: Ctx, c: Connection): Promise<void> {
  const grant = c.grant && seal(ctx, grantFor(c.id), JSON.stringify(c.grant));
  const code = c.code && seal(ctx, codeFor(c.id), c.code);
  await run(
    ctx,
    sql`/* accounting.save_connection */ update accounting_connections
           set state = ${c.state}, client_id = ${c.client.id}, secret_sealed = ${seal(ctx, secretFor(c.id), c.client.secret)}, grant_sealed = ${grant},
               code_sealed = ${code}, state_hash = ${c.stateHash}, asked_until = ${c.askedUntil}::timestamptz, token_until = ${c.grant?.until ?? null}::timestamptz,
               refreshed_at = ${c.refreshedAt}::timestamptz, paused_until = ${c.pausedUntil}::timestamptz, books = ${JSON.stringify(c.books)},
               book_id = ${c.bookId}, book_name = ${c.bookName}, book_link = ${c.bookLink}, chart = ${c.chart && JSON.stringify(c.chart)},
               chart_at = ${c.chartAt}::timestamptz, chart_due = ${c.chartDue}, push_from = ${c.pushFrom}::date, filled_until = ${c.filledUntil}::uuid,
               problem = ${c.problem}, connected_at = ${c.connectedAt}::timestamptz
         where organization_id = ${ctx.organization.id} and id = ${c.id}`,
  );
}

/**
 * Takes the connection for work, until `until` on the machine's clock: one at a time, since a refresh makes the token before it useless. Null:
 * somebody else is at work, or there is nothing to do there.
 */
export async function claimConnection(ctx: Ctx, now: Date, until: Date): Promise<Connection | null> {
  const claimed = await row<Sealed>(
    ctx,
    sql`/* accounting.claim_connection */ update accounting_connections set busy_until = ${until}::timestamptz
         where organization_id = ${ctx.organization.id} and (busy_until is null or busy_until <= ${now}) and (paused_until is null or paused_until <= ${now})
           and (state = 'leaving' or code_sealed is not null or (state = 'connected' and (chart_due or filled_until is not null
             or refreshed_at <= ${now}::timestamptz - interval '7 days'
             or exists (select from accounting_pushes p where p.organization_id = ${ctx.organization.id} and p.connection_id = accounting_connections.id
                          and p.state = 'waiting' and p.next_attempt_at <= ${ctx.now}))))
           and state <> 'gone'
        returning ${columns}`,
  );
  return claimed && opened(claimed);
}

/** Work is over. */
export async function releaseConnection(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* accounting.release_connection */ update accounting_connections set busy_until = null
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** What a company is called there. */
export type StoredContact = { ownerId: Id; remoteId: string; chosen: boolean; written: string };

export async function findContacts(ctx: Ctx, connectionId: Id, ownerIds: Id[]): Promise<StoredContact[]> {
  return rows<StoredContact>(
    ctx,
    sql`/* accounting.find_contacts */ select owner_id, remote_id, chosen, written from accounting_contacts
         where organization_id = ${ctx.organization.id} and connection_id = ${connectionId} and owner_id = any(${ownerIds}::uuid[])`,
  );
}

export async function saveContact(ctx: Ctx, connectionId: Id, c: StoredContact): Promise<void> {
  await run(
    ctx,
    sql`/* accounting.save_contact */ insert into accounting_contacts (organization_id, connection_id, owner_id, remote_id, chosen, written, changed_at)
        values (${ctx.organization.id}, ${connectionId}, ${c.ownerId}, ${c.remoteId}, ${c.chosen}, ${c.written}, ${ctx.now})
        on conflict (organization_id, connection_id, owner_id) do update
           set remote_id = excluded.remote_id, chosen = excluded.chosen, written = excluded.written, changed_at = excluded.changed_at`,
  );
}

export async function deleteContact(ctx: Ctx, connectionId: Id, ownerId: Id): Promise<void> {
  await run(
    ctx,
    sql`/* accounting.delete_contact */ delete from accounting_contacts
         where organization_id = ${ctx.organization.id} and connection_id = ${connectionId} and owner_id = ${ownerId}`,
  );
}
