import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type AccountTax, askVies, getTax, type TaxCheck, type TaxNumber, type TaxRate } from '../api/tax.ts';
import { useMay, useMe } from '../app/session.ts';
import { dayAt } from '../format/months.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { useAction } from '../ui/actions.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { dayWords, isInVies, numberStanding, rateWords, splitRates, viesWords } from './words.ts';
import './tax.css';

/** How often it is read again while VIES is being asked. */
const waitingMs = 3_000;

export type TaxDialog = 'rate' | 'number' | 'check';

export function useTax(account: string) {
  return useQuery({
    queryKey: ['tax', account],
    queryFn: () => getTax(account),
    placeholderData: undefined,
    refetchInterval: ({ state: { data } }) => (data?.checks[0]?.state === 'waiting' ? waitingMs : false),
  });
}

/** Today, as rates count days. */
export const today = (): string => dayAt(organizationNow(), measures().timeZone);

/** What an account pays in VAT: how much, since when, whose rate that is, and its VAT number. */
export function Vat({ account, onDialog }: { account: string; onDialog: (kind: TaxDialog) => void }) {
  const query = useTax(account);
  const may = useMay();
  const me = useMe();
  const check = useAction(askVies, { changes: ['tax'] });
  const tax = query.data;
  if (!tax) return <Pending query={query} lines={3} />;
  const edits = may('tax.rate.edit') && me.actor.companyId === null;
  const { coming } = splitRates(tax.rates, today());
  return (
    <div className="vat">
      <Facts>
        <Fact name="Rate">
          <Current tax={tax} />
        </Fact>
        {coming.map((rate) => (
          <Fact key={rate.validFrom + rate.setAt} name={`From ${dayWords(rate.validFrom)}`}>
            {rateWords(rate)} <span className="dim">set by {rate.setBy}</span>
          </Fact>
        ))}
        <Fact name="VAT number">{tax.number ? <VatNumber number={tax.number} /> : <None />}</Fact>
        {tax.checks[0] && (
          <Fact name="At VIES">
            <LastCheck check={tax.checks[0]} />
          </Fact>
        )}
      </Facts>
      {edits && (
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => onDialog('rate')}>
            Set a rate
          </Button>
          <Button size="xs" variant="default" onClick={() => onDialog('number')}>
            {tax.number ? 'Change the number' : 'Add a VAT number'}
          </Button>
          {tax.number && isInVies(tax.number.country) && (
            <Button
              size="xs"
              variant="default"
              loading={check.isPending}
              disabled={tax.checks[0]?.state === 'waiting'}
              onClick={() => check.mutate(account)}
            >
              Check now
            </Button>
          )}
          {tax.number && (
            <Button size="xs" variant="default" onClick={() => onDialog('check')}>
              Keep a check
            </Button>
          )}
        </Group>
      )}
      {tax.rates.length > 0 && <Past rates={tax.rates} />}
    </div>
  );
}

/** The rate in force. Another account's own page knows since when that one has it. */
function Current({ tax }: { tax: AccountTax }) {
  const me = useMe();
  const own = tax.from === tax.account;
  const above = useQuery({
    queryKey: ['tax', tax.from],
    queryFn: () => getTax(tax.from ?? ''),
    enabled: tax.from !== null && !own && me.actor.companyId === null,
  }).data;
  const holder = own ? tax : above;
  const since = holder && splitRates(holder.rates, today()).now?.validFrom;
  if (tax.from === null) return <None>none: nobody has set a rate</None>;
  const whose = own
    ? null
    : tax.from === me.organization.id
      ? `the rate of ${me.organization.name}`
      : 'its company’s rate';
  return (
    <>
      <strong>{rateWords(tax)}</strong>
      <div className="dim">{[whose, since && `since ${dayWords(since)}`].filter(Boolean).join(', ')}</div>
      {tax.reason && <div className="dim">{tax.reason}</div>}
    </>
  );
}

function VatNumber({ number }: { number: TaxNumber }) {
  const { tone, word } = numberStanding(number);
  return (
    <>
      <span className="vat-number">
        <span className="mono">
          {number.country} {number.number}
        </span>
        <Badge tone={tone}>{word}</Badge>
      </span>
      {number.checkedAt && (
        <div className="dim">
          checked <Time at={number.checkedAt} /> {number.checkedHow === 'vies' ? 'with VIES' : `by ${number.checkedBy}`}
          {number.reference && `, ${number.reference}`}
        </div>
      )}
    </>
  );
}

/** What VIES says, or why it does not; who it says the number is of. */
function LastCheck({ check }: { check: TaxCheck }) {
  return (
    <>
      {viesWords(check)}
      {check.name && (
        <div className="dim">
          {check.name}
          {check.address && `, ${check.address.replaceAll('\n', ', ')}`}
        </div>
      )}
      <div className="dim">
        asked <Time at={check.askedAt} /> by {check.askedBy}
        {check.nextAttemptAt && check.attempts > 0 && (
          <>
            , again <Time at={check.nextAttemptAt} />
          </>
        )}
      </div>
    </>
  );
}

function Past({ rates }: { rates: readonly TaxRate[] }) {
  return (
    <details className="vat-past">
      <summary>Rates that were set</summary>
      <table className="plain-table stacked" aria-label="Rates that were set">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">VAT</th>
            <th scope="col">Set</th>
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <tr key={rate.validFrom + rate.setAt}>
              <td data-label="From">{dayWords(rate.validFrom)}</td>
              <td data-label="VAT">
                {rateWords(rate)}
                {rate.reason && <div className="dim">{rate.reason}</div>}
              </td>
              <td data-label="Set">
                <Time at={rate.setAt} /> <span className="dim">by {rate.setBy}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
