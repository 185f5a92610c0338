-- Messages and calls are rare beside data: what adds them up must not read every record.
create index usage_records_units on usage_records (organization_id, line_id, occurred_at) where service <> 'data';
