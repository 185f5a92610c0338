-- Billing in advance: until when fees of a month to come are on the bill. A settlement is no bill: it closes what was billed ahead against
-- what was charged since, where nothing else is to be billed.
alter table pre_bills
  add column horizon_at timestamptz,
  drop constraint pre_bills_kind_check,
  add constraint pre_bills_kind_check check (kind in ('cycle', 'advance', 'manual', 'settlement')),
  add check ((kind = 'advance') = (horizon_at is not null));

-- Which item of its invoice an item of a credit note takes back, in part or whole.
alter table bill_items add column credits_position int;
