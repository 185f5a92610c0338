-- What the staff of a company see of payments: a company's own among those of all others. 26 ms of 100,000 without.
create index payments_company on payments (organization_id, company_id, id) where company_id is not null;
create index payment_refunds_company on payment_refunds (organization_id, company_id, id) where company_id is not null;
