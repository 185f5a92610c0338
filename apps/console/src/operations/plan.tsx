import { Link } from '@tanstack/react-router';
import type { PlanEffect } from '../api/assignments.ts';
import { allRowsAddress, type Operation, type OperationDetail } from '../api/operations.ts';
import { bytes } from '../format/bytes.ts';
import { sentence } from '../format/words.ts';
import { CostSums } from '../periods/preview.tsx';
import { doneWords, effectWords } from '../periods/words.ts';
import { useOptions } from '../ui/options.ts';
import { Fact, Facts, None, Panel } from '../ui/page.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { takeoverWords } from './takeover.tsx';
import { isMoving, tally } from './words.tsx';

/** What becomes of the SIMs, counted, and what it costs together. */
export function Effects({ detail: { operation, effects } }: { detail: OperationDetail }) {
  const before = operation.startedAt === null;
  const costs = operation.found.costs ?? [];
  return (
    <Panel
      title={before ? 'What would happen' : 'What happened'}
      aside={
        operation.rowsKept && (
          <a href={allRowsAddress(operation.id)} download className="link">
            Report
          </a>
        )
      }
    >
      {effects.length === 0 ? (
        <None>{isMoving(operation) ? 'Nothing so far' : 'Nothing'}</None>
      ) : (
        <table className="plain-table">
          <tbody>
            {effects.map(({ effect, rows }) => (
              <tr key={effect}>
                <td>
                  <EffectBadge effect={effect} done={!before} />
                </td>
                <td className="right strong">{tally(rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {costs.length > 0 && (
        <ul className="plain-list effect-costs">
          <CostSums costs={costs} />
          {!before && <li className="dim">As it was looked at before it began.</li>}
        </ul>
      )}
    </Panel>
  );
}

export function EffectBadge({ effect, done }: { effect: string; done: boolean }) {
  const known = effectWords[effect as PlanEffect];
  const ofAccount = takeoverWords[effect];
  if (ofAccount) return <Badge tone={ofAccount.tone}>{done ? ofAccount.done : ofAccount.badge}</Badge>;
  if (!known) return <>{sentence(effect)}</>;
  return <Badge tone={known.tone}>{done ? doneWords[effect as PlanEffect] : known.badge}</Badge>;
}

/** Which plan, when, and for whom. */
export function AskedPlan({ operation }: { operation: Operation }) {
  const { parameters, found, progress } = operation;
  const plan = useOptions('plan').find(({ value }) => value === parameters.plan);
  const pool = useOptions('pool', Boolean(parameters.pool)).find(({ value }) => value === parameters.pool);
  return (
    <Facts>
      <Fact name="Plan">
        {parameters.plan ? (
          <Link to="/plans/$id" params={{ id: parameters.plan }} className="link">
            {plan?.label ?? 'an archived plan'}
          </Link>
        ) : (
          'ends'
        )}
      </Fact>
      {parameters.pool && <Fact name="Pool">{pool?.label ?? 'a pool'}</Fact>}
      <Fact name="When">{parameters.effective === 'now' ? 'Now' : 'With the next period of each SIM'}</Fact>
      <Fact name="For">
        {found.matching !== undefined
          ? `all that match, ${tally(String(found.matching))}`
          : found.encoding
            ? `a file of ${bytes(progress.bytes)}`
            : 'a list'}
      </Fact>
      <Fact name="Begun">
        <Time at={operation.createdAt} /> by {operation.createdBy}
      </Fact>
    </Facts>
  );
}
