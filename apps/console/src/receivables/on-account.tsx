import { useQuery } from '@tanstack/react-query';
import { keyOf, listCredits } from '../api/receivables.ts';
import { useMay } from '../app/session.ts';
import { addAmounts, money } from '../format/money.ts';
import { Panel } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { SourceLink } from './allocations.tsx';
import './receivables.css';

/** What a company has paid or is owed by credit notes, and no invoice has taken yet; nothing, where there is none. */
export function OnAccount({ company }: { company: string }) {
  const query = useQuery({
    queryKey: ['receivables', 'credits', company],
    queryFn: () => listCredits(company),
    enabled: useMay()('receivables.allocation.view'),
  });
  const credits = query.data?.items ?? [];
  const [first] = credits;
  if (!first) return null;
  const alike = credits.filter(({ currency }) => currency === first.currency);
  return (
    <Panel title="On account" aside={money(addAmounts(alike.map(({ credit }) => credit)), first.currency)}>
      <table className="plain-table stacked allocations" aria-label="Money on account">
        <thead>
          <tr>
            <th scope="col">Came</th>
            <th scope="col">By</th>
            <th scope="col" className="right">
              Of
            </th>
            <th scope="col" className="right">
              Left
            </th>
          </tr>
        </thead>
        <tbody>
          {credits.map((one) => (
            <tr key={keyOf(one)}>
              <td data-label="Came">
                <Time at={one.at} />
              </td>
              <td data-label="By">
                <SourceLink of={one} />
              </td>
              <td data-label="Of" className="right">
                {money(one.gross, one.currency)}
              </td>
              <td data-label="Left" className="right">
                {money(one.credit, one.currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim">It pays what is issued next, the oldest first. On an invoice it can be used for that one.</p>
    </Panel>
  );
}
