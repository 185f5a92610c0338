-- Every statement of app. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- usage.ensure_partition
select ensure_usage_partition(:{day.toISOString().slice(0, 10)}::date);
