import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../api/http.ts';
import { getSim } from '../api/sims.ts';
import { askWhatIf, type WhatIfRequest } from '../api/what-if.ts';
import { iccidGroups } from '../format/words.ts';
import { useAddress } from '../ui/list/state.ts';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import { Empty, Lines, Problem } from '../ui/state.tsx';
import { Answer } from './what-if-answer.tsx';
import { candidateOf, Question } from './what-if-question.tsx';
import './what-if.css';

export const usualDays = 30;

/** What the last days would have cost on other plans: asked for in the address, so that it can be sent to somebody. */
export function WhatIfPage() {
  const [address] = useAddress();
  const request = requestOf(address);
  const asked = request.candidates.length > 0;
  const query = useQuery({
    queryKey: ['what-if', request],
    queryFn: ({ signal }) => askWhatIf(request, signal),
    enabled: asked,
    // It is work for the server, and hardly changes while it is looked at.
    staleTime: 300_000,
    retry: false,
  });
  return (
    <>
      <PageHead title="What if" note="What the last days would have cost on other plans. Nothing is changed." />
      <Body>
        <Panel>
          <Question key={JSON.stringify(request)} request={request} busy={query.isFetching} />
          <ScopeNote request={request} />
        </Panel>
        {!asked ? (
          <Panel>
            <Empty title="Choose what to compare with">
              Up to ten plans or pools. Usage of the last days is rated by each of them, as if the SIMs had been on it
              all along, and put beside what was charged.
            </Empty>
          </Panel>
        ) : query.data ? (
          <Answer answer={query.data} request={request} />
        ) : query.error ? (
          <Panel>
            <Problem error={query.error} onRetry={() => void query.refetch()} />
            <Hint error={query.error} />
          </Panel>
        ) : (
          <Panel>
            <p className="dim">Rating usage. For a large fleet this takes up to a minute.</p>
            <Lines lines={6} />
          </Panel>
        )}
      </Body>
    </>
  );
}

function requestOf({ sim, company, days, with: names }: Record<string, string>): WhatIfRequest {
  const wanted = Number(days ?? usualDays);
  return {
    ...(sim ? { sim } : company ? { company } : {}),
    days: Number.isInteger(wanted) && wanted >= 1 && wanted <= 366 ? wanted : usualDays,
    candidates: (names ?? '').split(',').filter(Boolean).map(candidateOf),
  };
}

/** Which SIM it is about, where it is one. */
function ScopeNote({ request: { sim } }: { request: WhatIfRequest }) {
  const query = useQuery({
    queryKey: ['sim', sim, 'row'],
    queryFn: () => getSim(sim!),
    enabled: sim !== undefined,
  });
  if (!query.data) return null;
  const { id, iccid, plan } = query.data;
  return (
    <p className="what-if-scope dim">
      <Link to="/sims/$id" params={{ id }} className="link mono">
        {iccidGroups(iccid)}
      </Link>{' '}
      is on {plan?.name ?? 'no plan'}.
    </p>
  );
}

function Hint({ error }: { error: Error }) {
  if (!(error instanceof ApiError) || !error.expected) return null;
  return <p className="dim state-text what-if-hint">Expected: {error.expected}.</p>;
}
