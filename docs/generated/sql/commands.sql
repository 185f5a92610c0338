-- Every statement of commands. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- commands.claim
with due as (
    select id as due_id from :table
     where organization_id = :ctx.organization.id and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :atOnce for no key update skip locked)
  update :table set attempts = least(attempts + 1, 1000), next_attempt_at = :until::timestamptz
    from due where organization_id = :ctx.organization.id and id = due_id
  returning :columns;

-- commands.count_used
select u.line_id, count(c.id)::int as count
   from unnest(:{uuids(lines.map((l) => l.lineId))}::uuid[], :{instants(lines.map((l) => l.since))}::timestamptz[]) as u(line_id, since)
   left join sms_commands c on c.organization_id = :ctx.organization.id and c.line_id = u.line_id and c.counted_at >= u.since
  group by u.line_id;

-- commands.find_by_reference
select :columns from sms_commands
  where organization_id = :ctx.organization.id and carrier_reference = any(:{texts(references)}::text[]);

-- commands.find_received
select id, source_key as key, payload from sms_commands
  where organization_id = :ctx.organization.id and source_key = any(:{texts(keys)}::text[]);

-- commands.find_unplaced
select :columns from unplaced_messages
  where organization_id = :ctx.organization.id and telecom_id = :telecomId and key = any(:{texts(keys)}::text[]);

-- commands.forget_ip
delete from ip_commands where organization_id = :ctx.organization.id and id in (
  select id from ip_commands
   where organization_id = :ctx.organization.id and id < :{firstIdAt(before)} and status <> 'queued'
   order by id limit :limit);

-- commands.insert_ip
insert into ip_commands
    (organization_id, id, line_id, account_id, direction, payload, payload_type, device_address, device_port, status,
     callback_method, callback_url, next_attempt_at, created_at, updated_at)
  values (:ctx.organization.id, :ip.id, :ip.lineId, :{ip.companyId ?? ctx.organization.id}, :ip.direction, :ip.payload,
          :ip.payloadType, :ip.deviceAddress, :ip.devicePort, :ip.status, :{ip.callback?.method ?? null},
          :{ip.callback?.url ?? null}, :ip.nextAttemptAt, :ctx.now, :ctx.now);

-- commands.insert_received
insert into sms_commands
    (organization_id, id, line_id, company_id, direction, payload, status, source_key, counted_at, created_at, updated_at)
  select :ctx.organization.id, u.id, u.line_id, u.company_id, 'from_sim', u.payload, 'received', u.key, u.at,
         :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{uuids(of((s) => s.id))}::uuid[], :{uuids(of((s) => s.lineId))}::uuid[], :{uuids(of((s) => s.companyId))}::uuid[],
                :{texts(of((s) => s.payload))}::text[], :{texts(of((s) => s.key))}::text[], :{instants(of((s) => s.at))}::timestamptz[])
         as u(id, line_id, company_id, payload, key, at)
  on conflict (organization_id, source_key) where source_key is not null do nothing
  returning id;

-- commands.insert_sms
insert into sms_commands
    (organization_id, id, line_id, company_id, direction, payload, status, callback_method, callback_url, next_attempt_at,
     expires_at, created_at, updated_at)
  values (:ctx.organization.id, :sms.id, :sms.lineId, :sms.companyId, 'to_sim', :sms.payload, 'queued',
          :{sms.callback?.method ?? null}, :{sms.callback?.url ?? null}, :ctx.now, :sms.expiresAt, :ctx.now, :ctx.now);

-- commands.insert_unplaced
insert into unplaced_messages
    (organization_id, id, telecom_id, key, kind, about, body, body_hash, reason, detail, received_at)
  select :ctx.organization.id, u.*, :ctx.now::timestamptz
    from unnest(:{uuids(of('id'))}::uuid[], :{uuids(of('telecomId'))}::uuid[], :{texts(of('key'))}::text[], :{texts(of('kind'))}::text[],
                :{texts(of('about'))}::text[], :{texts(of('body'))}::text[], :{byteas(of('bodyHash'))}::bytea[],
                :{texts(of('reason'))}::text[], :{texts(of('detail'))}::text[]) as u
  on conflict (organization_id, telecom_id, key) do nothing;

-- commands.list_ip
select :columns from ip_commands where :{join(conditions)} :order limit :limit;

-- commands.list_sms
select :columns from sms_commands where :{join(conditions)} :order limit :limit;

-- commands.list_uncharged
select id, line_id, counted_at from sms_commands
  where organization_id = :ctx.organization.id and counted_at is not null and not charged order by id limit :limit;

-- commands.list_unplaced
select :columns from unplaced_messages where :{join(conditions)} order by id desc limit :limit;

-- commands.lock_intake
select pg_advisory_xact_lock(hashtextextended(:name, 0));

-- commands.lock_sms
select :columns from sms_commands
  where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]) order by id for no key update;

-- commands.mark_charged
update sms_commands set charged = true
  where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]);

-- commands.note_ip_error
update ip_commands set error_code = :code, failure = :failure
   where organization_id = :ctx.organization.id and id = :id and error_code is null
  returning :columns;

-- commands.settle_ip
update ip_commands c
     set status = u.status, device_address = u.address, error_code = u.error_code, failure = u.failure,
         next_attempt_at = u.next_attempt_at,
         updated_at = case when c.status = u.status then c.updated_at else :ctx.now::timestamptz end
    from unnest(:{uuids(of((s) => s.id))}::uuid[], :{ints(of((s) => s.attempts))}::int[], :{texts(of((s) => s.status))}::text[],
                :{texts(of((s) => s.deviceAddress))}::text[], :{ints(of((s) => s.errorCode))}::int[],
                :{texts(of((s) => s.failure))}::text[], :{instants(of((s) => s.nextAttemptAt))}::timestamptz[])
         as u(id, attempts, status, address, error_code, failure, next_attempt_at)
   where c.organization_id = :ctx.organization.id and c.id = u.id and c.attempts = u.attempts and c.status = 'queued'
  returning c.id;

-- commands.settle_sms
update sms_commands c
     set status = u.status, failure = u.failure, next_attempt_at = u.next_attempt_at, carrier_reference = u.reference,
         counted_at = case when u.counts then :ctx.now::timestamptz else c.counted_at end,
         updated_at = case when c.status = u.status then c.updated_at else :ctx.now::timestamptz end
    from unnest(:{uuids(of((s) => s.id))}::uuid[], :{ints(of((s) => s.attempts))}::int[], :{texts(of((s) => s.status))}::text[],
                :{texts(of((s) => s.failure))}::text[], :{instants(of((s) => s.nextAttemptAt))}::timestamptz[],
                :{texts(of((s) => s.carrierReference))}::text[], :{booleans(of((s) => s.counts))}::boolean[])
         as u(id, attempts, status, failure, next_attempt_at, reference, counts)
   where c.organization_id = :ctx.organization.id and c.id = u.id and c.attempts = u.attempts
     and c.status in ('queued', 'sent')
  returning c.id;

-- commands.settle_unplaced
update unplaced_messages m
     set state = :state, sms_id = u.sms_id, settled_at = :ctx.now, settled_by = :ctx.actor.name
    from unnest(:{uuids(settled.map((s) => s.id))}::uuid[], :{uuids(settled.map((s) => s.smsId))}::uuid[]) as u(id, sms_id)
   where m.organization_id = :ctx.organization.id and m.id = u.id and m.state = 'open'
  returning m.id;

-- Pieces that the statements above name.

-- :columns (intake/sql.ts)
id, telecom_id, key, kind, about, body, body_hash, reason, detail, state, sms_id, received_at, settled_at, settled_by

-- :columns (ip/sql.ts)
id, line_id, account_id, direction, payload, payload_type, device_address, device_port, status, error_code, failure,
  callback_method, callback_url, attempts, next_attempt_at, created_at, updated_at

-- :columns (sql.ts)
id, line_id, company_id, direction, payload, status, failure, callback_method, callback_url, attempts,
  next_attempt_at, expires_at, carrier_reference, created_at, updated_at
