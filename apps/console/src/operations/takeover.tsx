import type { Operation } from '../api/operations.ts';
import type { Tone } from '../format/words.ts';
import { useOptions } from '../ui/options.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';

/** What becomes of the things of an account that comes over. */
export const takeoverWords: Record<string, { badge: string; done: string; tone: Tone }> = {
  makes: { badge: 'To be made', done: 'Made', tone: 'green' },
  adds: { badge: 'Comes, new in stock', done: 'Came, new in stock', tone: 'green' },
  registers: { badge: 'Comes from stock', done: 'Came from stock', tone: 'green' },
};

/** Which account, from where, and whose SIMs it has. */
export function AskedTakeover({ operation }: { operation: Operation }) {
  const { parameters } = operation;
  const telecom = useOptions('telecom').find(({ value }) => value === parameters.telecom);
  const company = useOptions('company', Boolean(parameters.company)).find(({ value }) => value === parameters.company);
  return (
    <Facts>
      <Fact name="Account">
        <span className="mono">{parameters.account}</span>
      </Fact>
      <Fact name="Read from">{parameters.source}</Fact>
      <Fact name="Goes to">{parameters.company ? (company?.label ?? 'a company') : 'the organization'}</Fact>
      <Fact name="SIMs of">{telecom?.label ?? <None>unknown</None>}</Fact>
      <Fact name="Begun">
        <Time at={operation.createdAt} /> by {operation.createdBy}
      </Fact>
    </Facts>
  );
}
