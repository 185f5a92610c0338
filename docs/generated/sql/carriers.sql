-- Every statement of carriers. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- carriers.claim_checks
with due as (
    select line_id from carrier_lines
     where organization_id = :ctx.organization.id and telecom_id = :telecomId and check_at <= :ctx.now
       and (link = 'checking') = :{which === 'unconfirmed'}
     order by check_at limit :limit for no key update skip locked)
  update carrier_lines l set check_at = :until from due
   where l.organization_id = :ctx.organization.id and l.line_id = due.line_id
  returning l.line_id, l.telecom_id, l.iccid, l.imsi, l.link, l.link_reason, l.desired_state, l.reported_state;

-- carriers.claim_operations
with due as (
    select id from carrier_operations
     where organization_id = :ctx.organization.id and telecom_id = :telecomId and state = 'outstanding'
       and next_attempt_at <= :ctx.now and kind = any(:kinds::text[])
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update carrier_operations o
     set attempts = least(o.attempts + 1, 100), next_attempt_at = :until, claimed_until = :until
    from due, carrier_lines l
   where o.organization_id = :ctx.organization.id and o.id = due.id
     and l.organization_id = :ctx.organization.id and l.line_id = o.line_id
  returning :{columns('o')}, l.iccid, l.imsi;

-- carriers.count_held
select desired_state as want, coalesce(reported_state, 'unknown') as reported, count(*)::int as lines
   from carrier_lines
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and held_at is not null
  group by 1, 2 order by 1, 2;

-- carriers.device_range_taken
select device_range_taken(:range::cidr, :except) as taken;

-- carriers.find_links
select l.line_id, l.telecom_id, t.connector, t.limit_mode, l.link, l.link_reason, l.desired_state as desired,
        l.reported_state as reported, l.held_at is not null as held, o.kind, o.want, o.cause, o.requested_at as since, o.attempts
   from carrier_lines l
   join telecoms t on t.organization_id = l.organization_id and t.id = l.telecom_id
   left join lateral (
        select kind, want, cause, requested_at, attempts from carrier_operations o
         where o.organization_id = l.organization_id and o.line_id = l.line_id and o.state = 'outstanding'
         order by (kind = 'set_state') desc limit 1) o on true
  where l.organization_id = :ctx.organization.id and l.line_id = any(:lineIds::uuid[]);

-- carriers.find_sealed_nases
select organization_id, secret_sealed, :columns from nases
  where organization_id = :ctx.organization.id and removed_at is null and id = any(:ids::uuid[]);

-- carriers.find_telecom
select :columns from telecoms t
  where t.organization_id = :ctx.organization.id and t.id = :id;

-- carriers.hold
update carrier_lines l
    set desired_state = u.want, held_at = case when u.held then :ctx.now::timestamptz else l.held_at end,
        reported_state = coalesce(u.reported, l.reported_state),
        reported_at = case when u.reported is null then l.reported_at else :ctx.now::timestamptz end
   from unnest(:{lines.map((l) => l.lineId)}::uuid[], :{lines.map((l) => l.want)}::text[],
               :{lines.map((l) => l.reported)}::text[], :{lines.map((l) => l.held)}::boolean[])
        as u (line_id, want, reported, held)
  where l.organization_id = :ctx.organization.id and l.line_id = u.line_id;

-- carriers.insert_nas
insert into nases
    (organization_id, id, telecom_id, name, source_range, secret_sealed, coa_host, coa_port,
     require_message_authenticator, no_gigawords, created_at)
  values (:ctx.organization.id, :nas.id, :nas.telecomId, :nas.name, :nas.sourceRange::cidr,
          :secretSealed, :nas.coaHost::inet, :nas.coaPort, :nas.requireMessageAuthenticator,
          :nas.noGigawords, :nas.createdAt);

-- carriers.insert_operations
insert into carrier_operations
    (organization_id, id, line_id, telecom_id, kind, want, cause, next_attempt_at, requested_at)
  select :ctx.organization.id, u.*, :ctx.now::timestamptz from unnest(
    :{operations.map((o) => o.id)}::uuid[], :{operations.map((o) => o.lineId)}::uuid[],
    :{operations.map((o) => o.telecomId)}::uuid[], :{operations.map((o) => o.kind)}::text[],
    :{operations.map((o) => o.want)}::text[], :{operations.map((o) => o.cause)}::text[],
    :{operations.map((o) => o.nextAttemptAt)}::timestamptz[]) as u
  on conflict (organization_id, line_id, kind) where state = 'outstanding' do nothing
  returning line_id;

-- carriers.insert_telecom
insert into telecoms
    (organization_id, id, name, connector, limit_mode, messages, device_ranges, operations_per_second, created_at)
  values (:ctx.organization.id, :telecom.id, :telecom.name, :telecom.connector, :telecom.limitMode, :telecom.messages,
          :{texts(telecom.deviceRanges)}::text[]::cidr[], :telecom.operationsPerSecond, :telecom.createdAt);

-- carriers.keep_telecoms
select :columns from telecoms t
  where t.organization_id = :ctx.organization.id and t.id = any(:ids::uuid[]) and t.archived_at is null
  order by t.id for key share;

-- carriers.list_all_nases
select organization_id, secret_sealed, :columns from list_nases();

-- carriers.list_device_ranges
select organization_id, telecom_id, device_range::text from list_device_ranges();

-- carriers.list_due_telecoms
select :columns from telecoms t
  where t.organization_id = :ctx.organization.id and t.connector <> 'none'
    and (exists (select from carrier_operations o
                  where o.organization_id = :ctx.organization.id and o.telecom_id = t.id
                    and o.state = 'outstanding' and o.next_attempt_at <= :ctx.now)
      or exists (select from carrier_lines l
                  where l.organization_id = :ctx.organization.id and l.telecom_id = t.id
                    and l.check_at <= :ctx.now))
  order by t.id limit 100;

-- carriers.list_nas_names
select id, name from nases
  where organization_id = :ctx.organization.id and id = any(:ids::uuid[]);

-- carriers.list_nases
select :columns from nases
  where organization_id = :ctx.organization.id and removed_at is null
    [and telecom_id = :telecomId]
  order by id limit :atMost;

-- carriers.list_operations
select :{columns('o')} from carrier_operations o
  where o.organization_id = :ctx.organization.id and o.line_id = :lineId
    and (:{page.after ?? null}::uuid is null or o.id < :{page.after ?? null})
  order by o.id desc limit :page.limit;

-- carriers.list_telecoms
select :columns from telecoms t
  where t.organization_id = :ctx.organization.id
    and (:{page.after ?? null}::uuid is null or t.id < :{page.after ?? null})
    [and t.archived_at is null]
  order by t.id desc limit :page.limit;

-- carriers.list_telecoms_by_id
select :columns from telecoms t
  where t.organization_id = :ctx.organization.id and t.id = any(:ids::uuid[]);

-- carriers.lock_budget
select paced_until from telecoms
  where organization_id = :ctx.organization.id and id = :id for no key update skip locked;

-- carriers.lock_lines
select l.line_id, l.telecom_id, l.iccid, l.imsi, l.link, l.link_reason, l.desired_state, l.reported_state,
        l.reported_at, l.held_at is not null as held, t.connector, t.limit_mode
   from carrier_lines l
   join telecoms t on t.organization_id = l.organization_id and t.id = l.telecom_id
  where l.organization_id = :ctx.organization.id and l.line_id = any(:lineIds::uuid[])
  order by l.line_id for no key update of l;

-- carriers.lock_nas
select :columns from nases
  where organization_id = :ctx.organization.id and id = :id and removed_at is null for update;

-- carriers.lock_ranges
select pg_advisory_xact_lock(hashtext('simwright.nas_ranges'));

-- carriers.lock_telecom
select :columns from telecoms t
  where t.organization_id = :ctx.organization.id and t.id = :id for update;

-- carriers.range_taken
select nas_range_taken(:range::cidr, :ctx.organization.id) as elsewhere,
  exists (select from nases where organization_id = :ctx.organization.id and removed_at is null
                              and source_range = :range::cidr and id <> :except) as here;

-- carriers.record_attempts
update carrier_operations o
     set state = u.state, attempts = u.attempts, asked_at = u.asked_at, carrier_reference = u.reference,
         next_attempt_at = u.next_attempt_at, last_answer = u.last_answer, claimed_until = null,
         ended_at = case when u.state = 'outstanding' then null else :ctx.now::timestamptz end
    from unnest(:{attempts.map((a) => a.id)}::uuid[], :{attempts.map((a) => a.claimed)}::int[],
                :{attempts.map((a) => a.state)}::text[], :{attempts.map((a) => a.attempts)}::int[],
                :{attempts.map((a) => a.askedAt)}::timestamptz[],
                :{attempts.map((a) => a.carrierReference)}::text[],
                :{attempts.map((a) => a.nextAttemptAt)}::timestamptz[],
                :{attempts.map((a) => a.lastAnswer)}::text[])
         as u (id, claimed, state, attempts, asked_at, reference, next_attempt_at, last_answer)
   where o.organization_id = :ctx.organization.id and o.id = u.id and o.state = 'outstanding'
     and o.attempts = u.claimed
  returning o.id, o.line_id, o.state;

-- carriers.release
update carrier_lines set held_at = null, check_at = :ctx.now
   where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and held_at is not null
  returning line_id;

-- carriers.release_successors
update carrier_operations set next_attempt_at = :ctx.now
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[])
    and state = 'outstanding' and attempts = 0 and next_attempt_at > :ctx.now;

-- carriers.remove_nas
update nases set removed_at = :ctx.now
  where organization_id = :ctx.organization.id and id = :id;

-- carriers.replace_operations
update carrier_operations
     set state = 'replaced', ended_at = :ctx.now
   where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and state = 'outstanding'
  returning line_id, kind, claimed_until;

-- carriers.set_checked
update carrier_lines l
    set link = u.link, link_reason = u.link_reason, check_at = u.check_at, reported_state = u.reported_state,
        reported_at = case when u.reported then :ctx.now else l.reported_at end
   from unnest(:{lines.map((l) => l.lineId)}::uuid[], :{lines.map((l) => l.link)}::text[],
               :{lines.map((l) => l.linkReason)}::text[], :{lines.map((l) => l.reportedState)}::text[],
               :{lines.map((l) => l.reported)}::boolean[], :{lines.map((l) => l.checkAt)}::timestamptz[])
        as u (line_id, link, link_reason, reported_state, reported, check_at)
  where l.organization_id = :ctx.organization.id and l.line_id = u.line_id;

-- carriers.set_checking
update carrier_lines
    set link = 'checking', link_reason = null, check_at = :ctx.now
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]);

-- carriers.set_desired
update carrier_lines l
    set desired_state = u.want, reported_state = coalesce(u.reported, l.reported_state),
        reported_at = case when u.reported is null then l.reported_at else :ctx.now end
   from unnest(:{lines.map((l) => l.lineId)}::uuid[], :{lines.map((l) => l.want)}::text[],
               :{lines.map((l) => l.reported)}::text[]) as u (line_id, want, reported)
  where l.organization_id = :ctx.organization.id and l.line_id = u.line_id;

-- carriers.set_link_error
update carrier_lines set link = 'error', link_reason = :reason
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]);

-- carriers.set_reported
update carrier_lines l
    set reported_state = u.reported, reported_at = :ctx.now,
        check_at = case when l.link = 'ok' then :checkAt else l.check_at end
   from unnest(:{lines.map((l) => l.lineId)}::uuid[], :{lines.map((l) => l.reported)}::text[]) as u (line_id, reported)
  where l.organization_id = :ctx.organization.id and l.line_id = u.line_id;

-- carriers.set_telecom_state
update telecoms t set state = :state, state_reason = :reason
   where t.organization_id = :ctx.organization.id and t.id = :id
     and (t.state, t.state_reason) is distinct from (:state::text, :reason::text)
  returning :columns;

-- carriers.spend_budget
update telecoms set paced_until = :pacedUntil
  where organization_id = :ctx.organization.id and id = :id;

-- carriers.update_nas
update nases
    set name = :nas.name, source_range = :nas.sourceRange::cidr,
        secret_sealed = coalesce(:secretSealed::bytea, secret_sealed), coa_host = :nas.coaHost::inet,
        coa_port = :nas.coaPort, require_message_authenticator = :nas.requireMessageAuthenticator,
        no_gigawords = :nas.noGigawords
  where organization_id = :ctx.organization.id and id = :nas.id;

-- carriers.update_telecom
update telecoms
    set name = :telecom.name, limit_mode = :telecom.limitMode, messages = :telecom.messages,
        device_ranges = :{texts(telecom.deviceRanges)}::text[]::cidr[], operations_per_second = :telecom.operationsPerSecond, archived_at = :telecom.archivedAt
  where organization_id = :ctx.organization.id and id = :telecom.id;

-- carriers.upsert_lines
insert into carrier_lines as l
    (organization_id, line_id, telecom_id, iccid, imsi, link, check_at)
  select :ctx.organization.id, u.* from unnest(
    :{uuids(lines.map((l) => l.lineId))}::uuid[], :{uuids(lines.map((l) => l.telecomId))}::uuid[],
    :{texts(lines.map((l) => l.iccid))}::text[], :{texts(lines.map((l) => l.imsi))}::text[],
    :{texts(lines.map((l) => l.link))}::text[], :{instants(lines.map((l) => l.checkAt))}::timestamptz[]) as u
  on conflict (organization_id, line_id) do update
     set iccid = excluded.iccid, imsi = excluded.imsi, link = excluded.link, link_reason = null,
         check_at = excluded.check_at
   where l.telecom_id = excluded.telecom_id and (l.iccid, l.imsi) is distinct from (excluded.iccid, excluded.imsi);

-- Pieces that the statements above name.

-- :columns (sql/nases.ts)
id, telecom_id, name, source_range::text, host(coa_host) as coa_host, coa_port,
  require_message_authenticator, no_gigawords, created_at

-- :columns (sql/telecoms.ts)
t.id, t.name, t.connector, t.limit_mode, t.messages, t.device_ranges::text[] as device_ranges, t.operations_per_second,
  t.state, t.state_reason, t.created_at, t.archived_at
