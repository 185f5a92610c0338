import { Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Method } from '../api/payments.ts';
import { getSim, type Sim } from '../api/sims.ts';
import { listWallets, type Wallet } from '../api/wallets.ts';
import { useMay, useMe } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { money } from '../format/money.ts';
import { organizationNow } from '../format/organization.ts';
import { Dialog } from '../ui/form.tsx';
import { Time } from '../ui/time.tsx';
import { Pay } from './pay.tsx';

type Props = { sim: Sim; onClose: () => void };

const changes = ['sim', 'sims', 'payments', 'wallet', 'wallets', 'overview'];
const dayMs = 86_400_000;

/** A refill of the plan that a SIM is on, paid by card, from a wallet, or by hand. */
export function RefillSim({ sim, onClose }: Props) {
  const wallets = usePayingWallets(sim);
  const options = sim.prepaid?.refills ?? [];
  if (options.length === 0) {
    return (
      <Dialog title="Refill this SIM" submit="Refill" busy={false} onSubmit={onClose} onClose={onClose} disabled>
        <p className="notice notice-amber">Its plan sells no refills.</p>
      </Dialog>
    );
  }
  // What could pay decides which ways there are: they do not change under a finger.
  return wallets && <Choice sim={sim} wallets={wallets} onClose={onClose} />;
}

function Choice({ sim, wallets, onClose }: Props & { wallets: Wallet[] }) {
  const ours = useMe().actor.companyId === null;
  const now = useQuery({ queryKey: ['sim', sim.id, 'row'], queryFn: () => getSim(sim.id) }).data ?? sim;
  const options = sim.prepaid?.refills ?? [];
  const [option, setOption] = useState<string | null>(options.length === 1 ? options[0]!.id : null);
  const chosen = options.find(({ id }) => id === option);
  const able = wallets.filter(({ currency }) => currency === options[0]?.currency);
  const methods: Method[] = [
    'card',
    ...(able.length > 0 ? ['wallet' as const] : []),
    ...(ours ? ['manual' as const] : []),
  ];
  return (
    <Pay
      title="Refill this SIM"
      subject={{ sim: sim.id }}
      thing={chosen ? { simRefill: { sim: sim.id, refill: chosen.id } } : null}
      methods={methods}
      wallets={able}
      changes={changes}
      gets={chosen && <Then sim={sim} more={chosen.amountBytes} />}
      given={<Given sim={now} />}
      onClose={onClose}
    >
      {() => (
        <Radio.Group label="How much" value={option} onChange={setOption}>
          <Stack gap={8} mt={4}>
            {options.map(({ id, amountBytes, price, currency }) => (
              <Radio
                key={id}
                value={id}
                label={
                  <span className="refill-option">
                    <strong>{bytes(amountBytes)}</strong>
                    <span className="dim">{money(price, currency)}</span>
                  </span>
                }
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </Pay>
  );
}

/** What there would be, and until when. */
function Then({ sim: { prepaid, period }, more }: { sim: Sim; more: string }) {
  if (!prepaid) return null;
  const sum = BigInt(prepaid.balanceBytes) + BigInt(more);
  const waits = period?.state === 'open' && period.kind === 'ready';
  return (
    <>
      <strong>{bytes((sum > 0n ? sum : 0n).toString())}</strong> to use then,{' '}
      {waits ? (
        `for ${prepaid.validityDays} days from the first usage.`
      ) : (
        <>
          until <Time at={new Date(organizationNow() + prepaid.validityDays * dayMs).toISOString()} />.
        </>
      )}
    </>
  );
}

/** What there is. */
function Given({ sim: { prepaid } }: { sim: Sim }) {
  if (!prepaid) return <>The refill is on the SIM.</>;
  return (
    <>
      {bytes(prepaid.balanceBytes)} to use
      {prepaid.validUntil && (
        <>
          , until <Time at={prepaid.validUntil} />
        </>
      )}
      . Data is there at once.
    </>
  );
}

/** Wallets that could pay for a SIM: its company's, and the organization's own. Undefined: not known yet. */
function usePayingWallets({ company }: Sim): Wallet[] | undefined {
  const me = useMe();
  const sees = useMay()('ledger.wallet.view');
  const owners = [...(company ? [company.id] : []), ...(me.actor.companyId === null ? [me.organization.id] : [])];
  const { data, isError } = useQuery({
    queryKey: ['wallets', 'that pay', owners],
    queryFn: async () => {
      const found = await Promise.all(owners.map((owner) => listWallets({ owner, limit: 1 })));
      return found.flatMap(({ items }) => items);
    },
    enabled: sees,
    placeholderData: undefined,
  });
  return sees && !isError ? data : [];
}
