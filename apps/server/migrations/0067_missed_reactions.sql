-- What an event should have set off and did not, after five tries: kept whole, tried again with pauses, and in somebody's sight.
create table missed_reactions (
  organization_id uuid not null references organizations (id),
  event_id uuid not null,
  position bigint not null,
  name text not null,
  subject_type text not null,
  subject_id uuid not null,
  sequence bigint not null,
  data jsonb not null,
  at timestamptz not null,
  depth int not null,
  state text not null check (state in ('waiting', 'failed', 'done', 'dismissed')),
  problem text not null check (length(problem) <= 1000), -- of the last try
  reason text check (length(reason) <= 500),             -- why somebody put it aside
  attempts int not null check (attempts between 0 and 1000),
  next_attempt_at timestamptz,
  missed_at timestamptz not null,
  settled_at timestamptz,
  primary key (organization_id, event_id),
  check ((state = 'waiting') = (next_attempt_at is not null)),
  check ((state in ('done', 'dismissed')) = (settled_at is not null)),
  check ((state = 'dismissed') = (reason is not null))
);
create unique index missed_reactions_position on missed_reactions (organization_id, position);
create index missed_reactions_state on missed_reactions (organization_id, state, position);
create index missed_reactions_due on missed_reactions (organization_id, next_attempt_at) where state = 'waiting';
call guard_table('missed_reactions', 'select, insert, update');

-- As before (0013), and how many reactions are missing.
drop function platform_relay();
create function platform_relay()
  returns table (organization_id uuid, unplaced bigint, oldest_seconds float8, unreacted bigint, missed bigint)
  language sql stable security definer set search_path = public as $$
  select o.id, c.unplaced, extract(epoch from now() - f.at) + o.clock_offset_ms / 1000.0, coalesce(p.last_position - p.reacted_position, 0),
         m.missed
    from (select id, clock_offset_ms from organizations order by id limit 1000) o
   cross join lateral (select count(*) as unplaced from (
           select from events e where e.organization_id = o.id and e.position is null limit 10001) bounded) c
   cross join lateral (select count(*) as missed from (
           select from missed_reactions r
            where r.organization_id = o.id and r.state in ('waiting', 'failed') limit 10001) bounded) m
    left join lateral (select e.at from events e
                        where e.organization_id = o.id and e.position is null order by e.id limit 1) f on true
    left join event_positions p on p.organization_id = o.id
$$;
revoke execute on function platform_relay from public;
grant execute on function platform_relay to simwright_app;
