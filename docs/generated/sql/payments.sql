-- Every statement of payments. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- cards.claim
with due as (
    select id as due_id from payment_methods
     where organization_id = :ctx.organization.id and provider_id = :providerId and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update payment_methods set attempts = least(attempts + 1, 1000), next_attempt_at = :until::timestamptz
    from due where organization_id = :ctx.organization.id and id = due.due_id
  returning :columns, :customer;

-- cards.clear_default
update payment_methods set is_default = false
  where organization_id = :ctx.organization.id and owner_id = :ownerId and is_default;

-- cards.insert
insert into payment_methods (organization_id, :columns)
  values (:ctx.organization.id, :c.id, :c.ownerId, :c.ownerKind, :c.companyId, :c.providerId, :c.state, :c.isDefault,
          :c.setup, :c.reference, :c.actionUrl, :c.brand, :c.last4, :c.expiryMonth, :c.expiryYear, :c.failureCode,
          :c.failureMessage, :c.lastDeclinedAt, :c.attempts, :c.nextAttemptAt, :c.createdAt, :c.madeBy);

-- cards.keep_customer
insert into payment_customers (organization_id, provider_id, owner_id, reference, created_at)
  values (:ctx.organization.id, :customer.providerId, :customer.ownerId, :customer.reference, :ctx.now)
  on conflict (organization_id, provider_id, owner_id) do nothing;

-- cards.list
select :columns, :customer from payment_methods where :{join(conditions)} order by id desc limit :page.limit;

-- cards.lock
select :columns, :customer from payment_methods
  where organization_id = :ctx.organization.id and id = :id for no key update;

-- cards.lock_owner
select pg_advisory_xact_lock(hashtextextended(:{`cards ${ctx.organization.id} ${ownerId}`}, 0));

-- cards.look_later
update payment_methods set next_attempt_at = :{nextLook(attempts, ctx.now)}
  where organization_id = :ctx.organization.id and id = :id and next_attempt_at is not null;

-- cards.note_decline
update payment_methods set last_declined_at = :ctx.now
  where organization_id = :ctx.organization.id and id = :id;

-- cards.rest
update payment_methods set next_attempt_at = null where organization_id = :ctx.organization.id and id = :id;

-- cards.save
update payment_methods
    set state = :c.state, is_default = :c.isDefault, setup = :c.setup, reference = :c.reference, action_url = :c.actionUrl,
        brand = :c.brand, last4 = :c.last4, expiry_month = :c.expiryMonth, expiry_year = :c.expiryYear,
        failure_code = :c.failureCode, failure_message = :c.failureMessage, last_declined_at = :c.lastDeclinedAt,
        next_attempt_at = :c.nextAttemptAt
  where organization_id = :ctx.organization.id and id = :c.id;

-- disputes.find_setting
select on_dispute from payment_settings where organization_id = :ctx.organization.id;

-- disputes.insert
insert into payment_disputes (organization_id, :columns)
  values (:ctx.organization.id, :d.id, :d.paymentId, :d.companyId, :d.providerId, :d.reference, :d.currency,
          :d.amountMicros, :d.feeMicros, :d.reason, :d.posted, :d.state, :d.funds, :d.evidenceDueAt, :d.openedAt,
          :d.settledAt);

-- disputes.list
select :columns from payment_disputes where :{join(conditions)} order by id desc limit :page.limit;

-- disputes.lock
select :columns from payment_disputes
  where organization_id = :ctx.organization.id and provider_id = :providerId and reference = :reference for no key update;

-- disputes.save
update payment_disputes
    set posted = :d.posted, state = :d.state, funds = :d.funds, fee_micros = :d.feeMicros, evidence_due_at = :d.evidenceDueAt, settled_at = :d.settledAt
  where organization_id = :ctx.organization.id and id = :d.id;

-- disputes.save_setting
insert into payment_settings (organization_id, on_dispute, set_at, set_by)
  values (:ctx.organization.id, :onDispute, :ctx.now, :ctx.actor.name)
  on conflict (organization_id) do update
     set on_dispute = excluded.on_dispute, set_at = excluded.set_at, set_by = excluded.set_by;

-- payments.amounts_of
select :columns from refill_amounts
  where organization_id = :ctx.organization.id and currency = :currency;

-- payments.archive_provider
update payment_providers
    set archived_at = :ctx.now, preferred = false, check_due_at = null, secrets_sealed = :{seal(ctx, sealedFor(id), '{"signing":""}')}
  where organization_id = :ctx.organization.id and id = :id;

-- payments.claim
with due as (
    select id as due_id from payments
     where organization_id = :ctx.organization.id and provider_id = :providerId and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update payments set attempts = least(attempts + 1, 1000), next_attempt_at = :until::timestamptz
    from due where organization_id = :ctx.organization.id and id = due.due_id
  returning :columns;

-- payments.claim_check
update payment_providers set check_due_at = :until::timestamptz
  where organization_id = :ctx.organization.id and id = :id and check_due_at <= :ctx.now and archived_at is null;

-- payments.clear_preferred
update payment_providers set preferred = false
  where organization_id = :ctx.organization.id and preferred;

-- payments.drop_cards
update payment_methods
    set state = 'removed', is_default = false, action_url = null, failure_code = null, failure_message = null, next_attempt_at = null
  where organization_id = :ctx.organization.id and provider_id = :id and state <> 'removed';

-- payments.find_by_reference
select :columns from payments
  where organization_id = :ctx.organization.id and provider_id = :providerId and reference = :reference
  order by id limit 1 for no key update;

-- payments.find_notice
select :noticeColumns, payload from payment_inbox
  where organization_id = :ctx.organization.id and id = :id [for no key update];

-- payments.insert
insert into payments (organization_id, :columns)
  values (:ctx.organization.id, :p.id, :p.ownerId, :p.ownerKind, :p.companyId, :p.purpose, :p.subjectId, :{JSON.stringify(p.detail)},
          :p.method, :p.providerId, :p.cardId, :p.walletId, :p.currency, :p.priceMicros, :p.netMicros, :p.vatMicros, :p.grossMicros,
          :p.taxCategory, :p.taxRatePpm, :p.taxReason, :p.note, :p.state, :p.reference, :p.actionUrl, :p.failureCode,
          :p.failureMessage, :p.undelivered, :p.refundedMicros, :p.usedMicros, :p.cameMicros, :p.attempts, :p.nextAttemptAt, :p.createdAt, :p.settledAt,
          :p.madeBy)
  on conflict (organization_id, subject_id) where state in ('created', 'pending') and method = 'card' do nothing;

-- payments.insert_provider
insert into payment_providers (organization_id, id, kind, name, settings, secrets_sealed, preferred, created_at, check_due_at, checked_at)
  values (:ctx.organization.id, :provider.id, :provider.kind, :provider.name, :{JSON.stringify(provider.settings)}, :secretsSealed,
          :provider.preferred, :provider.createdAt, :{provider.checkedAt ? null : provider.createdAt}::timestamptz, :provider.checkedAt::timestamptz)
  on conflict (organization_id, kind) where archived_at is null do nothing;

-- payments.is_busy
select exists (select from payments
     where organization_id = :ctx.organization.id and provider_id = :id and next_attempt_at is not null)
  or exists (select from payment_refunds r join payments p on p.organization_id = r.organization_id and p.id = r.payment_id
     where r.organization_id = :ctx.organization.id and r.next_attempt_at is not null and p.provider_id = :id) as busy;

-- payments.is_other_unknown
select id from payments
  where organization_id = :ctx.organization.id and subject_id = :subjectId and id <> :id
    and state in ('created', 'pending') and method = 'card' limit 1;

-- payments.is_under_way
select from payments p
  where p.organization_id = :ctx.organization.id and p.subject_id = :walletId
    and (p.state in ('created', 'pending', 'action_needed', 'differs')
         or exists (select from payment_refunds r where r.organization_id = p.organization_id and r.payment_id = p.id
                       and r.state in ('created', 'pending')))
  limit 1;

-- payments.keep_notice
insert into payment_inbox (organization_id, id, provider_id, event_key, payload, received_at)
  values (:ctx.organization.id, :notice.id, :notice.providerId, :notice.key, :notice.payload, :ctx.now)
  on conflict (organization_id, provider_id, event_key) do nothing;

-- payments.kind_of_provider
select kind from payment_providers where organization_id = :ctx.organization.id and id = :id;

-- payments.list
select :columns from payments where :{join(conditions)} order by id desc limit :page.limit;

-- payments.list_amounts
select :columns from refill_amounts
  where organization_id = :ctx.organization.id order by currency;

-- payments.list_notices
select :noticeColumns, left(payload, :payloadInList) as payload from payment_inbox
  where :{join(conditions)} order by id desc limit :page.limit;

-- payments.list_providers
select :providerColumns from payment_providers
  where organization_id = :ctx.organization.id and archived_at is null order by preferred desc, created_at, id;

-- payments.lock
select :columns from payments where organization_id = :ctx.organization.id and id = :id for no key update;

-- payments.lock_providers
select pg_advisory_xact_lock(hashtextextended(:{`payment providers ${ctx.organization.id}`}, 0));

-- payments.look_later
update payments set next_attempt_at = :{nextLook(attempts, ctx.now)}
  where organization_id = :ctx.organization.id and id = :id and next_attempt_at is not null;

-- payments.save
update payments
    set state = :p.state, reference = :p.reference, action_url = :p.actionUrl, failure_code = :p.failureCode,
        failure_message = :p.failureMessage, undelivered = :p.undelivered, came_micros = :p.cameMicros, next_attempt_at = :p.nextAttemptAt,
        settled_at = :p.settledAt
  where organization_id = :ctx.organization.id and id = :p.id;

-- payments.save_detail
update payments set detail = :{JSON.stringify(detail)}
  where organization_id = :ctx.organization.id and id = :id;

-- payments.save_provider
update payment_providers
    set name = :p.name, settings = :{JSON.stringify(p.settings)}, secrets_sealed = :sealed, preferred = :p.preferred,
        checked_at = :p.checkedAt, check_failure = :p.checkFailure, check_due_at = :{look ? ctx.now : null}::timestamptz
  where organization_id = :ctx.organization.id and id = :p.id;

-- payments.save_settled
update payments
    set purpose = :p.purpose, subject_id = :p.subjectId, detail = :{JSON.stringify(p.detail)}, price_micros = :p.priceMicros,
        net_micros = :p.netMicros, vat_micros = :p.vatMicros, gross_micros = :p.grossMicros
  where organization_id = :ctx.organization.id and id = :p.id;

-- payments.set_amounts
insert into refill_amounts (organization_id, :columns, set_at, set_by)
  values (:ctx.organization.id, :currency, :presetsMicros::bigint[], :leastMicros, :mostMicros,
          :{bonuses.map(({ fromMicros }) => fromMicros)}::bigint[], :{bonuses.map(({ micros }) => micros)}::bigint[], :now.bonusDays,
          :ctx.now, :ctx.actor.name)
  on conflict (organization_id, currency) do update
     set presets_micros = excluded.presets_micros, least_micros = excluded.least_micros, most_micros = excluded.most_micros,
         bonus_from_micros = excluded.bonus_from_micros, bonus_micros = excluded.bonus_micros, bonus_days = excluded.bonus_days,
         set_at = excluded.set_at, set_by = excluded.set_by;

-- payments.settle_notice
update payment_inbox
    set state = :outcome.state, reason = :outcome.reason, payment_id = :outcome.paymentId, applied_at = :ctx.now
  where organization_id = :ctx.organization.id and id = :id;

-- payments.take_notice
select id, provider_id, payload from payment_inbox
  where organization_id = :ctx.organization.id and state = 'waiting' order by id limit 1 for no key update skip locked;

-- prepaid.add_used
update payments set used_micros = used_micros + :grossMicros
  where organization_id = :ctx.organization.id and id = :refillId;

-- prepaid.gone
select coalesce(sum(price_micros), 0)::text as price_micros, coalesce(sum(net_micros), 0)::text as net_micros,
  coalesce(sum(vat_micros), 0)::text as vat_micros, coalesce(sum(gross_micros), 0)::text as gross_micros from :from;

-- prepaid.insert_use
insert into prepaid_uses (organization_id, payment_id, refill_id, position, price_micros, net_micros, vat_micros, gross_micros)
  values (:ctx.organization.id, :paymentId, :refillId, :position, :parts.priceMicros, :parts.netMicros, :parts.vatMicros, :parts.grossMicros);

-- prepaid.save_use
update prepaid_uses set price_micros = :parts.priceMicros, net_micros = :parts.netMicros, vat_micros = :parts.vatMicros,
        gross_micros = :parts.grossMicros
  where organization_id = :ctx.organization.id and payment_id = :paymentId and refill_id = :refillId;

-- prepaid.usable
select id, price_micros, net_micros, vat_micros, gross_micros from payments p
  where organization_id = :ctx.organization.id and subject_id = :walletId and purpose = 'wallet_refill' and state = 'succeeded'
    and undelivered is null and refunded_micros + used_micros < gross_micros
    and not exists (select from payment_disputes d where d.organization_id = p.organization_id and d.payment_id = p.id and d.state <> 'won')
  order by id desc limit :limit [for no key update];

-- prepaid.uses
select refill_id, price_micros, net_micros, vat_micros, gross_micros from prepaid_uses
  where organization_id = :ctx.organization.id and payment_id = :paymentId and gross_micros > 0 order by position;

-- refunds.add_to_payment
update payments set refunded_micros = refunded_micros + :grossMicros
  where organization_id = :ctx.organization.id and id = :paymentId;

-- refunds.claim
with due as (
    select r.id as due_id from payment_refunds r
      join payments p on p.organization_id = r.organization_id and p.id = r.payment_id
     where r.organization_id = :ctx.organization.id and p.provider_id = :providerId and r.next_attempt_at <= :ctx.now
     order by r.next_attempt_at, r.id limit :limit for no key update of r skip locked)
  update payment_refunds set attempts = least(attempts + 1, 1000), next_attempt_at = :until::timestamptz
    from due where organization_id = :ctx.organization.id and id = due.due_id
  returning :columns;

-- refunds.insert
insert into payment_refunds (organization_id, :columns)
  values (:ctx.organization.id, :r.id, :r.paymentId, :r.companyId, :r.currency, :r.priceMicros, :r.netMicros, :r.vatMicros,
          :r.grossMicros, :r.posted, :r.reason, :r.state, :r.reference, :r.failureCode, :r.failureMessage, :r.attempts,
          :r.nextAttemptAt, :r.unansweredSince, :r.createdAt, :r.settledAt, :r.madeBy);

-- refunds.list
select :columns from payment_refunds where :{join(conditions)} order by id desc limit :page.limit;

-- refunds.lock
select :columns from payment_refunds where organization_id = :ctx.organization.id and id = :id for no key update;

-- refunds.look_later
update payment_refunds set next_attempt_at = :{nextLook(attempts, ctx.now)}
  where organization_id = :ctx.organization.id and id = :id and next_attempt_at is not null;

-- refunds.save
update payment_refunds
    set state = :r.state, reference = :r.reference, failure_code = :r.failureCode, failure_message = :r.failureMessage,
        next_attempt_at = :r.nextAttemptAt, unanswered_since = :r.unansweredSince, settled_at = :r.settledAt
  where organization_id = :ctx.organization.id and id = :r.id;

-- sandbox.add_notice
insert into sandbox_notices (organization_id, id, provider_id, payload, due_at)
  select :ctx.organization.id, :{newId(ctx)}, id, :payload, :at::timestamptz from payment_providers
   where organization_id = :ctx.organization.id and kind = 'sandbox' and archived_at is null;

-- sandbox.find_charge
select :columns from sandbox_charges where organization_id = :ctx.organization.id and id = :id;

-- sandbox.find_refund
select id, charge_id, amount_minor, refused from sandbox_refunds
  where organization_id = :ctx.organization.id and id = :id;

-- sandbox.give_back
update sandbox_charges set refunded_minor = refunded_minor + :r.amountMinor
  where organization_id = :ctx.organization.id and id = :r.chargeId;

-- sandbox.insert_refund
insert into sandbox_refunds (organization_id, id, charge_id, amount_minor, refused, created_at)
  values (:ctx.organization.id, :r.id, :r.chargeId, :r.amountMinor, :r.refused, :ctx.now);

-- sandbox.list_disputed
select payload from sandbox_notices
  where organization_id = :ctx.organization.id and due_at <= :ctx.now and payload like '%"disputed":"pay_%'
  order by due_at desc, id desc limit :limit;

-- sandbox.lock_card
select :cardColumns from sandbox_cards
  where organization_id = :ctx.organization.id and :which for no key update;

-- sandbox.lock_charge
select :columns from sandbox_charges
  where organization_id = :ctx.organization.id and token = :token for no key update;

-- sandbox.lock_charge_of
select :columns from sandbox_charges
  where organization_id = :ctx.organization.id and id = :id for no key update;

-- sandbox.open_card
insert into sandbox_cards (organization_id, id, token, state, created_at)
  values (:ctx.organization.id, :id, :token, 'open', :ctx.now) on conflict (organization_id, id) do nothing;

-- sandbox.open_charge
insert into sandbox_charges (organization_id, id, amount_minor, currency, token, description, state, created_at)
  values (:ctx.organization.id, :charge.id, :charge.amountMinor, :charge.currency, :charge.token, :charge.description, 'open',
          :ctx.now)
  on conflict (organization_id, id) do nothing;

-- sandbox.save_card
update sandbox_cards
    set state = :c.state, card = :c.card, expiry_month = :c.expiryMonth, expiry_year = :c.expiryYear
  where organization_id = :ctx.organization.id and id = :c.id;

-- sandbox.save_charge
update sandbox_charges
    set state = :c.state, card = :c.card, declines = :c.declines, failure_code = :c.failureCode
  where organization_id = :ctx.organization.id and id = :c.id;

-- sandbox.take_notices
with due as (
    select id as due_id from sandbox_notices where organization_id = :ctx.organization.id and sent_at is null and due_at <= :ctx.now
     order by due_at, id limit :limit for no key update skip locked)
  update sandbox_notices set sent_at = :ctx.now::timestamptz from due
   where organization_id = :ctx.organization.id and id = due.due_id returning provider_id, payload;

-- stripe.find_page
select id, kind, provider_id, token, secret_sealed from stripe_pages
  where organization_id = :ctx.organization.id and :which;

-- stripe.keep_page
insert into stripe_pages (organization_id, id, kind, provider_id, token, secret_sealed, created_at)
  values (:ctx.organization.id, :page.id, :page.kind, :page.providerId, :token,
          :{seal(ctx, sealedFor(page.id), page.secret)}, :ctx.now)
  on conflict (organization_id, id) do nothing;

-- Pieces that the statements above name.

-- :cardColumns (sandbox/sql.ts)
id, token, state, card, expiry_month, expiry_year

-- :columns (amounts.ts)
currency, presets_micros, least_micros, most_micros, bonus_from_micros, bonus_micros, bonus_days

-- :columns (cards/sql.ts)
id, owner_id, owner_kind, company_id, provider_id, state, is_default, setup, reference, action_url, brand, last4,
  expiry_month, expiry_year, failure_code, failure_message, last_declined_at, attempts, next_attempt_at, created_at, made_by

-- :columns (disputes/sql.ts)
id, payment_id, company_id, provider_id, reference, currency, amount_micros, fee_micros, reason, posted, state, funds,
  evidence_due_at, opened_at, settled_at

-- :columns (refunds/sql.ts)
id, payment_id, company_id, currency, price_micros, net_micros, vat_micros, gross_micros, posted, reason, state, reference,
  failure_code, failure_message, attempts, next_attempt_at, unanswered_since, created_at, settled_at, made_by

-- :columns (sandbox/sql.ts)
id, amount_minor, currency, token, description, state, card, declines, failure_code, refunded_minor

-- :columns (sql.ts)
id, owner_id, owner_kind, company_id, purpose, subject_id, detail, method, provider_id, card_id, wallet_id, currency, price_micros, net_micros,
  vat_micros, gross_micros, tax_category, tax_rate_ppm, tax_reason, note, state, reference, action_url, failure_code, failure_message,
  undelivered, refunded_micros, used_micros, came_micros, attempts, next_attempt_at, created_at, settled_at, made_by

-- :customer (cards/sql.ts)
(select c.reference from payment_customers c
  where c.organization_id = payment_methods.organization_id and c.provider_id = payment_methods.provider_id
    and c.owner_id = payment_methods.owner_id) as customer

-- :noticeColumns (sql.ts)
id, provider_id, event_key as key, state, reason, payment_id, received_at, applied_at

-- :providerColumns (providers-sql.ts)
id, kind, name, settings, secrets_sealed, preferred, created_at, checked_at, check_failure
