-- Every statement of reminders. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- reminders.ask
insert into reminder_watches (organization_id, company_id, due_at)
  select :ctx.organization.id, id, :ctx.now from unnest(:{uuids([...new Set(companyIds)].sort())}::uuid[]) as u(id)
  on conflict (organization_id, company_id) do update set due_at = excluded.due_at;

-- reminders.ask_all
update reminder_watches set due_at = :ctx.now where organization_id = :ctx.organization.id;

-- reminders.claim
with due as (
    select id as due_id from mailings
     where organization_id = :ctx.organization.id and state = 'waiting' and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update mailings set attempts = least(attempts + 1, 100), next_attempt_at = :until::timestamptz
    from due where organization_id = :ctx.organization.id and id = due.due_id
  returning :columns;

-- reminders.delete_pause
delete from reminder_pauses
  where organization_id = :ctx.organization.id and subject_id = :subjectId;

-- reminders.fees_among
select fee_id from mailings
  where organization_id = :ctx.organization.id and fee_id = any(:{uuids(invoiceIds)}::uuid[])
    and (:{state ?? null}::text is null or state = :{state ?? null});

-- reminders.find_pause
select :columns from reminder_pauses
  where organization_id = :ctx.organization.id and subject_id = :subjectId for no key update;

-- reminders.first_mark
insert into reminder_marks (organization_id, days, ends_at, period_id)
  values (:ctx.organization.id, :days, :now, :nothingSeen) on conflict do nothing;

-- reminders.insert_items
insert into mailing_items (organization_id, kind, mailing_id, subject_id, mark, step_days, left_micros)
  select :ctx.organization.id, :kind, u.* from unnest(:{uuids(items.map((i) => i.mailingId))}::uuid[],
         :{uuids(items.map((i) => i.subjectId))}::uuid[], :{texts(items.map((i) => i.mark))}::text[],
         :{ints(items.map((i) => i.stepDays))}::int[], :{bigints(items.map((i) => i.leftMicros))}::bigint[]) as u
  on conflict do nothing returning subject_id;

-- reminders.insert_mailing
insert into mailings (organization_id, :columns)
  values (:ctx.organization.id, :m.id, :m.kind, :m.companyId, :m.ownerId, :m.day, :m.state, :m.reason, :m.letterId,
          :m.feeId, :m.attempts, :m.nextAttemptAt, :m.createdAt, :m.settledAt, :m.madeBy);

-- reminders.last_steps
select distinct on (i.subject_id) i.subject_id, i.step_days as days, m.day
   from mailing_items i join mailings m on m.organization_id = i.organization_id and m.id = i.mailing_id
  where i.organization_id = :ctx.organization.id and i.subject_id = any(:{uuids(invoiceIds)}::uuid[]) and i.kind in ('overdue', 'ended')
  order by i.subject_id, i.step_days desc;

-- reminders.list_items
select mailing_id, subject_id, mark, step_days, left_micros from mailing_items
  where organization_id = :ctx.organization.id and mailing_id = any(:{uuids(mailingIds)}::uuid[]) order by subject_id;

-- reminders.list_mailings
select :columns from mailings where :{join(conditions)} order by id desc limit :page.limit;

-- reminders.list_pauses
select :columns from reminder_pauses
  where organization_id = :ctx.organization.id and (:companyId::uuid is null or company_id = :companyId)
    and (:{of.subjectIds === undefined} or subject_id = any(:{uuids(of.subjectIds ?? [])}::uuid[]))
    and (until is null or until > :ctx.now) and (:{page.after ?? null}::uuid is null or subject_id > :{page.after ?? null})
  order by subject_id limit :page.limit;

-- reminders.list_settings
select :columns from reminder_settings
  where organization_id = :ctx.organization.id and owner_id = any(:{uuids(ownerIds)}::uuid[]);

-- reminders.list_watches
select company_id, due_at from reminder_watches
  where organization_id = :ctx.organization.id and company_id = any(:{uuids(companyIds)}::uuid[]);

-- reminders.lock_mark
select ends_at, period_id as id from reminder_marks
  where organization_id = :ctx.organization.id and days = :days for no key update;

-- reminders.record
update mailings
    set state = :m.state, reason = :m.reason, letter_id = :m.letterId, next_attempt_at = :m.nextAttemptAt,
        settled_at = :{m.state === 'waiting' ? null : ctx.now}
  where organization_id = :ctx.organization.id and id = :m.id and state = 'waiting' and attempts = :m.attempts;

-- reminders.save_mark
update reminder_marks set ends_at = :mark.endsAt, period_id = :mark.id
  where organization_id = :ctx.organization.id and days = :days;

-- reminders.save_pause
insert into reminder_pauses (organization_id, :columns)
  values (:ctx.organization.id, :p.subjectId, :p.subjectType, :p.companyId, :p.disputed, :p.reason, :p.until, :p.setAt, :p.setBy)
  on conflict (organization_id, subject_id) do update
     set disputed = excluded.disputed, reason = excluded.reason, until = excluded.until, set_at = excluded.set_at, set_by = excluded.set_by;

-- reminders.save_settings
insert into reminder_settings (organization_id, :columns, set_at, set_by)
  values (:ctx.organization.id, :s.ownerId, :s.invoices, :s.receipts, :s.overdue, :s.prepaid,
          :{s.steps && JSON.stringify(s.steps)}, :ctx.now, :ctx.actor.name)
  on conflict (organization_id, owner_id) do update
     set invoices = excluded.invoices, receipts = excluded.receipts, overdue = excluded.overdue, prepaid = excluded.prepaid,
         steps = excluded.steps, set_at = excluded.set_at, set_by = excluded.set_by;

-- reminders.set_due
update reminder_watches set due_at = :dueAt
  where organization_id = :ctx.organization.id and company_id = :companyId;

-- reminders.take_due
select company_id from reminder_watches
  where organization_id = :ctx.organization.id and due_at <= :ctx.now
  order by due_at, company_id limit :limit for no key update skip locked;

-- reminders.was_lettered
select id from mailings
  where organization_id = :ctx.organization.id and company_id = :companyId and day = :day and kind = 'overdue';

-- reminders.was_said
select mailing_id from mailing_items
  where organization_id = :ctx.organization.id and subject_id = :subjectId and kind = :kind and mark = :mark;

-- Pieces that the statements above name.

-- :columns (sql/mailings.ts)
id, kind, company_id, owner_id, day, state, reason, letter_id, fee_id, attempts, next_attempt_at, created_at, settled_at, made_by

-- :columns (sql/pauses.ts)
subject_id, subject_type, company_id, disputed, reason, until, set_at, set_by

-- :columns (sql/settings.ts)
owner_id, invoices, receipts, overdue, prepaid, steps
