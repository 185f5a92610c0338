import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { listRefillAmounts, type RefillAmounts } from '../api/payments.ts';
import { useMay } from '../app/session.ts';
import { money } from '../format/money.ts';
import { None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import './payments.css';

const AmountsDialog = lazy(async () => ({ default: (await import('./amounts-dialog.tsx')).AmountsDialog }));

/** What refills of wallets offer, between which bounds, and what is given with them. */
export function RefillAmountsPanel() {
  const may = useMay();
  const edits = may('payments.amounts.edit');
  const [open, setOpen] = useState<RefillAmounts | 'another' | null>(null);
  const query = useQuery({
    queryKey: ['refill amounts'],
    queryFn: listRefillAmounts,
    enabled: may('payments.payment.view'),
  });
  if (!may('payments.payment.view')) return null;
  return (
    <Panel title="Refills of wallets" aside="Amounts to choose from, without VAT">
      {query.data ? (
        <div className="amounts">
          {query.data.items.map((one) => (
            <section key={one.currency} aria-label={`Refills in ${one.currency}`}>
              <dl>
                <div>
                  <dt>Offered</dt>
                  <dd>
                    {one.presets.length > 0 ? (
                      one.presets.map((preset) => money(preset, one.currency)).join(' · ')
                    ) : (
                      <None>none; an amount is typed in</None>
                    )}
                  </dd>
                </div>
                <div>
                  <dt>Bounds</dt>
                  <dd>
                    {money(one.minimum, one.currency)} to {money(one.maximum, one.currency)}
                  </dd>
                </div>
                <div>
                  <dt>Bonus</dt>
                  <dd>{one.bonuses.length > 0 ? bonusWords(one) : <None />}</dd>
                </div>
              </dl>
              {edits && (
                <Button size="xs" variant="default" onClick={() => setOpen(one)} aria-label={`Change ${one.currency}`}>
                  Change
                </Button>
              )}
            </section>
          ))}
          {edits && (
            <div>
              <Button size="xs" variant="default" onClick={() => setOpen('another')}>
                Another currency
              </Button>
            </div>
          )}
        </div>
      ) : (
        <Pending query={query} lines={3} />
      )}
      {open && (
        <Suspense>
          <AmountsDialog before={open === 'another' ? null : open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </Panel>
  );
}

function bonusWords({ bonuses, bonusDays, currency }: RefillAmounts): string {
  const steps = bonuses.map(({ from, bonus }) => `${money(bonus, currency)} from ${money(from, currency)} on`);
  return `${steps.join(' · ')}${bonusDays ? `, good for ${bonusDays} days` : ''}`;
}
