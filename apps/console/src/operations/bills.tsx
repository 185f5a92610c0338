import type { Operation } from '../api/operations.ts';
import { HeldUp } from '../billing/held-up.tsx';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';

/** A bill run, or the settlement of many pre-bills. */
export const isOfBills = ({ kind }: Pick<Operation, 'kind'>) => kind === 'bill_run' || kind === 'pre_bill_settlement';

const deeds: Record<string, string> = {
  cycle: 'A month that is over',
  pre_billing: 'Fixed fees of a month to come',
  advanced_billing: 'Fixed fees of a month just begun',
  approve: 'Approve',
  reject: 'Reject',
};

/** What was to be billed, or what was to become of which pre-bills. */
export function AskedBills({ operation }: { operation: Operation }) {
  const parameters = operation.parameters as Record<string, unknown>;
  const { action, late, reason, matching, kind, month } = parameters;
  return (
    <>
      {operation.kind === 'bill_run' && <HeldUp />}
      <Facts>
        <Fact name="What">{deeds[String(action ?? kind)] ?? <None />}</Fact>
        {typeof month === 'string' && <Fact name="Month">{month.slice(0, 7)}</Fact>}
        {action !== undefined && <Fact name="Which">{matching ? 'All pending ones that matched' : 'Those named'}</Fact>}
        {action === 'approve' && (
          <Fact name="Usage since">{late === 'accept' ? 'Taken as it came' : 'Leaves a pre-bill as it is'}</Fact>
        )}
        {action === 'reject' && <Fact name="Why">{reason ? String(reason) : <None />}</Fact>}
        <Fact name="Begun">
          <Time at={operation.createdAt} /> by {operation.createdBy}
        </Fact>
      </Facts>
    </>
  );
}
