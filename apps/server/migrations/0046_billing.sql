-- Pre-bills and invoices: what is unbilled is collected, looked at, approved, and numbered. Decision 0032.

-- `deferred`: billed before it is charged. `other_revenue`: what staff write onto a bill by hand. `dispute` and `grant` are rooms to come.
alter table ledger_accounts drop constraint ledger_accounts_kind_check;
alter table ledger_accounts add constraint ledger_accounts_kind_check check (kind in (
  'unbilled', 'deferred', 'usage_revenue', 'fee_revenue', 'refill_revenue', 'other_revenue', 'wallet', 'receivable', 'clearing', 'vat', 'rounding',
  'dispute', 'grant'));
alter table transfers drop constraint transfers_kind_check;
alter table transfers add constraint transfers_kind_check
  check (kind in ('usage', 'fee', 'adjustment', 'refill', 'payment', 'refund', 'dispute', 'grant', 'expiry', 'invoice', 'credit_note')) not valid;

-- To whole smallest units, a tie to the even one: kit's and tax's rounding, for a hundred thousand items in one statement.
create function to_minor(micros bigint) returns bigint language sql immutable strict parallel safe as
$$ select (micros / 1000000 + case when abs(micros % 1000000) > 500000 or (abs(micros % 1000000) = 500000 and micros / 1000000 % 2 <> 0)
                                   then sign(micros % 1000000)::bigint else 0 end) * 1000000 $$;

-- How an account is billed; of the organization itself: what holds for those who have said nothing.
create table billing_settings (
  organization_id uuid not null references organizations (id),
  owner_id uuid not null,                              -- the organization, or a company
  payment_type text check (payment_type in ('pre_billing', 'advanced_billing', 'post_billing', 'manual')),   -- null: as each plan says
  pre_days int check (pre_days between 1 and 27),
  approval text check (approval in ('manual', 'automatic')),
  grace_days int check (grace_days between 0 and 27),
  terms_days int check (terms_days between 0 and 365),
  set_at timestamptz not null,
  set_by text not null,
  primary key (organization_id, owner_id)
);
call guard_table('billing_settings', 'select, insert, update');

-- Numbers without a gap: taken under the lock of this row by the database transaction that writes the document.
create table bill_series (
  organization_id uuid not null references organizations (id),
  kind text not null check (kind in ('pre_bill', 'invoice', 'credit_note')),
  prefix text not null check (length(prefix) between 0 and 30),   -- {year} stands for the year of issue
  digits int not null check (digits between 1 and 10),
  next_number bigint not null default 1 check (next_number > 0),
  primary key (organization_id, kind)
);
call guard_table('bill_series', 'select, insert, update');

create table pre_bills (
  organization_id uuid not null references organizations (id),
  id uuid not null,                                    -- an invoice keeps the id of the pre-bill that it was
  number text not null,
  owner_id uuid not null,                              -- the company
  payer_id uuid not null,                              -- its ledger account of what is unbilled
  kind text not null check (kind in ('cycle', 'advance', 'manual')),
  state text not null check (state in ('pending', 'approved', 'rejected')),
  payment_type text check (payment_type in ('pre_billing', 'advanced_billing', 'post_billing', 'manual')),   -- of the account, as it was; null: of each plan
  currency char(3) not null,
  time_zone text not null,
  period_from date,                                    -- the days it is for, in that zone; from null: whatever is older
  period_until date not null,
  cut_at timestamptz not null,                         -- fees charged and periods ended before this instant
  edits jsonb not null default '[]',                   -- lines and discounts of staff, in their order
  note text not null default '' check (length(note) <= 2000),   -- printed on the invoice
  buyer_reference text not null default '',            -- instead of the one in the buyer's billing details
  items int not null default 0,
  collected_micros bigint not null default 0,          -- of items that were collected, each rounded
  net_micros bigint not null default 0,                -- with what staff wrote
  version int not null default 1,                      -- goes up whenever its sum may have changed
  operation_id uuid,                                   -- the run that made it
  reason text not null default '' check (length(reason) <= 1000),   -- why it was rejected
  created_at timestamptz not null,
  collected_at timestamptz not null,
  settled_at timestamptz,
  settled_by text,
  primary key (organization_id, id),
  unique (organization_id, number),
  check ((state = 'pending') = (settled_at is null))
);
create index pre_bills_owner on pre_bills (organization_id, owner_id, id);
create index pre_bills_state on pre_bills (organization_id, state, id);
create index pre_bills_operation on pre_bills (organization_id, operation_id) where operation_id is not null;
call guard_table('pre_bills', 'select, insert, update, delete');

-- Which month of an account was billed, in which way, once; also where there was nothing to bill.
create table bill_cycles (
  organization_id uuid not null references organizations (id),
  payer_id uuid not null,
  kind text not null check (kind in ('cycle', 'pre_billing', 'advanced_billing')),
  month date not null,
  pre_bill_id uuid,
  done_at timestamptz not null,
  primary key (organization_id, payer_id, kind, month)
);
call guard_table('bill_cycles', 'select, insert, update');

-- What is on which bill, once: the key is the thing that is billed. `coming` is the fee that follows a running period, billed before it
-- is charged; `ahead` gives that back when the month is billed in which it was charged, or was not.
create table billed_sources (
  organization_id uuid not null references organizations (id),
  source_kind text not null check (source_kind in ('fee', 'period', 'period_sms', 'period_voice', 'pool_period', 'adjustment', 'coming', 'ahead')),
  source_id uuid not null,
  bill_id uuid not null,
  item_kind text not null,
  line_id uuid,
  pool_id uuid,
  plan_version_id uuid,                                -- of the plan, or of the pool
  at timestamptz not null,                             -- when it was charged, or will be; of a period: its end
  micros bigint not null,
  primary key (organization_id, source_kind, source_id)
);
create index billed_sources_bill on billed_sources (organization_id, bill_id, line_id, item_kind);
call guard_table('billed_sources', 'select, insert, update, delete');

-- One for each line and kind of charge, and what staff wrote.
create table bill_items (
  organization_id uuid not null references organizations (id),
  bill_id uuid not null,
  position int not null check (position > 0),
  origin text not null check (origin in ('collected', 'staff')),
  kind text not null,
  line_id uuid,
  pool_id uuid,
  label text not null default '',                      -- ICCID, or the name of the pool
  detail text not null default '',                     -- the plan; of staff's own lines: what they call it
  quantity numeric not null,
  unit_price_micros bigint not null check (unit_price_micros >= 0),
  exact_micros bigint not null,
  net_micros bigint not null,                          -- rounded to whole smallest units, once
  primary key (organization_id, bill_id, position)
);
create index bill_items_line on bill_items (organization_id, line_id, bill_id) where line_id is not null;
call guard_table('bill_items', 'select, insert, update, delete');

create table invoices (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  kind text not null check (kind in ('invoice', 'credit_note')),
  series text not null,                                -- the prefix its number was made with
  sequence bigint not null,
  number text not null,
  owner_id uuid not null,
  credits_id uuid,                                     -- the invoice that this credit note takes back, in part or whole
  issued_at timestamptz not null,
  due_at timestamptz,
  currency char(3) not null,
  net_micros bigint not null check (net_micros >= 0),  -- of a credit note too: its kind says which way the money goes
  vat_micros bigint not null check (vat_micros >= 0),
  gross_micros bigint not null check (gross_micros = net_micros + vat_micros),
  items int not null,
  document jsonb not null,                             -- frozen; its items are in bill_items
  issued_by text not null,
  paid_micros bigint not null default 0 check (paid_micros between 0 and gross_micros),
  credited_micros bigint not null default 0 check (credited_micros between 0 and gross_micros),
  state text not null check (state in ('open', 'paid', 'credited')),
  primary key (organization_id, id),
  unique (organization_id, kind, sequence),
  unique (organization_id, number)
);
create index invoices_owner on invoices (organization_id, owner_id, id);
create index invoices_state on invoices (organization_id, state, due_at, id);
create index invoices_issued on invoices (organization_id, issued_at, id);
create index invoices_credits on invoices (organization_id, credits_id) where credits_id is not null;
-- Nothing of an invoice changes but what became of it.
call guard_table('invoices', 'select, insert, update (paid_micros, credited_micros, state)');

-- What an invoice was made of stays as it was: the application may not add to it, change it or take away from it.
create policy unsettled_insert on bill_items as restrictive for insert to simwright_app
  with check (not exists (select from invoices i where i.organization_id = bill_items.organization_id and i.id = bill_items.bill_id));
create policy unsettled_update on bill_items as restrictive for update to simwright_app
  using (not exists (select from invoices i where i.organization_id = bill_items.organization_id and i.id = bill_items.bill_id));
create policy unsettled_delete on bill_items as restrictive for delete to simwright_app
  using (not exists (select from invoices i where i.organization_id = bill_items.organization_id and i.id = bill_items.bill_id));
create policy unsettled_insert on billed_sources as restrictive for insert to simwright_app
  with check (not exists (select from invoices i where i.organization_id = billed_sources.organization_id and i.id = billed_sources.bill_id));
create policy unsettled_update on billed_sources as restrictive for update to simwright_app
  using (not exists (select from invoices i where i.organization_id = billed_sources.organization_id and i.id = billed_sources.bill_id));
create policy unsettled_delete on billed_sources as restrictive for delete to simwright_app
  using (not exists (select from invoices i where i.organization_id = billed_sources.organization_id and i.id = billed_sources.bill_id));

-- What a payer has not been billed yet.
create index fees_payer on fees (organization_id, payer_id, at);
create index adjustments_payer on adjustments (organization_id, payer_id, at);
create index billing_periods_uninvoiced on billing_periods (organization_id, payer_id, ends_at) where state = 'closed' and invoiced_at is null;
create index pool_periods_payer on pool_periods (organization_id, payer_id, ends_at);
