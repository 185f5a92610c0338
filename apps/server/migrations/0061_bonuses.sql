-- What is given with a refill of a wallet by itself: from so much on, so much more.
alter table refill_amounts
  add column bonus_from_micros bigint[] not null default '{}',
  add column bonus_micros bigint[] not null default '{}',
  add column bonus_days int check (bonus_days between 1 and 3650),   -- days until a bonus expires; null: it does not
  add check (cardinality(bonus_from_micros) = cardinality(bonus_micros) and cardinality(bonus_micros) <= 8),
  add check (0 < all (bonus_micros));

-- Their list: of a company, and by what keeps them from refilling.
create index auto_refills_company on auto_refills (organization_id, company_id, id);
create index auto_refills_reason on auto_refills (organization_id, reason, id) where reason is not null;
