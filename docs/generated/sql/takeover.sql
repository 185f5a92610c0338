-- Every statement of takeover. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- takeover.find
select :columns from takeovers
  where organization_id = :ctx.organization.id and id = :id [for update];

-- takeover.find_by
select :columns from takeovers
  where organization_id = :ctx.organization.id and operation_id = :operationId;

-- takeover.find_items
select :itemColumns from takeover_items
  where organization_id = :ctx.organization.id and takeover_id = :takeoverId and kind = :kind
    and sid = any(:{texts([...new Set(sids)])}::text[]);

-- takeover.list
select :columns from takeovers
  where organization_id = :ctx.organization.id and company_id is not distinct from :companyId::uuid
    [and source_account = :sourceAccount]
  order by id desc limit :mostTakeovers;

-- takeover.list_items
select :itemColumns from takeover_items
  where organization_id = :ctx.organization.id and takeover_id = :takeoverId and line > :page.after
  order by line limit :page.limit;

-- takeover.list_taken
select target_id from takeover_items
  where organization_id = :ctx.organization.id and takeover_id = :takeoverId and kind = 'sim' and target_id is not null
    [and target_id > :page.after]
  order by target_id limit :page.limit;

-- takeover.list_unread
select sid from takeover_items
  where organization_id = :ctx.organization.id and takeover_id = :id and kind = 'sim' and sid > :page.after
    and seen_at = :readingSince and target_id is null and told->>'status' in ('ready', 'active', 'inactive')
    and (usage_read_at is null or usage_read_at < :readingSince)
  order by sid limit :page.limit;

-- takeover.number
update takeover_items i set line = n.line
   from (select kind, sid, row_number() over (
                  order by case kind when 'profile' then 1 when 'fleet' then 2 else 3 end, sid) as line
           from takeover_items
          where organization_id = :ctx.organization.id and takeover_id = :id and seen_at = :readingSince) n
  where i.organization_id = :ctx.organization.id and i.takeover_id = :id and i.kind = n.kind and i.sid = n.sid;

-- takeover.open
insert into takeovers
    (organization_id, id, company_id, telecom_id, source_url, source_account, reading_since, created_at)
  values (:ctx.organization.id, :takeover.id, :takeover.companyId, :takeover.telecomId, :takeover.sourceUrl,
          :takeover.sourceAccount, :ctx.now, :ctx.now)
  on conflict (organization_id, coalesce(company_id, organization_id), source_account)
  do update set telecom_id = excluded.telecom_id, source_url = excluded.source_url
  returning :columns;

-- takeover.save
update takeovers set reading_since = :readingSince, read_at = :readAt, operation_id = :operationId
  where organization_id = :ctx.organization.id and id = :id;

-- takeover.save_usage
update takeover_items i set usage = u.usage::jsonb, usage_read_at = :ctx.now
   from unnest(:{texts(read.map((one) => one.sid))}::text[],
               :{texts(read.map((one) => JSON.stringify(one.usage)))}::text[]) as u(sid, usage)
  where i.organization_id = :ctx.organization.id and i.takeover_id = :takeoverId and i.kind = 'sim' and i.sid = u.sid;

-- takeover.see_items
insert into takeover_items (organization_id, takeover_id, kind, sid, told, seen_at)
  select :ctx.organization.id, :takeover.id, :kind, u.sid, u.told::jsonb, :takeover.readingSince::timestamptz
    from unnest(:{texts(items.map((item) => item.sid))}::text[],
                :{texts(items.map((item) => JSON.stringify(item.told)))}::text[]) as u(sid, told)
  on conflict (organization_id, takeover_id, kind, sid)
  do update set told = excluded.told, seen_at = excluded.seen_at, refused = null;

-- takeover.settle_items
update takeover_items i set refused = u.refused, target_id = coalesce(u.target_id, i.target_id)
   from unnest(:{bigints(settled.map((one) => one.line))}::bigint[], :{texts(settled.map((one) => one.refused))}::text[],
               :{uuids(settled.map((one) => one.targetId))}::uuid[]) as u(line, refused, target_id)
  where i.organization_id = :ctx.organization.id and i.takeover_id = :takeoverId and i.line = u.line;

-- takeover.unnumber
update takeover_items set line = null
  where organization_id = :ctx.organization.id and takeover_id = :id and line is not null and seen_at < :readingSince;

-- Pieces that the statements above name.

-- :columns (sql.ts)
id, company_id, telecom_id, source_url, source_account, reading_since, read_at, operation_id

-- :itemColumns (sql.ts)
kind, sid, line, told, usage, refused, target_id
