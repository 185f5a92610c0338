-- Every statement of transactions. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- transactions.forget_labels
delete from transaction_labels
  where organization_id = :ctx.organization.id and transaction_id = any(:{uuids(ids)}::uuid[])
    and label <> all(:{texts(labels)}::text[]);

-- transactions.keep_labels
insert into transaction_labels (organization_id, label, transaction_id)
  select :ctx.organization.id, l.label, i.id from unnest(:{texts(labels)}::text[]) as l(label), unnest(:{uuids(ids)}::uuid[]) as i(id)
  on conflict do nothing;

-- transactions.list
select :columns from transactions t where :matches :end;

-- transactions.list_labelled
select :columns from transaction_labels l
  join transactions t on t.organization_id = l.organization_id and t.id = l.transaction_id
  where l.organization_id = :ctx.organization.id and l.label = :label and :matches
    [and l.transaction_id < :page.after]
  order by l.transaction_id desc limit :page.limit;

-- transactions.save
insert into transactions as t
    (organization_id, id, key, type, status, destination_kind, destination_id, amount_micros, vat_micros, currency, method,
     payer_id, company_id, end_user_id, reference, note, undelivered, at, settled_at)
  select :ctx.organization.id, u.* from unnest(
           :{uuids(of('id'))}::uuid[], :{texts(of('key'))}::text[], :{texts(of('type'))}::text[], :{texts(of('status'))}::text[],
           :{texts(told.map((one) => one.destination.kind))}::text[], :{uuids(told.map((one) => one.destination.id))}::uuid[],
           :{bigints(of('amountMicros'))}::bigint[], :{bigints(of('vatMicros'))}::bigint[], :{texts(of('currency'))}::text[],
           :{texts(of('method'))}::text[], :{uuids(of('payerId'))}::uuid[], :{uuids(of('companyId'))}::uuid[],
           :{uuids(of('endUserId'))}::uuid[], :{texts(of('reference'))}::text[], :{texts(of('note'))}::text[],
           :{of('undelivered')}::boolean[], :{instants(of('at'))}::timestamptz[], :{instants(of('settledAt'))}::timestamptz[]) as u
  on conflict (organization_id, key) do update
     set status = excluded.status, method = excluded.method, reference = excluded.reference, undelivered = excluded.undelivered,
         settled_at = excluded.settled_at, type = excluded.type, destination_kind = excluded.destination_kind,
         destination_id = excluded.destination_id, amount_micros = excluded.amount_micros, vat_micros = excluded.vat_micros;

-- transactions.search
select :columns from transactions t
  where t.organization_id = :ctx.organization.id and t.id in (
    select b.id from unnest(:{uuids(found.payerIds)}::uuid[]) as w(id), lateral (
      select t.id from transactions t where :matches and t.payer_id = w.id :isLabelled :end) b
    union all
    select b.id from unnest(:{uuids(found.destinationIds)}::uuid[]) as w(id), lateral (
      select t.id from transactions t where :matches and t.destination_id = w.id :isLabelled :end) b
    union all
    (select t.id from transactions t where :matches and t.reference = :found.reference and t.reference <> '' :isLabelled :end))
  :end;

-- transactions.set_labels
update transactions set labels = :{texts(labels)}::text[]
  where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]);

-- transactions.sum_paid
select :account as account_id, t.currency, sum(t.amount_micros)::bigint as lifetime_micros,
        coalesce(sum(t.amount_micros) filter (where t.at >= :since), 0)::bigint as month_micros
   from transactions t
  where t.organization_id = :ctx.organization.id and :account = any(:{uuids(accountIds)}::uuid[])
    and t.status = 'completed' and t.method not in ('wallet', 'company_wallet') and t.type not in ('fee', 'adjustment')
  group by 1, 2 order by 1, 2;

-- Pieces that the statements above name.

-- :columns (sql.ts)
t.id, t.key, t.type, t.status, t.destination_kind, t.destination_id, t.amount_micros, t.vat_micros, t.currency, t.method,
  t.payer_id, t.company_id, t.end_user_id, t.reference, t.note, t.undelivered, t.at, t.settled_at, t.labels
