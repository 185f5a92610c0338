-- Every statement of receivables. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- invoice_links.end_oldest
update invoice_links set revoked_at = :at
  where organization_id = :ctx.organization.id and id in (
    select id from invoice_links
     where organization_id = :ctx.organization.id and invoice_id = :invoiceId and revoked_at is null and expires_at > :at
     order by id desc offset :keep);

-- invoice_links.find
select :columns from invoice_links
  where organization_id = :ctx.organization.id and secret_hash = :secretHash limit 1;

-- invoice_links.forget
delete from invoice_links
  where organization_id = :ctx.organization.id and id in (
    select id from invoice_links where organization_id = :ctx.organization.id and expires_at < :before order by expires_at limit :limit);

-- invoice_links.insert
insert into invoice_links (organization_id, :columns, secret_hash)
  values (:ctx.organization.id, :l.id, :l.invoiceId, :l.ownerId, :l.createdAt, :l.expiresAt, :l.revokedAt, :l.seenAt, :l.madeBy,
          :secretHash);

-- invoice_links.list
select :columns from invoice_links
  where organization_id = :ctx.organization.id
    [and owner_id = :scope.companyId]
    [and invoice_id = :filter.invoiceId]
    [and id = :filter.id]
    [and id < :page.after]
  order by id desc limit :page.limit;

-- invoice_links.revoke
update invoice_links set revoked_at = :at
  where organization_id = :ctx.organization.id and id = :id and revoked_at is null;

-- invoice_links.seen
update invoice_links set seen_at = :at
  where organization_id = :ctx.organization.id and id = :id and seen_at is null;

-- receivables.credits
select currency, sum(gross_micros - refunded_micros - allocated_micros)::text as credit_micros from receipts
  where organization_id = :ctx.organization.id and owner_id = :ownerId and refunded_micros + allocated_micros < gross_micros
  group by currency order by currency;

-- receivables.insert_allocation
insert into allocations (organization_id, :columns)
  values (:ctx.organization.id, :a.id, :a.receiptId, :a.invoiceId, :a.ownerId, :a.currency, :a.amountMicros, :a.undoesId,
          :a.byHand, :a.reason, :a.at, :a.madeBy)
  on conflict (organization_id, undoes_id) where undoes_id is not null do nothing;

-- receivables.insert_payout
insert into payouts (organization_id, :payoutColumns)
  values (:ctx.organization.id, :p.id, :p.receiptId, :p.ownerId, :p.currency, :p.amountMicros, :p.reason, :p.at, :p.madeBy);

-- receivables.insert_receipt
insert into receipts (organization_id, :receiptColumns)
  values (:ctx.organization.id, :r.id, :r.source, :r.ownerId, :r.currency, :r.grossMicros, :r.refundedMicros, :r.allocatedMicros, :r.at)
  on conflict do nothing;

-- receivables.list_allocations
select :columns from allocations a
  where organization_id = :ctx.organization.id :company
    [and id = any(:{uuids(filter.ids)}::uuid[])]
    [and receipt_id = :filter.receiptId]
    [and invoice_id = :filter.invoiceId]
    [and undoes_id is null and not exists (select from allocations u where u.organization_id = a.organization_id and u.undoes_id = a.id)]
    [and id < :page.after]
  order by id desc limit :page.limit;

-- receivables.list_apart
select distinct invoice_id from allocations u
  where organization_id = :ctx.organization.id and receipt_id = :receiptId and by_hand and undoes_id is not null
    and not exists (select from allocations a where a.organization_id = u.organization_id and a.receipt_id = u.receipt_id
                       and a.invoice_id = u.invoice_id and a.undoes_id is null and a.id > u.id);

-- receivables.list_payouts
select :payoutColumns from payouts
  where organization_id = :ctx.organization.id :company
    [and receipt_id = :filter.receiptId]
    [and id = any(:{uuids(filter.ids)}::uuid[])]
    [and id < :page.after]
  order by id desc limit :page.limit;

-- receivables.list_receipts
select :receiptColumns from receipts where :{join(conditions)} order by id desc limit :page.limit;

-- receivables.lock_credits
select :receiptColumns from receipts
  where organization_id = :ctx.organization.id and owner_id = :ownerId and currency = :currency
    and refunded_micros + allocated_micros < gross_micros
  order by id limit :limit for no key update;

-- receivables.lock_receipt
select :receiptColumns from receipts
  where organization_id = :ctx.organization.id and id = :id for no key update;

-- receivables.save_receipt
update receipts set refunded_micros = :r.refundedMicros, allocated_micros = :r.allocatedMicros
  where organization_id = :ctx.organization.id and id = :r.id;

-- receivables.was_taken_back
select exists (select from allocations
  where organization_id = :ctx.organization.id and receipt_id = :receiptId and by_hand and undoes_id is not null
    and at > :since) as taken;

-- Pieces that the statements above name.

-- :columns (links/sql.ts)
id, invoice_id, owner_id, created_at, expires_at, revoked_at, seen_at, made_by

-- :columns (sql.ts)
id, receipt_id, invoice_id, owner_id, currency, amount_micros, undoes_id, by_hand, reason, at, made_by

-- :payoutColumns (sql.ts)
id, receipt_id, owner_id, currency, amount_micros, reason, at, made_by

-- :receiptColumns (sql.ts)
id, source, owner_id, currency, gross_micros, refunded_micros, allocated_micros, at
