-- Every statement of mail. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- mail.again
update letters
    set state = 'waiting', attempts = 0, next_attempt_at = :ctx.now, settled_at = null
  where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]) and state <> 'waiting'
    and (not secret or sealed is not null) and (until is null or until > :ctx.now) returning id;

-- mail.attach
insert into letter_attachments (organization_id, letter_id, position, name, content_type, content)
  values (:ctx.organization.id, :letterId, :position, :a.name, :a.contentType, :a.content);

-- mail.attachments
select name, content_type, content from letter_attachments
  where organization_id = :ctx.organization.id and letter_id = :letterId order by position limit 10;

-- mail.by_key
select id from letters where organization_id = :ctx.organization.id and key = :key;

-- mail.claim
with due as (
    select id from letters
     where organization_id = :ctx.organization.id and state = 'waiting' and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update letters l set attempts = least(l.attempts + 1, 100), next_attempt_at = :until::timestamptz
    from due where l.organization_id = :ctx.organization.id and l.id = due.id
  returning l.id, l.company_id, l.kind, l.about_type, l.about_id, l.recipient, l.recipient_name, l.subject, l.language, l.secret,
            l.until, l.state, l.attempts, l.next_attempt_at, l.created_at, l.settled_at, l.last_answer, l.text, l.html, l.sealed;

-- mail.enclosed
select name, content_type, octet_length(content)::bigint as bytes from letter_attachments
  where organization_id = :ctx.organization.id and letter_id = :letterId order by position limit 10;

-- mail.erase
update letters set sealed = null where organization_id = :ctx.organization.id and id in (
  select id from letters where organization_id = :ctx.organization.id and sealed is not null and until < :ctx.now
   order by until limit :limit);

-- mail.find_text
select text, html, sealed from letters where organization_id = :ctx.organization.id and id = :id;

-- mail.forget
delete from letters where organization_id = :ctx.organization.id and id in (
  select id from letters where organization_id = :ctx.organization.id and settled_at < :before
   order by settled_at limit :limit);

-- mail.hold
update letters set state = 'held', settled_at = :ctx.now, last_answer = :answer
  where organization_id = :ctx.organization.id and id in (
    select id from letters
     where organization_id = :ctx.organization.id and state = 'waiting' and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked);

-- mail.insert
insert into letters
    (organization_id, id, company_id, kind, key, about_type, about_id, recipient, recipient_name, subject, language, text, html,
     sealed, secret, until, next_attempt_at, created_at)
  values (:ctx.organization.id, :l.id, :l.companyId, :l.kind, :l.key, :{l.about?.type ?? null},
          :{l.about?.id ?? null}, :l.recipient, :l.recipientName, :l.subject, :l.language, :l.text, :l.html,
          :l.sealed, :l.secret, :l.until, :l.nextAttemptAt, :l.createdAt)
  on conflict (organization_id, key) where key is not null do nothing;

-- mail.list
select :columns from letters where :{join(conditions)} order by id desc limit :page.limit;

-- mail.record
update letters
    set state = :t.state, next_attempt_at = :t.nextAttemptAt, last_answer = :t.answer,
        settled_at = :{t.state === 'waiting' ? null : ctx.now},
        sealed = case when :{t.state === 'sent'} then null else sealed end
  where organization_id = :ctx.organization.id and id = :t.id and state = 'waiting' and attempts = :t.attempts;

-- Pieces that the statements above name.

-- :columns (sql.ts)
id, company_id, kind, about_type, about_id, recipient, recipient_name, subject, language, secret, until, state,
  attempts, next_attempt_at, created_at, settled_at, last_answer
