-- Every statement of deliveries. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- callbacks.await
insert into callbacks (organization_id, id, company_id, awaits_type, awaits_id, method, url, created_at)
  values (:ctx.organization.id, :{newId(ctx)}, :companyId, :awaits.type, :awaits.id, :method, :url, :ctx.now);

-- callbacks.take
delete from callbacks
   where organization_id = :ctx.organization.id and awaits_type = :awaits.type and awaits_id = :awaits.id
  returning company_id, method, url;

-- deliveries.again
update deliveries
    set state = 'waiting', attempts = 0, next_attempt_at = :ctx.now, settled_at = null
  where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]) and state <> 'waiting' returning id;

-- deliveries.claim
with due as (
    select id from deliveries
     where organization_id = :ctx.organization.id and state = 'waiting' and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update deliveries d set attempts = least(d.attempts + 1, 100), next_attempt_at = :until::timestamptz
    from due where d.organization_id = :ctx.organization.id and d.id = due.id
  returning d.id, d.company_id, d.kind, d.about_type, d.about_id, d.signing, d.method, d.url, d.content_type, d.body, d.state,
            d.attempts, d.next_attempt_at, d.created_at, d.settled_at, d.last_status, d.last_answer;

-- deliveries.find_body
select body from deliveries where organization_id = :ctx.organization.id and id = :id;

-- deliveries.find_standings
select id, state, attempts, last_status, last_answer is not null as tried from deliveries
  where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]);

-- deliveries.forget
delete from deliveries where organization_id = :ctx.organization.id and id in (
  select id from deliveries where organization_id = :ctx.organization.id and settled_at < :before
   order by settled_at limit :limit);

-- deliveries.insert
insert into deliveries
    (organization_id, id, company_id, kind, about_type, about_id, signing, method, url, content_type, body, next_attempt_at, created_at)
  select :ctx.organization.id, u.*, :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{uuids(of((d) => d.id))}::uuid[], :{uuids(of((d) => d.companyId))}::uuid[], :{texts(of((d) => d.kind))}::text[],
                :{texts(of((d) => d.about?.type ?? null))}::text[], :{uuids(of((d) => d.about?.id ?? null))}::uuid[],
                :{texts(of((d) => d.signing))}::text[], :{texts(of((d) => d.method))}::text[], :{texts(of((d) => d.url))}::text[],
                :{texts(of((d) => d.contentType))}::text[], :{texts(of((d) => d.body))}::text[]) as u;

-- deliveries.list
select :columns from deliveries where :{join(conditions)} order by id desc limit :page.limit;

-- deliveries.list_tries
select id, at, took_ms, status, answer from delivery_attempts
  where organization_id = :ctx.organization.id and delivery_id = :deliveryId order by id desc limit :limit;

-- deliveries.log_try
insert into delivery_attempts (organization_id, id, delivery_id, at, took_ms, status, answer)
  values (:ctx.organization.id, :t.attemptId, :t.id, :t.at, :t.tookMs, :t.status, :t.answer);

-- deliveries.record
update deliveries
    set state = :t.state, next_attempt_at = :t.nextAttemptAt, last_status = :t.status, last_answer = :t.answer,
        settled_at = :{t.state === 'waiting' ? null : ctx.now}
  where organization_id = :ctx.organization.id and id = :t.id and state = 'waiting' and attempts = :t.attempts;

-- Pieces that the statements above name.

-- :columns (sql.ts)
id, company_id, kind, about_type, about_id, signing, method, url, content_type, state, attempts,
  next_attempt_at, created_at, settled_at, last_status, last_answer
