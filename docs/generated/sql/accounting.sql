-- Every statement of accounting. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- accounting.claim_connection
update accounting_connections set busy_until = :until::timestamptz
   where organization_id = :ctx.organization.id and (busy_until is null or busy_until <= :now) and (paused_until is null or paused_until <= :now)
     and (state = 'leaving' or code_sealed is not null or (state = 'connected' and (chart_due or filled_until is not null
       or refreshed_at <= :now::timestamptz - interval '7 days'
       or exists (select from accounting_pushes p where p.organization_id = :ctx.organization.id and p.connection_id = accounting_connections.id
                    and p.state = 'waiting' and p.next_attempt_at <= :ctx.now))))
     and state <> 'gone'
  returning :columns;

-- accounting.claim_pushes
with due as (
    select id as due_id, tried as was_tried from accounting_pushes
     where organization_id = :ctx.organization.id and connection_id = :connectionId and state = 'waiting' and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update accounting_pushes set attempts = least(attempts + 1, 100), next_attempt_at = :until::timestamptz, tried = true
    from due where organization_id = :ctx.organization.id and id = due.due_id
  returning :columns, was_tried;

-- accounting.count_pushes
select s.state, (select count(*)::int from (select from accounting_pushes p
     where p.organization_id = :ctx.organization.id and p.state = s.state and p.connection_id = :connectionId limit :most) counted) as count
  from unnest(:{pushStates as unknown as string[]}::text[]) as s(state);

-- accounting.delete_contact
delete from accounting_contacts
  where organization_id = :ctx.organization.id and connection_id = :connectionId and owner_id = :ownerId;

-- accounting.find_connection
select :columns from accounting_connections
  where organization_id = :ctx.organization.id and state <> 'gone';

-- accounting.find_contacts
select owner_id, remote_id, chosen, written from accounting_contacts
  where organization_id = :ctx.organization.id and connection_id = :connectionId and owner_id = any(:ownerIds::uuid[]);

-- accounting.find_push
select :columns from accounting_pushes
  where organization_id = :ctx.organization.id and connection_id = :connectionId and kind = :kind and subject_id = :subjectId;

-- accounting.find_settings
select mapping, documents from accounting_settings where organization_id = :ctx.organization.id;

-- accounting.has_removals
select exists (select from accounting_pushes
  where organization_id = :ctx.organization.id and connection_id = :connectionId and :which and kind = 'removal'
    and state = 'waiting') as removes;

-- accounting.insert_connection
insert into accounting_connections
    (organization_id, id, kind, state, client_id, secret_sealed, push_from, created_at, created_by)
  values (:ctx.organization.id, :id, 'xero', 'asked', :client.id, :{seal(ctx, secretFor(id), client.secret)}, :pushFrom::date, :ctx.now,
          :ctx.actor.name)
  on conflict (organization_id) where state <> 'gone' do nothing;

-- accounting.insert_push
insert into accounting_pushes (organization_id, id, connection_id, kind, subject_id, document_id, owner_id, number,
      currency, amount_micros, state, next_attempt_at, created_at)
  values (:ctx.organization.id, :p.id, :p.connectionId, :p.kind, :p.subjectId, :p.documentId, :p.ownerId, :p.number,
          :p.currency, :p.amountMicros, 'waiting', :ctx.now, :ctx.now)
  on conflict (organization_id, connection_id, kind, subject_id) do nothing;

-- accounting.list_pushes
select :columns from accounting_pushes where :{join(conditions)} order by id desc limit :page.limit;

-- accounting.list_remote_ids
select remote_id from accounting_pushes
  where organization_id = :ctx.organization.id and connection_id = :connectionId and document_id = :documentId and kind = 'payment'
    and remote_id is not null and id <> :id limit 1000;

-- accounting.lock_connection
select :columns from accounting_connections
  where organization_id = :ctx.organization.id and state <> 'gone' for no key update;

-- accounting.record_after
update accounting_pushes
    set state = :after.state, attempts = :after.attempts, next_attempt_at = :after.nextAttemptAt::timestamptz, tried = :tried,
        code = :after.code, problem = :after.problem, settled_at = case when :after.state = 'waiting' then null else :ctx.now::timestamptz end
  where organization_id = :ctx.organization.id and id = :id and state = 'waiting';

-- accounting.record_done
update accounting_pushes
    set state = 'done', next_attempt_at = null, settled_at = :ctx.now, code = null, problem = null, remote_id = :{remoteId.slice(0, 100)},
        remote_state = :{remoteState.slice(0, 50)}
  where organization_id = :ctx.organization.id and id = :push.id and state = 'waiting';

-- accounting.release_connection
update accounting_connections set busy_until = null
  where organization_id = :ctx.organization.id and id = :id;

-- accounting.retry
update accounting_pushes
    set state = 'waiting', attempts = 0, round = round + 1, next_attempt_at = :ctx.now, settled_at = null
  where organization_id = :ctx.organization.id and connection_id = :connectionId and :chosen returning :columns;

-- accounting.save_connection
update accounting_connections
    set state = :c.state, client_id = :c.client.id, secret_sealed = :{seal(ctx, secretFor(c.id), c.client.secret)}, grant_sealed = :grant,
        code_sealed = :code, state_hash = :c.stateHash, asked_until = :c.askedUntil::timestamptz, token_until = :{c.grant?.until ?? null}::timestamptz,
        refreshed_at = :c.refreshedAt::timestamptz, paused_until = :c.pausedUntil::timestamptz, books = :{JSON.stringify(c.books)},
        book_id = :c.bookId, book_name = :c.bookName, book_link = :c.bookLink, chart = :{c.chart && JSON.stringify(c.chart)},
        chart_at = :c.chartAt::timestamptz, chart_due = :c.chartDue, push_from = :c.pushFrom::date, filled_until = :c.filledUntil::uuid,
        problem = :c.problem, connected_at = :c.connectedAt::timestamptz
  where organization_id = :ctx.organization.id and id = :c.id;

-- accounting.save_contact
insert into accounting_contacts (organization_id, connection_id, owner_id, remote_id, chosen, written, changed_at)
  values (:ctx.organization.id, :connectionId, :c.ownerId, :c.remoteId, :c.chosen, :c.written, :ctx.now)
  on conflict (organization_id, connection_id, owner_id) do update
     set remote_id = excluded.remote_id, chosen = excluded.chosen, written = excluded.written, changed_at = excluded.changed_at;

-- accounting.save_settings
insert into accounting_settings (organization_id, mapping, documents, changed_at, changed_by)
  values (:ctx.organization.id, :mapping, :now.documents, :ctx.now, :ctx.actor.name)
  on conflict (organization_id) do update
     set mapping = excluded.mapping, documents = excluded.documents, changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- accounting.skip
update accounting_pushes set state = 'skipped', next_attempt_at = null, settled_at = :ctx.now, code = :code, problem = :problem
  where organization_id = :ctx.organization.id and id = :push.id and state = 'waiting';

-- accounting.wake
update accounting_pushes set next_attempt_at = :ctx.now
  where organization_id = :ctx.organization.id and connection_id = :push.connectionId and state = 'waiting' and code = 'accounting.waits'
    and (document_id = :push.documentId or (kind = 'application' and subject_id = :push.subjectId)
         or (kind = 'payment' and owner_id = :push.ownerId and :{['credit_note', 'removal'].includes(push.kind)}));

-- accounting.wake_applications
update accounting_pushes set state = 'waiting', next_attempt_at = :ctx.now, settled_at = null
  where organization_id = :ctx.organization.id and connection_id = :push.connectionId and document_id = :push.documentId
    and kind = 'application' and state = 'skipped' and code = 'accounting.nothing_left';

-- Pieces that the statements above name.

-- :columns (connection/sql.ts)
id, kind, state, client_id, secret_sealed, grant_sealed, code_sealed, state_hash, asked_until, refreshed_at, paused_until, books,
  book_id, book_name, book_link, chart, chart_at, chart_due, to_char(push_from, 'YYYY-MM-DD') as push_from, filled_until, problem, created_at, created_by,
  connected_at

-- :columns (pushes/sql.ts)
id, connection_id, kind, subject_id, document_id, owner_id, number, currency, amount_micros, state, attempts, round, tried, next_attempt_at,
  code, problem, remote_id, remote_state, created_at, settled_at
