-- Every statement of operations. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- operations.claim
select :columns from operations
  where organization_id = :ctx.organization.id and state in ('checking', 'running')
  order by worked_at limit 1 for update skip locked;

-- operations.complete_file
update operation_files
    set encoding = :encoding, sha256 = :sha256, touched_at = :ctx.now
  where organization_id = :ctx.organization.id and id = :id;

-- operations.count_codes
select code, min(field) as field, count(*) as rows from operation_rows
  where organization_id = :ctx.organization.id and operation_id = :operationId and outcome = 'failed'
  group by code order by count(*) desc, code limit 20;

-- operations.count_effects
select effect, count(*) as rows from operation_rows
  where organization_id = :ctx.organization.id and operation_id = :operationId and effect is not null
  group by effect order by count(*) desc, effect limit 20;

-- operations.count_open
select count(*)::int as open from operations
  where organization_id = :ctx.organization.id and state in ('checking', 'running');

-- operations.delete_keys
delete from operation_keys
  where organization_id = :ctx.organization.id and operation_id = :operationId and key = any(array(
    select key from operation_keys where organization_id = :ctx.organization.id and operation_id = :operationId
     order by key limit :limit));

-- operations.delete_pieces
delete from operation_file_pieces
  where organization_id = :ctx.organization.id and file_id = :fileId and number = any(array(
    select number from operation_file_pieces where organization_id = :ctx.organization.id and file_id = :fileId
     order by number limit :limit));

-- operations.delete_rows
delete from operation_rows
  where organization_id = :ctx.organization.id and operation_id = :operationId and line = any(array(
    select line from operation_rows where organization_id = :ctx.organization.id and operation_id = :operationId
     order by line limit :limit));

-- operations.empty_file
update operation_files set bytes = 0
  where organization_id = :ctx.organization.id and id = :id;

-- operations.find
select :columns from operations
  where organization_id = :ctx.organization.id and id = :id :{lock ? raw('for update') : nothing};

-- operations.find_keys
select key, line from operation_keys
  where organization_id = :ctx.organization.id and operation_id = :operationId and key = any(:{texts(keys)}::text[]);

-- operations.find_unneeded_files
select f.id from operation_files f
   left join operations o on o.organization_id = f.organization_id and o.file_id = f.id
  where f.organization_id = :ctx.organization.id and f.bytes > 0
    and case when o.id is null then f.touched_at < :abandonedBefore
             else o.swept_at is not null or o.state in ('checked', 'running', 'done') or o.stopped_in in ('checked', 'running')
                  or (o.state = 'failed' and o.error_code <> 'operation.fault') end
  limit 20;

-- operations.forget_file
delete from operation_files f
  where organization_id = :ctx.organization.id and id = :id
    and not exists (select from operations o where o.organization_id = f.organization_id and o.file_id = f.id);

-- operations.grow_file
update operation_files set bytes = bytes + :bytes.length, touched_at = :ctx.now
  where organization_id = :ctx.organization.id and id = :fileId;

-- operations.insert
insert into operations (organization_id, id, kind, title, state, starts_itself, parameters,
      found, columns, file_id, source_bytes, place, chunk_rows, created_by, created_by_name, created_at, worked_at)
  values (:ctx.organization.id, :o.id, :o.kind, :o.title, 'checking', :o.startsItself,
      :{JSON.stringify(o.parameters)}::jsonb, :{JSON.stringify(o.found)}::jsonb, :o.columns::text[], :o.fileId,
      :o.sourceBytes, :{JSON.stringify(o.place)}::jsonb, :o.chunkRows, :{`${ctx.actor.kind}:${ctx.actor.id}`},
      :ctx.actor.name, :ctx.now, :ctx.now);

-- operations.insert_file
insert into operation_files (organization_id, id, name, created_at, touched_at)
  values (:ctx.organization.id, :id, :name, :ctx.now, :ctx.now);

-- operations.insert_keys
insert into operation_keys (organization_id, operation_id, key, line)
  select :ctx.organization.id, :operationId, u.*
    from unnest(:{texts(keys.map((k) => k.key))}::text[], :{bigints(keys.map((k) => BigInt(k.line)))}::bigint[]) as u;

-- operations.insert_piece
insert into operation_file_pieces (organization_id, file_id, number, bytes)
  values (:ctx.organization.id, :fileId, :number, :bytes);

-- operations.insert_rows
insert into operation_rows
    (organization_id, operation_id, line, input, label, outcome, code, field, reason, warning, effect, subject_id)
  select :ctx.organization.id, :operationId, u.line,
         string_to_array(u.input, :between), u.label,
         case when u.code is null then 'pending' else 'failed' end, u.code, u.field, u.reason, u.warning, u.effect, u.subject_id
    from unnest(:{bigints(checked.map((r) => BigInt(r.line)))}::bigint[], :{texts(checked.map((r) => r.input.join(between)))}::text[],
                :{texts(checked.map((r) => r.label))}::text[], :{texts(checked.map((r) => r.failure?.code ?? null))}::text[],
                :{texts(checked.map((r) => r.failure?.field ?? null))}::text[],
                :{texts(checked.map((r) => r.failure?.reason ?? null))}::text[], :{texts(checked.map((r) => r.warning))}::text[],
                :{texts(checked.map((r) => r.effect ?? null))}::text[], :{uuids(checked.map((r) => r.subjectId))}::uuid[])
         as u(line, input, label, code, field, reason, warning, effect, subject_id);

-- operations.is_at_work
select id from operations
  where organization_id = :ctx.organization.id and state in ('checking', 'running') and kind = :kind limit 1;

-- operations.list
select :columns from operations where :{join(conditions)} order by id desc limit :page.limit;

-- operations.list_next
select line, array_to_string(input, :between) as input, label, outcome, code, field, reason, warning, effect, subject_id
   from operation_rows
  where organization_id = :ctx.organization.id and operation_id = :operationId and line > :next.after
    and :wanted order by line limit :next.limit;

-- operations.list_rows
select :columns from operation_rows where :{join(conditions)} order by line limit :page.limit;

-- operations.lock_expired
select :columns from operations
  where organization_id = :ctx.organization.id and swept_at is null and state not in ('checking', 'running')
    and worked_at < :before order by id limit :limit for update skip locked;

-- operations.one_by_one
select pg_advisory_xact_lock(hashtextextended(:{`operations ${ctx.organization.id}`}, 0));

-- operations.read_pieces
select bytes from operation_file_pieces
  where organization_id = :ctx.organization.id and file_id = :fileId and number between :first and :{first + 1}
  order by number;

-- operations.save
update operations
    set [worked_at = greatest(worked_at, :ctx.now::timestamptz) | version = version + 1]
  where organization_id = :ctx.organization.id and id = :id;

-- operations.save_verdicts
update operation_rows r
    set outcome = case when u.code is null then 'done' else 'failed' end, code = u.code, field = u.field,
        reason = u.reason, warning = u.warning, effect = u.effect, subject_id = u.subject_id, label = u.label,
        input = case when u.code is null then '{}' else r.input end
   from unnest(:{bigints(lines)}::bigint[], :{texts(verdicts.map((v) => v.label))}::text[],
               :{texts(verdicts.map((v) => v.failure?.code ?? null))}::text[],
               :{texts(verdicts.map((v) => v.failure?.field ?? null))}::text[],
               :{texts(verdicts.map((v) => v.failure?.reason ?? null))}::text[],
               :{texts(verdicts.map((v) => v.warning))}::text[], :{texts(verdicts.map((v) => v.effect ?? null))}::text[],
               :{uuids(verdicts.map((v) => v.subjectId))}::uuid[])
        as u(line, label, code, field, reason, warning, effect, subject_id)
  where r.organization_id = :ctx.organization.id and r.operation_id = :operationId
    and r.line = any(:{bigints(lines)}::bigint[]) and r.line = u.line;

-- operations.stored_bytes
select coalesce(sum(bytes), 0)::bigint as bytes from operation_files
  where organization_id = :ctx.organization.id;
