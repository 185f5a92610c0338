-- Every statement of kit. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- audit.write
insert into audit_log
    (organization_id, id, action, object_type, object_id, changes, at, actor, actor_name, from_address, request_id)
  select :ctx.organization.id, u.id, u.action, u.object_type, u.object_id, u.changes::jsonb, :ctx.now::timestamptz, :{`${ctx.actor.kind}:${ctx.actor.id}`}, :ctx.actor.name,
         :{ctx.actor.address ?? null}, :{ctx.requestId ?? null}
    from unnest(:{uuidBytes(newIds(ctx, entries.length))}::uuid[], :{texts(entries.map((e) => e.action))}::text[],
                :{texts(entries.map((e) => e.objectType))}::text[], :{texts(entries.map((e) => e.objectId))}::text[],
                :{texts(entries.map((e) => JSON.stringify(e.changes ?? [], bigintAsText)))}::text[])
         as u(id, action, object_type, object_id, changes);

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
select relist_sims(:ctx.organization.id, :{uuids(lines)}::uuid[]);

-- live.poke
select pg_notify(:channel, payload) from unnest(:payloads::text[]) as payload;

-- outbox.emit
insert into events
    (organization_id, id, name, subject_type, subject_id, sequence, data, at, cause, depth)
  select :ctx.organization.id, u.id, u.name, u.subject_type, u.subject_id, u.sequence, u.data::jsonb, u.at, u.cause, u.depth
    from unnest(:{columns(ctx, inRows)})
         as u(id, name, subject_type, subject_id, sequence, data, at, cause, depth);

-- outbox.number
insert into event_sequences as s (organization_id, subject_id, last_sequence)
  select :ctx.organization.id, u.*
    from unnest(:{uuids(subjects)}::uuid[], :{bigints(subjects.map((id) => BigInt(counts.get(id)!)))}::bigint[]) as u
  on conflict (organization_id, subject_id) do update set last_sequence = s.last_sequence + excluded.last_sequence
  returning subject_id, last_sequence;

-- outbox.sheet
insert into event_sheets
    (organization_id, ids, names, subject_types, subject_ids, sequences, data, ats, causes, depths)
  values (:ctx.organization.id, :{columns(ctx, inSheet)});

-- relay.before_sheet
select e.id, e.subject_id, e.sequence from events e
   join (select u.subject_id, min(u.sequence) as first
           from event_sheets s cross join lateral unnest(s.subject_ids, s.sequences) as u(subject_id, sequence)
          where s.organization_id = :ctx.organization.id and s.number = :sheet group by u.subject_id) f
     on f.subject_id = e.subject_id and e.sequence < f.first
  where e.organization_id = :ctx.organization.id and e.position is null order by e.id;

-- relay.begin
insert into event_positions (organization_id) values (:ctx.organization.id)
  on conflict do nothing;

-- relay.count_missed
select count(*)::int as missed from (
  select from missed_reactions where organization_id = :ctx.organization.id and state in ('waiting', 'failed')
   limit 1000) as bounded;

-- relay.due_missed
select event_id as id from missed_reactions
  where organization_id = :ctx.organization.id and state = 'waiting' and next_attempt_at <= :ctx.now
  order by next_attempt_at limit :triedAtOnce;

-- relay.find_missed
select :columns from missed_reactions
  where organization_id = :ctx.organization.id and event_id = :id
    for no key update [skip locked];

-- relay.first_sheet
select number from event_sheets where organization_id = :ctx.organization.id order by number limit 1;

-- relay.is_quiet
select not exists (select from event_sheets where organization_id = :ctx.organization.id)
  and not exists (select from events where organization_id = :ctx.organization.id and position is null)
  and coalesce((select reacted_position = last_position from event_positions
                 where organization_id = :ctx.organization.id), true) as quiet;

-- relay.keep_missed
insert into missed_reactions (organization_id, event_id, position, name, subject_type, subject_id, sequence,
         data, at, depth, state, problem, attempts, next_attempt_at, missed_at)
  values (:ctx.organization.id, :event.id, :event.position, :event.name, :event.subjectType, :event.subjectId,
          :event.sequence, :{JSON.stringify(event.data)}, :event.at, :event.depth, 'waiting', :{wordsOf(error)}, 0,
          :{inMinutes(ctx, pauses[0])}, :ctx.now)
  on conflict (organization_id, event_id) do nothing;

-- relay.list
select id, name, subject_type, subject_id, sequence, data, at, depth, position from events
  where organization_id = :ctx.organization.id and position > :after order by position limit :limit;

-- relay.list_missed
select :columns from missed_reactions where :{join(conditions)}
  order by position desc limit :page.limit;

-- relay.lock
select last_position, reacted_position from event_positions
  where organization_id = :ctx.organization.id for update skip locked;

-- relay.missed_again
update missed_reactions
    set attempts = attempts + 1, problem = :{wordsOf(error)}, state = :{pause === undefined ? 'failed' : 'waiting'},
        next_attempt_at = :{pause === undefined ? null : inMinutes(ctx, pause)}
  where organization_id = :ctx.organization.id and event_id = :id;

-- relay.place
update events e set position = u.position
   from unnest(:{uuids(ordered.map((event) => event.id))}::uuid[],
               :{bigints(ordered.map((_, i) => last + BigInt(i + 1)))}::bigint[]) as u (id, position)
  where e.organization_id = :ctx.organization.id and e.id = u.id;

-- relay.place_sheet
with taken as (
    delete from event_sheets where organization_id = :ctx.organization.id and number = :sheet returning *
  )
  insert into events (organization_id, id, name, subject_type, subject_id, sequence, data, at, cause, depth, position)
  select t.organization_id, u.id, u.name, u.subject_type, u.subject_id, u.sequence, u.data::jsonb, u.at, u.cause, u.depth,
         :{last + BigInt(earlier.length)}::bigint + u.place
    from taken t cross join lateral
         unnest(t.ids, t.names, t.subject_types, t.subject_ids, t.sequences, t.data, t.ats, t.causes, t.depths) with ordinality
         as u(id, name, subject_type, subject_id, sequence, data, at, cause, depth, place);

-- relay.placed
update event_positions set last_position = last_position + :placed
  where organization_id = :ctx.organization.id;

-- relay.reacted
update event_positions set reacted_position = :position
  where organization_id = :ctx.organization.id;

-- relay.retry_missed
update missed_reactions set state = 'waiting', attempts = 0, next_attempt_at = :ctx.now
  where organization_id = :ctx.organization.id and event_id = :id;

-- relay.settle_missed
update missed_reactions
    set state = :state, reason = :reason, next_attempt_at = null, settled_at = :ctx.now
  where organization_id = :ctx.organization.id and event_id = :id;

-- relay.unplaced
with picked as (
    select subject_id, sequence from events
     where organization_id = :ctx.organization.id and position is null
       and not exists (select from event_sheets where organization_id = :ctx.organization.id)
     order by id limit :maxPlaced
  )
  select e.id, e.subject_id, e.sequence from events e
    join (select subject_id, max(sequence) as upto from picked group by subject_id) p
      on p.subject_id = e.subject_id and e.sequence <= p.upto
   where e.organization_id = :ctx.organization.id and e.position is null order by e.id;

-- Pieces that the statements above name.

-- :columns (missed.ts)
event_id as id, position, name, subject_type, subject_id, sequence, data, at, depth, state, problem, reason, attempts,
  next_attempt_at, missed_at, settled_at

-- :nothing (db.ts)

