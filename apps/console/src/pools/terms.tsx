import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listPoolTerms, type Pool, type PoolTerms } from '../api/pools.ts';
import { useMay, useMe } from '../app/session.ts';
import { megabytes } from '../catalog/price.ts';
import { money } from '../format/money.ts';
import { paymentWords } from '../format/words.ts';
import { Fact, Facts, None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';

/** What the pool costs: the terms of this month, those of the next where they were changed, and all before. */
export function TermsPanel({ pool, onEdit }: { pool: Pool; onEdit: () => void }) {
  const me = useMe();
  const may = useMay();
  const [all, setAll] = useState(false);
  const changed = pool.month !== null && pool.month.termsVersion !== pool.terms.version;
  const several = pool.terms.version > 1;
  return (
    <Panel
      title="Terms"
      aside={
        may('pools.pool.edit') &&
        me.actor.companyId === null &&
        !pool.archivedAt && (
          <Button size="xs" variant="default" onClick={onEdit}>
            Change
          </Button>
        )
      }
    >
      {changed && (
        <p className="notice notice-blue">
          These hold from <Time at={pool.month!.endsAt} /> on. This month is on version {pool.month!.termsVersion}.
        </p>
      )}
      <Terms pool={pool} terms={pool.terms} />
      {several && (
        <button type="button" className="as-link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Hide the versions' : `All ${pool.terms.version} versions`}
        </button>
      )}
      {all && <Versions pool={pool} />}
    </Panel>
  );
}

function Terms({ pool, terms }: { pool: Pool; terms: PoolTerms }) {
  const { currency } = terms;
  return (
    <Facts>
      {pool.type === 'static' ? (
        <>
          <Fact name="Balance">{megabytes(terms.allowanceMb)} a month</Fact>
          <Fact name="Price">{money(terms.fee ?? '0', currency)} a month</Fact>
        </>
      ) : (
        <Fact name="Balance">What the plans of its members bring, at their fees</Fact>
      )}
      <Fact name="Overage">
        {terms.overageSizeMb && terms.overagePrice ? (
          `${money(terms.overagePrice, currency)} for every started ${megabytes(terms.overageSizeMb)}`
        ) : (
          <None>free beyond the balance</None>
        )}
      </Fact>
      <Fact name="Payment">{paymentWords[terms.paymentType]}</Fact>
    </Facts>
  );
}

function Versions({ pool }: { pool: Pool }) {
  const query = useQuery({
    queryKey: ['pool', pool.id, 'terms', pool.terms.version],
    queryFn: () => listPoolTerms(pool.id),
  });
  if (!query.data) return <Pending query={query} lines={2} />;
  return (
    <ul className="pool-versions">
      {query.data.items.map((terms) => (
        <li key={terms.id}>
          <div>
            <span className="strong">Version {terms.version}</span>{' '}
            <span className="dim">
              <Time at={terms.createdAt} />
            </span>
          </div>
          <Terms pool={pool} terms={terms} />
        </li>
      ))}
    </ul>
  );
}
