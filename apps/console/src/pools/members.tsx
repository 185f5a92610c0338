import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { listMembers, type Pool, type PoolMember } from '../api/pools.ts';
import { useMay, useMe } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { number } from '../format/words.ts';
import { useAddress } from '../ui/list/state.ts';
import { None, Panel } from '../ui/page.tsx';
import { Empty, Pending } from '../ui/state.tsx';
import { Meter, Status } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { RemoveMembers } from './remove-members.tsx';

const views = [
  { value: 'now', label: 'Members' },
  { value: 'past', label: 'Left' },
];
const pageSize = 50;

/** Who shares the data, who used most of it this month, and who was here before. */
export function Members({ pool, onAdd }: { pool: Pool; onAdd: () => void }) {
  const me = useMe();
  const may = useMay();
  const [{ members: view = 'now' }, change] = useAddress();
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), 250);
  const [chosen, setChosen] = useState<ReadonlyMap<string, PoolMember>>(() => new Map());
  const [removing, setRemoving] = useState(false);
  const past = view === 'past';
  const canEdit = may('pools.pool.edit') && me.actor.companyId === null && !pool.archivedAt;
  const query = useInfiniteQuery({
    queryKey: ['pool', pool.id, 'members', past, asked],
    queryFn: ({ pageParam, signal }) =>
      listMembers(
        pool.id,
        { ...(past && { past: true }), search: asked.replaceAll(/\D/g, ''), limit: pageSize, cursor: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const members = query.data?.pages.flatMap((page) => page.items) ?? [];
  const toggle = (member: PoolMember) =>
    setChosen((before) => {
      const next = new Map(before);
      if (!next.delete(member.sim.id)) next.set(member.sim.id, member);
      return next;
    });

  return (
    <Panel
      title={`${number(pool.members)} ${pool.members === 1 ? 'member' : 'members'}`}
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Which members"
          value={past ? 'past' : 'now'}
          onChange={(value) => change({ members: value === 'now' ? null : value })}
          data={views}
        />
      }
    >
      <div className="pool-find">
        <TextInput
          size="xs"
          type="search"
          aria-label="Search members by ICCID"
          placeholder="Search by ICCID"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {canEdit && !past && chosen.size > 0 && (
          <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
            Take {chosen.size === 1 ? 'it' : `these ${number(chosen.size)}`} out
          </Button>
        )}
      </div>
      {!query.data ? (
        <Pending query={query} lines={5} />
      ) : members.length === 0 ? (
        asked !== '' ? (
          <p className="dim">No member has this in its ICCID.</p>
        ) : past ? (
          <p className="dim">Nobody has left this pool.</p>
        ) : (
          <Empty title="No members yet" action={canEdit && <Button onClick={onAdd}>Add SIMs</Button>}>
            {pool.type === 'static'
              ? 'Put SIMs of the same account in: they share the balance from then on.'
              : 'Put SIMs of the same account in: each brings the balance and the fee of its plan.'}
          </Empty>
        )
      ) : (
        <Table pool={pool} members={members} past={past} chosen={canEdit && !past ? chosen : null} onToggle={toggle} />
      )}
      {query.hasNextPage && (
        <div className="pool-more">
          <Button
            variant="default"
            size="xs"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        </div>
      )}
      {removing && (
        <RemoveMembers
          pool={pool}
          members={[...chosen.values()]}
          onClose={(done) => {
            setRemoving(false);
            if (done) setChosen(new Map());
          }}
        />
      )}
    </Panel>
  );
}

function Table({
  pool,
  members,
  past,
  chosen,
  onToggle,
}: {
  pool: Pool;
  members: PoolMember[];
  past: boolean;
  chosen: ReadonlyMap<string, PoolMember> | null;
  onToggle: (member: PoolMember) => void;
}) {
  const brings = pool.type === 'dynamic' && !past;
  return (
    <div className="table-wrap">
      <table className="plain-table stacked pool-members">
        <thead>
          <tr>
            {chosen && (
              <th scope="col">
                <span className="pool-check-head">Select</span>
              </th>
            )}
            <th scope="col">SIM</th>
            <th scope="col">Plan</th>
            <th scope="col">{past ? 'In the pool' : 'Joined'}</th>
            {brings && (
              <th scope="col" className="right">
                Brings
              </th>
            )}
            {!past && <th scope="col">Used this month</th>}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={`${member.sim.id} ${member.joinedAt}`}>
              {chosen && (
                <td>
                  <input
                    type="checkbox"
                    className="check"
                    aria-label={`Select ${member.sim.iccid}`}
                    checked={chosen.has(member.sim.id)}
                    onChange={() => onToggle(member)}
                  />
                </td>
              )}
              <td data-label="SIM">
                <span className="two">
                  <Link to="/sims/$id" params={{ id: member.sim.id }} className="plain mono">
                    {member.sim.iccid}
                  </Link>
                  {member.sim.uniqueName && <span className="sub">{member.sim.uniqueName}</span>}
                </span>
                {member.sim.status !== 'Active' && <Status status={member.sim.status} />}
              </td>
              <td data-label="Plan">{member.plan.name}</td>
              <td data-label={past ? 'In the pool' : 'Joined'}>
                <Time at={member.joinedAt} />
                {member.leftAt && (
                  <>
                    {' '}
                    to <Time at={member.leftAt} />
                  </>
                )}
              </td>
              {brings && (
                <td data-label="Brings" className="right nowrap">
                  {member.contribution ? (
                    <span className="pool-brings">
                      <span>{bytes(member.contribution.allowanceBytes)}</span>
                      <span className="dim">for {money(member.contribution.fee, pool.currency)}</span>
                    </span>
                  ) : (
                    <None>nothing yet</None>
                  )}
                </td>
              )}
              {!past && (
                <td data-label="Used">
                  <Share member={member} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What it used of all that the pool used. */
function Share({ member: { usedBytes, share } }: { member: PoolMember }) {
  return (
    <span className="pool-used">
      <span className="nowrap">{bytes(usedBytes)}</span>
      {share !== null && (
        <span className="pool-share">
          <Meter value={Math.min(Number(share) / 100, 0.79)} label={`${share}% of the pool’s use`} />
          <span className="dim">{share}%</span>
        </span>
      )}
    </span>
  );
}
