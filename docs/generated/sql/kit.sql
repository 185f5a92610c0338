-- Every statement of kit. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- audit.write
insert into audit_log
    (organization_id, id, action, object_type, object_id, changes, at, actor, actor_name, from_address, request_id)
  select :ctx.organization.id, u.*, :ctx.now::timestamptz, :{`${ctx.actor.kind}:${ctx.actor.id}`}, :ctx.actor.name,
         :{ctx.actor.address ?? null}, :{ctx.requestId ?? null}
    from unnest(:{entries.map(() => newId(ctx))}::uuid[], :{entries.map((e) => e.action)}::text[],
                :{entries.map((e) => e.objectType)}::text[], :{entries.map((e) => e.objectId)}::text[],
                :{entries.map((e) => JSON.stringify(e.changes ?? [], bigintAsText))}::jsonb[]) as u;

-- idempotency.find
select request_hash, status, response,
        created_at < :ctx.now::timestamptz - make_interval(hours => :keptHours) as expired
   from idempotency_keys
  where organization_id = :ctx.organization.id and actor = :actor and key = :key;

-- idempotency.forget_old
delete from idempotency_keys
  where organization_id = :ctx.organization.id and (actor, key) in (
    select actor, key from idempotency_keys
     where organization_id = :ctx.organization.id
       and created_at < :ctx.now::timestamptz - make_interval(hours => :keptHours) limit :limit);

-- idempotency.forget_one
delete from idempotency_keys
  where organization_id = :ctx.organization.id and actor = :actor and key = :key;

-- idempotency.keep
insert into idempotency_keys
    (organization_id, actor, key, request_hash, status, response, created_at)
  values (:ctx.organization.id, :actor, :key, :hash, :answer.status,
          :{JSON.stringify(stored(ctx, answer.text, secret))}::jsonb, :ctx.now);

-- idempotency.patience
select set_config('lock_timeout', '10s', true);

-- idempotency.patience_over
select set_config('lock_timeout', '0', true);

-- idempotency.turn
select pg_advisory_xact_lock(hashtextextended(:name, 0));

-- inventory.relist
select relist_sims(:ctx.organization.id, :lines::uuid[]);

-- live.poke
select pg_notify(:channel, payload) from unnest(:payloads::text[]) as payload;

-- outbox.emit
insert into events
    (organization_id, id, name, subject_type, subject_id, sequence, data, at, cause, depth)
  select :ctx.organization.id, u.id, u.name, u.subject_type, u.subject_id, u.sequence, u.data::jsonb, u.at, u.cause, u.depth
    from unnest(:{uuids(events.map(() => newId(ctx)))}::uuid[], :{texts(events.map((e) => e.name))}::text[],
                :{texts(events.map((e) => e.subject.type))}::text[], :{uuids(events.map((e) => e.subject.id))}::uuid[],
                :{bigints(sequences)}::bigint[], :{texts(events.map((e) => JSON.stringify(e.data)))}::text[],
                :{instants(events.map((e) => e.at))}::timestamptz[], :{uuids(events.map((e) => e.cause))}::uuid[],
                :{ints(events.map((e) => e.depth))}::int[])
         as u(id, name, subject_type, subject_id, sequence, data, at, cause, depth);

-- outbox.number
insert into event_sequences as s (organization_id, subject_id, last_sequence)
  select :ctx.organization.id, u.*
    from unnest(:{uuids(subjects)}::uuid[], :{bigints(subjects.map((id) => BigInt(perSubject.get(id)!.length)))}::bigint[]) as u
  on conflict (organization_id, subject_id) do update set last_sequence = s.last_sequence + excluded.last_sequence
  returning subject_id, last_sequence;

-- relay.begin
insert into event_positions (organization_id) values (:ctx.organization.id)
  on conflict do nothing;

-- relay.list
select id, name, subject_type, subject_id, sequence, data, at, depth, position from events
  where organization_id = :ctx.organization.id and position > :after order by position limit :limit;

-- relay.lock
select last_position, reacted_position from event_positions
  where organization_id = :ctx.organization.id for update skip locked;

-- relay.place
update events e set position = u.position
   from unnest(:{ordered.map((event) => event.id)}::uuid[],
               :{ordered.map((_, i) => last.lastPosition + BigInt(i + 1))}::bigint[]) as u (id, position)
  where e.organization_id = :ctx.organization.id and e.id = u.id;

-- relay.placed
update event_positions set last_position = last_position + :ordered.length
  where organization_id = :ctx.organization.id;

-- relay.reacted
update event_positions set reacted_position = :position
  where organization_id = :ctx.organization.id;

-- relay.unplaced
with picked as (
    select subject_id, sequence from events
     where organization_id = :ctx.organization.id and position is null order by id limit :maxPlaced
  )
  select e.id, e.subject_id, e.sequence from events e
    join (select subject_id, max(sequence) as upto from picked group by subject_id) p
      on p.subject_id = e.subject_id and e.sequence <= p.upto
   where e.organization_id = :ctx.organization.id and e.position is null order by e.id;

-- Pieces that the statements above name.

-- :nothing (db.ts)

