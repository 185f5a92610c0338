import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { PoolTermsForm, PoolType } from '../api/pools.ts';
import { megabytes } from '../catalog/price.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { paymentWords } from '../format/words.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { isWhole, monthOf, readable } from './example.ts';
import { poolTypeWords } from './words.ts';

/** What stands in the fields, as it will be: the last look before it is confirmed. */
export function Review({
  type,
  name,
  terms,
  currency,
  limitBytes,
}: {
  type: PoolType;
  name: string;
  terms: PoolTermsForm;
  currency: string;
  limitBytes: string | null;
}) {
  const price = (text: string | null) => (readable(text, currency) === null ? <None>–</None> : money(text!, currency));
  return (
    <aside className="pool-review" aria-label="Review">
      <h3>{name.trim() || 'Review'}</h3>
      <Facts>
        <Fact name="Type">{poolTypeWords[type]}</Fact>
        {type === 'static' ? (
          <>
            <Fact name="Balance">{isWhole(terms.allowanceMb) ? megabytes(terms.allowanceMb) : <None>–</None>}</Fact>
            <Fact name="Price">{price(terms.fee)} a month</Fact>
          </>
        ) : (
          <Fact name="Balance">What the plans of its members bring, at their fees</Fact>
        )}
        <Fact name="Overage">
          {terms.overageSizeMb === null && terms.overagePrice === null ? (
            <None>free</None>
          ) : (
            <>
              {price(terms.overagePrice)} per started{' '}
              {isWhole(terms.overageSizeMb) ? megabytes(terms.overageSizeMb) : '–'}
            </>
          )}
        </Fact>
        <Fact name="Limit">{limitBytes === null ? <None /> : `${bytes(limitBytes)} a month`}</Fact>
        <Fact name="Payment">{paymentWords[terms.paymentType]}</Fact>
      </Facts>
      {type === 'static' ? (
        <Costs terms={terms} currency={currency} />
      ) : (
        <p className="dim">It costs nothing until the first member joins.</p>
      )}
    </aside>
  );
}

/** What a month of so much data costs, by the rule that rates it. */
function Costs({ terms, currency }: { terms: PoolTermsForm; currency: string }) {
  const [used, setUsed] = useState<number | string>(12_500);
  const total = monthOf(terms, typeof used === 'number' && used >= 0 ? BigInt(Math.floor(used)) : 0n, currency);
  return (
    <div className="pool-costs">
      <div className="pool-example">
        <span>A month of</span>
        <NumberInput
          aria-label="Data used in the example, in MB"
          value={used}
          onChange={setUsed}
          min={0}
          max={100_000_000}
          allowDecimal={false}
          w={84}
          size="xs"
        />
        <span>MB costs</span>
      </div>
      <strong aria-live="polite">{total === null ? '–' : money(total, currency)}</strong>
    </div>
  );
}
