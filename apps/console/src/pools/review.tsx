import { NumberInput } from '@mantine/core';
import { ceilDiv, currencyExponent, formatAmount, isCurrency, parseAmount } from '@simwright/measure';
import { useState } from 'react';
import type { PoolTermsForm, PoolType } from '../api/pools.ts';
import { megabytes } from '../catalog/price.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { paymentWords } from '../format/words.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
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
            <Fact name="Balance">{whole(terms.allowanceMb) ? megabytes(terms.allowanceMb) : <None>–</None>}</Fact>
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
              {whole(terms.overageSizeMb) ? megabytes(terms.overageSizeMb) : '–'}
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

/** The fee and the started blocks beyond the balance; null while a field is no number. */
export function monthOf(terms: PoolTermsForm, usedMb: bigint, currency: string): string | null {
  const fee = readable(terms.fee, currency);
  if (fee === null || !whole(terms.allowanceMb)) return null;
  const beyond = usedMb - BigInt(terms.allowanceMb!);
  if (beyond <= 0n || (terms.overageSizeMb === null && terms.overagePrice === null)) return formatAmount(fee, currency);
  const block = readable(terms.overagePrice, currency);
  if (block === null || !whole(terms.overageSizeMb)) return null;
  return formatAmount(fee + ceilDiv(beyond, BigInt(terms.overageSizeMb!)) * block, currency);
}

function readable(text: string | null, currency: string): bigint | null {
  if (text === null || !isCurrency(currency) || currencyExponent(currency) === null) return null;
  const read = parseAmount(text, currency);
  return read.ok && read.value >= 0n ? read.value : null;
}

function whole(text: string | null): boolean {
  return text !== null && /^[1-9]\d{0,14}$/.test(text);
}
