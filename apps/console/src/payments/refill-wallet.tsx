import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listRefillAmounts, type RefillAmounts } from '../api/payments.ts';
import { getWallet, listDueFees, type Wallet } from '../api/wallets.ts';
import { useMe } from '../app/session.ts';
import { money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { typedAmount } from '../ledger/words.ts';
import { fieldErrors } from '../ui/actions.ts';
import { Pay } from './pay.tsx';

const changes = ['wallet', 'wallets', 'payments', 'sim', 'sims', 'overview'];

/** Money for a wallet: it gains the net amount, and VAT comes on top. */
export function RefillWallet({ wallet, onClose }: { wallet: Wallet; onClose: () => void }) {
  const ours = useMe().actor.companyId === null;
  const [text, setText] = useState('');
  const { currency } = wallet;
  const amount = positive(text);
  const amounts = useQuery({
    queryKey: ['refill amounts'],
    queryFn: listRefillAmounts,
    staleTime: 60_000,
  }).data?.items.find((one) => one.currency === currency);
  const now = useQuery({ queryKey: ['wallet', wallet.id, 'row'], queryFn: () => getWallet(wallet.id) }).data ?? wallet;
  const due = useQuery({
    queryKey: ['wallet', wallet.id, 'due fees', 'total'],
    queryFn: () => listDueFees(wallet.id, { limit: 1 }),
  }).data?.total;
  return (
    <Pay
      title={`Refill the wallet of ${wallet.owner.name}`}
      subject={{ wallet: wallet.id }}
      thing={amount === null ? null : { walletRefill: { wallet: wallet.id, amount } }}
      methods={ours ? ['card', 'manual'] : ['card']}
      changes={changes}
      gets={
        amount !== null && (
          <>
            The wallet gains <strong>{money(amount, currency)}</strong>
            {due && due.fees > 0
              ? `, of which ${count(due.fees, 'due fee', 'due fees')} of ${money(due.amount, currency)} ${due.fees === 1 ? 'is' : 'are'} paid first.`
              : ', which does not expire.'}
            {wallet.atFloor && ' SIMs that wait for money are free again as soon as there is enough.'}
          </>
        )
      }
      given={<>The wallet holds {money(now.remaining, currency)} now.</>}
      onClose={onClose}
    >
      {(problem) => (
        <>
          <Presets amounts={amounts} value={amount} onChoose={setText} />
          <TextInput
            label={`Amount in ${currency}`}
            description={`What the wallet gains${wallet.vatAt === 'spending' ? '; VAT is charged when it is spent.' : ', before VAT.'}${amounts ? ` From ${money(amounts.minimum, currency)} to ${money(amounts.maximum, currency)}.` : ''}`}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={text !== '' && amount === null ? 'More than zero, like 25.00' : fieldErrors(problem).amount}
            inputMode="decimal"
            autoComplete="off"
            data-autofocus
          />
        </>
      )}
    </Pay>
  );
}

/** Amounts to choose from, with one press each. */
function Presets({
  amounts,
  value,
  onChoose,
}: {
  amounts: RefillAmounts | undefined;
  value: string | null;
  onChoose: (amount: string) => void;
}) {
  if (!amounts || amounts.presets.length === 0) return null;
  return (
    <fieldset className="presets" aria-label="Amounts to choose from">
      {amounts.presets.map((preset) => {
        const chosen = value !== null && Number(value) === Number(preset);
        return (
          <Button
            key={preset}
            variant={chosen ? 'filled' : 'default'}
            aria-pressed={chosen}
            onClick={() => onChoose(preset)}
          >
            {money(preset, amounts.currency)}
            {bonusOf(amounts, preset) && <span className="preset-bonus">+ {bonusOf(amounts, preset)}</span>}
          </Button>
        );
      })}
    </fieldset>
  );
}

/** What is given with an amount, without its currency. */
function bonusOf({ bonuses }: RefillAmounts, preset: string): string | undefined {
  return bonuses.findLast(({ from }) => Number(from) <= Number(preset))?.bonus;
}

function positive(text: string): string | null {
  const amount = typedAmount(text);
  return amount !== null && Number(amount) > 0 ? amount : null;
}
